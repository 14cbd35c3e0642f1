"""The history of a paid version: which event made somebody able to compose on a day."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import problems, told
from tests.web.till import fall_due, main_text, pass_days, session_of, user_id, way_back, words

NOT_YOURS = (404, "There is nothing here")
MINE = "/account/paid-version"
FIRST_TERM = (
    "possible, by the event of Mar 2, 2026, 09:00 UTC: paid for by Ben Desk, until Apr 2, 2026, "
    "09:00 UTC"
)
IN_THE_GRACE = (
    "possible, by the event of Mar 30, 2026, 09:00 UTC: kept while the card was charged for the "
    "next term, until Apr 6, 2026, 09:00 UTC"
)
BOUGHT_AGAIN = (
    "possible, by the event of Apr 8, 2026, 09:00 UTC: paid for by Ben Desk, until May 8, 2026, "
    "09:00 UTC"
)


def of(house: House, visitor: Visitor) -> str:
    return f"/practice/people/{user_id(house, visitor)}/paid-version"


def lines(visitor: Visitor, path: str = MINE) -> list[list[str]]:
    rows = visitor.page(path).select("main tbody tr")
    return [[words(cell) for cell in row.select("td")][:4] for row in rows]


def answer(visitor: Visitor, day: str, path: str = MINE) -> str:
    found = visitor.page(f"{path}?on={day}").select_one(".answer")
    assert found is not None
    return words(found)


def test_who_never_had_it_is_told_so(ben: Visitor) -> None:
    assert lines(ben) == []
    assert "There was no paid version so far." in main_text(ben, MINE)


def test_every_change_is_told_with_who_paid_and_until_when(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    fall_due(house, ben)
    pass_days(house, 1, ben)
    renewing, bought = lines(ben)
    assert bought == [
        "Mar 2, 2026, 09:00 UTC",
        "Paid for by Ada Sample",
        "Apr 2, 2026, 09:00 UTC",
        "the card processor",
    ]
    assert renewing == [
        "Mar 30, 2026, 09:00 UTC",
        "Kept while the card was charged for the next term",
        "Apr 6, 2026, 09:00 UTC",
        "SecureMail, by itself",
    ]


def test_a_gift_is_told_as_one(ada: Visitor) -> None:
    [[_, what, until, _]] = lines(ada)
    assert (what, until) == ("Given by SecureMail", "No end")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-03-01", "Mar 1, 2026 composing was not possible."),
        ("2026-03-02", f"Mar 2, 2026 composing was {FIRST_TERM}"),
        ("2026-04-05", f"Apr 5, 2026 composing was {IN_THE_GRACE}"),
        ("2026-04-06", f"Apr 6, 2026 composing was {IN_THE_GRACE}"),
        ("2026-04-07", "Apr 7, 2026 composing was not possible."),
        ("2026-04-08", f"Apr 8, 2026 composing was {BOUGHT_AGAIN}"),
    ],
)
def test_on_each_day_the_event_is_named(house: House, ben: Visitor, day: str, told: str) -> None:
    house.buy(ben)
    fall_due(house, ben)
    pass_days(house, 9, ben)
    house.buy(ben)
    pass_days(house, 1, ben)
    assert answer(ben, day) == f"On {told}"


def test_of_today_it_is_told_what_is_so_now_and_of_no_later_day_anything(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    assert "composing was possible" in answer(ben, "2026-03-02")
    refused = ben.get(f"{MINE}?on=2026-03-03")
    assert (refused.status_code, problems(refused)) == (
        422,
        {"on": "Please enter a day that has begun."},
    )


@pytest.mark.parametrize(
    "day", ["", "yesterday", "2026-02-30", "0000-00-00", "2026-03-02T09:00", "\x00"]
)
def test_what_is_no_day_is_said_at_the_field(ben: Visitor, day: str) -> None:
    refused = ben.client.get(MINE, query_string={"on": day})
    assert (refused.status_code, problems(refused)) == (
        422,
        {"on": "Please enter a day, such as 2026-11-24."},
    )


def test_a_user_manager_sees_that_of_the_practice_and_the_way_leads_from_my_practice(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ben)
    assert ada.page("/practice").select_one(f"a[href='{of(house, ben)}']") is not None
    assert lines(ada, of(house, ben)) == lines(ben)
    assert "Ben Desk: which event" in main_text(ada, of(house, ben))
    assert "composing was possible" in answer(ada, "2026-03-02", of(house, ben))


def test_nobody_else_sees_it(
    house: House, ada: Visitor, ben: Visitor, carla: Visitor, dora: Visitor
) -> None:
    for visitor, whose in (
        (ben, ada),
        (ben, ben),
        (dora, ben),
        (ada, dora),
        (ada, carla),
        (carla, carla),
    ):
        assert told(visitor.get(of(house, whose))) == NOT_YOURS
    assert told(carla.get(MINE)) == NOT_YOURS


def test_who_cancels_in_the_grace_finds_when_and_by_whom_it_was_ended(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    fall_due(house, ben)
    pass_days(house, 1, ben)
    ben.post("/billing/cancel", user_id=user_id(house, ben))
    newest, *_ = lines(ben)
    assert newest == [
        "Mar 31, 2026, 09:00 UTC",
        "To end with what is paid, since the renewal was cancelled",
        "Apr 2, 2026, 09:00 UTC",
        "Ben Desk",
    ]


def test_money_that_went_back_ended_it_early(house: House, ben: Visitor) -> None:
    session_id = house.buy(ben)
    pass_days(house, 2, ben)
    house.billing.refund_in_dashboard(str(house.billing.payments[session_id].reference))
    ben.get(way_back(house, session_id))
    house.settle()
    newest, *_ = lines(ben)
    assert newest[1:3] == ["Ended early, since the money went back", "Mar 4, 2026, 09:00 UTC"]
    assert session_of(ben.post("/buy", form_id=ben.form_id())) != session_id
