"""Legal holds: user managers place and lift them, and nobody else sees them."""

from uuid import uuid5

import pytest

from domain.aggregate import HOUSE, OPERATOR
from domain.legal_hold import Subject
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, flashes, page_of, refused, told

NOT_YOURS = (404, "There is nothing here")
NOT_OURS = "There is no such conversation in which somebody of your practice takes part."
REASON = "Case 7"


def place(visitor: Visitor, what: str, **fields: str):
    named = {"reason": REASON, "form_id": visitor.form_id(), **fields}
    return visitor.post("/practice/holds", what=what, **named)


def rows(visitor: Visitor) -> list[list[str]]:
    cells = [row.select("td") for row in visitor.page("/practice/holds").select("tbody tr")]
    return [[" ".join(cell.get_text(" ").split()) for cell in row] for row in cells]


def user_id(house: House, visitor: Visitor) -> str:
    return str(house.portal.inviting.holder(visitor.address))


def test_a_hold_on_the_practice_a_person_or_a_conversation_is_placed_and_shown(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    thread, before = first_message(ben).rpartition("/")[2], house.head()
    for what in ("practice", user_id(house, ben)):
        assert place(ada, what).location == "/practice/holds"
    assert place(ada, "thread", thread=thread).location == "/practice/holds"
    placed = ["legal-holds.register-opened", "legal-holds.placed"]
    assert house.since(before) == placed * 3
    assert {row[0] for row in rows(ada)} == {
        "The whole practice",
        "Ben Desk",
        f"Conversation {thread}",
    }
    assert {row[1] for row in rows(ada)} == {REASON}
    assert flashes(ada.page("/practice/holds")) == []


def test_a_conversation_leads_its_user_manager_to_the_form(ada: Visitor, ben: Visitor) -> None:
    path = first_message(ben)
    link = page_of(ada.get(path)).select_one("a[href^='/practice/holds']")
    assert link is not None
    form = ada.page(str(link["href"]))
    assert form.select_one("#thread")["value"] == path.rpartition("/")[2]  # type: ignore[index] - it is there
    assert form.select_one("#what option[selected]")["value"] == "thread"  # type: ignore[index] - it is there
    assert page_of(ben.get(path)).select_one("a[href^='/practice/holds']") is None


def test_a_form_sent_twice_places_one_hold(house: House, ada: Visitor) -> None:
    before, form_id = house.head(), ada.form_id()
    for _ in range(2):
        place(ada, "practice", form_id=form_id)
    assert house.since(before) == ["legal-holds.register-opened", "legal-holds.placed"]


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"what": ""}, {"what": "Please choose what to hold."}),
        ({"what": "nonsense"}, {"what": NOT_OURS}),
        ({"what": str(uuid5(HOUSE, "nobody"))}, {"what": NOT_OURS}),
        ({"what": "thread"}, {"thread": NOT_OURS}),
        ({"what": "thread", "thread": "x"}, {"thread": NOT_OURS}),
        ({"what": "thread", "thread": str(uuid5(HOUSE, "x"))}, {"thread": NOT_OURS}),
        ({"what": "practice", "reason": ""}, {"reason": "Please enter a reason."}),
        (
            {"what": "practice", "reason": "a" * 501},
            {"reason": "At most 500 characters; this is 501."},
        ),
    ],
)
def test_a_hold_on_nothing_or_without_a_reason_is_refused(
    house: House, ada: Visitor, fields: dict[str, str], problems: dict[str, str]
) -> None:
    before = house.head()
    assert refused(place(ada, **fields)) == (422, problems)
    assert house.since(before) == []


def test_another_practices_people_and_conversations_cannot_be_held(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    before, thread = house.head(), first_message(ben).rpartition("/")[2]
    assert refused(place(dora, "thread", thread=thread)) == (422, {"thread": NOT_OURS})
    assert refused(place(dora, user_id(house, ben))) == (422, {"what": NOT_OURS})
    assert house.since(before) == []
    assert ada.get("/practice/holds").status_code == 200


def lift_link(visitor: Visitor) -> str:
    link = visitor.page("/practice/holds").select_one("tbody a")
    assert link is not None
    return str(link["href"])


def test_a_hold_is_lifted_with_a_reason_and_stays_in_the_list(house: House, ada: Visitor) -> None:
    place(ada, "practice")
    path, before = lift_link(ada), house.head()
    assert refused(ada.post(f"{path}/lift")) == (422, {"reason": "Please enter a reason."})
    assert ada.post(f"{path}/lift", reason="Case closed").location == "/practice/holds"
    assert ada.post(f"{path}/lift", reason="Again").location == "/practice/holds"
    assert house.since(before) == ["legal-holds.lifted"]
    [row] = rows(ada)
    assert row[3].endswith("by Ada Sample: Case closed")


def test_nobody_else_sees_or_lifts_a_hold(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    place(ada, "practice")
    path = lift_link(ada)
    before = house.head()
    for other in (ben, dora):
        assert told(other.get(path)) == NOT_YOURS
        assert told(other.post(f"{path}/lift", reason="Mine")) == NOT_YOURS
    assert rows(dora) == []
    assert house.since(before) == []


def test_a_hold_of_an_auditor_is_neither_shown_to_the_practice_nor_lifted_by_it(
    house: House, ada: Visitor
) -> None:
    hold_id, me = house.portal.new_id(), house.portal.inviting.holder(ada.address)
    assert me is not None
    house.portal.holding.place(
        hold_id=hold_id,
        subject=Subject.PERSON,
        subject_id=me,
        reason=REASON,
        by=OPERATOR,
        at=house.clock(),
    )
    house.settle()
    assert rows(ada) == []
    assert told(ada.post(f"/practice/holds/{hold_id}/lift", reason="Mine")) == NOT_YOURS


def test_reasons_lie_sealed(house: House, ada: Visitor) -> None:
    place(ada, "practice", reason="Miller against Sample")
    with house.stores.pool.connection() as connection:
        found = connection.execute(
            "SELECT count(*) FROM eventlog.domain_events WHERE state LIKE %s", (b"%Miller%",)
        ).fetchone()
    assert found == (0,)
