"""Settings of a practice and of a person: how long messages live."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import field, first_message, flashes, refused, told

NOT_YOURS = (404, "There is nothing here")
BEN = "ben@sample-dental.example"


def change(visitor: Visitor, **fields: str):
    now = {"shortest": "0", "usual": "30", "longest": "30", "retention": "2192"}
    return visitor.post("/practice/settings", **{**now, **fields})


def ends_on(visitor: Visitor) -> str:
    page = visitor.page(first_message(visitor, "/sent"))
    facts = [one.get_text() for one in page.select("article .small")]
    return facts[-1].partition("Ends ")[2].partition(",")[0]


def test_a_user_manager_chooses_how_long_messages_live(house: House, ada: Visitor) -> None:
    before = house.head()
    changed = change(ada, shortest="2", usual="14", longest="60", retention="30")
    assert changed.location == "/practice/settings"
    assert house.since(before) == ["practice.expiry-rule-changed", "practice.retention-changed"]
    page = ada.get("/practice/settings")
    shown = {name: field(page, name)["value"] for name in ("shortest", "usual", "longest")}
    assert shown == {"shortest": "2", "usual": "14", "longest": "60"}
    ada.compose(BEN, "staff-in-my-practice")
    assert ends_on(ada) == "Mar 16"
    too_soon = "Messages of your practice live at least 2 days."
    assert refused(ada.compose(BEN, ends_after="1")) == (422, {"ends_at": too_soon})
    too_late = "A message ends at most 60 days after it was sent."
    assert refused(ada.compose(BEN, ends_after="90")) == (422, {"ends_at": too_late})
    assert ada.compose(BEN, ends_after="60").status_code == 303


def test_saving_what_is_so_already_changes_nothing(house: House, ada: Visitor) -> None:
    before = house.head()
    assert change(ada).location == "/practice/settings"
    assert house.since(before) == []
    assert flashes(ada.page("/practice/settings")) == ["The settings were saved."]


FIT = "The usual number lies between the shortest and the longest, and is at least 1."


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        (
            {"usual": "x"},
            {"usual": "Please enter a whole number of days from 1 to 3,650."},
        ),
        (
            {"longest": "3651"},
            {"longest": "Please enter a whole number of days from 1 to 3,650."},
        ),
        (
            {"shortest": "-1"},
            {"shortest": "Please enter a whole number of days from 0 to 3,650."},
        ),
        (
            {"retention": ""},
            {"retention": "Please enter a whole number of days from 0 to 36,525."},
        ),
        (
            {"retention": "9" * 5000},
            {"retention": "Please enter a whole number of days from 0 to 36,525."},
        ),
        ({"usual": "31"}, {"usual": FIT}),
        ({"shortest": "31", "usual": "30", "longest": "40"}, {"usual": FIT}),
    ],
)
def test_numbers_that_do_not_fit_are_refused_at_their_field(
    house: House, ada: Visitor, fields: dict[str, str], problems: dict[str, str]
) -> None:
    before = house.head()
    assert refused(change(ada, **fields)) == (422, problems)
    assert house.since(before) == []


def test_only_a_user_manager_sees_and_changes_the_settings(
    house: House, ben: Visitor, carla: Visitor
) -> None:
    before = house.head()
    for other in (ben, carla):
        assert told(other.get("/practice/settings")) == NOT_YOURS
        assert told(change(other)) == NOT_YOURS
    assert house.since(before) == []


def test_a_person_chooses_how_long_her_own_messages_live(house: House, ada: Visitor) -> None:
    before = house.head()
    assert ada.post("/account/expiry", days="7").location == "/account"
    assert house.since(before) == ["profile.begun", "profile.usual-expiry-changed"]
    ada.compose(BEN, "staff-in-my-practice")
    assert ends_on(ada) == "Mar 9"
    ada.post("/account/expiry", days="")
    ada.compose(BEN)
    assert ends_on(ada) == "Apr 1"


def test_a_preference_beyond_what_the_practice_allows_is_cut_to_it(
    house: House, ada: Visitor
) -> None:
    ada.post("/account/expiry", days="365")
    ada.compose(BEN, "staff-in-my-practice")
    assert ends_on(ada) == "Apr 1"
    assert house.head() > 0


def test_a_preference_that_is_not_offered_is_refused(house: House, ada: Visitor) -> None:
    before = house.head()
    for days in ("5", "x", "-1"):
        assert refused(ada.post("/account/expiry", days=days)) == (
            422,
            {"days": "Please choose one."},
        )
    assert house.since(before) == []
