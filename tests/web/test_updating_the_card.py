"""Another card is left on a page of the vendor; what the old one refused is tried at once."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, told
from tests.web.till import (
    fall_due,
    main_text,
    pass_days,
    session_of,
    state_of,
    user_id,
    way_back,
)

NOT_YOURS = (404, "There is nothing here")
SAVED = "The new card is saved."


@pytest.fixture
def refused(house: House, ben: Visitor) -> Visitor:
    """Ben, whose card was refused for the next term."""
    house.buy(ben)
    fall_due(house, ben)
    assert state_of(house, ben) == "past due"
    return ben


def card_page(visitor: Visitor) -> str:
    """Return the page to which "Update Credit Card" leads."""
    return session_of(visitor.post("/billing/card", form_id=visitor.form_id()))


def leave(house: House, visitor: Visitor, card: str = "good") -> list[str]:
    """Leave another card, and return what is said about it."""
    session_id = card_page(visitor)
    house.billing.leave_card(session_id, card)
    return flashes(visitor.page(way_back(house, session_id)))


def test_another_card_is_saved_and_shown_and_charged_from_then_on(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    before = house.head()
    assert leave(house, ben) == [SAVED]
    assert house.since(before) == [
        "payer.card-page-opened",
        "payer.card-saved",
        "payer.card-page-closed",
    ]
    assert "expires 05/2032" in main_text(ben, "/billing")


def test_what_the_old_card_refused_goes_through_at_once(house: House, refused: Visitor) -> None:
    assert leave(house, refused) == [f"{SAVED} The payment that had failed went through."]
    assert state_of(house, refused) == "running"
    assert "Paid until May 2, 2026" in main_text(refused, "/billing")
    assert len(house.billing.charged) == 2


def test_what_the_new_card_refuses_too_is_said(house: House, refused: Visitor) -> None:
    assert leave(house, refused, "declined") == [
        f"{SAVED} But the payment was refused again: please use another card."
    ]
    assert state_of(house, refused) == "past due"


def test_a_vendor_that_is_silent_after_the_card_was_left_is_asked_again_by_itself(
    house: House, refused: Visitor
) -> None:
    session_id = card_page(refused)
    house.billing.leave_card(session_id)
    house.billing.fault = lambda call: "before" if call == "charge_again" else None
    assert flashes(refused.page(way_back(house, session_id))) == [
        f"{SAVED} The payment that failed is being made; it shows here in a moment."
    ]
    house.billing.fault = lambda _: None
    house.clock.forward(seconds=5)
    house.settle()
    assert state_of(house, refused) == "running"
    assert len(house.billing.charged) == 2


def test_a_charge_whose_answer_was_lost_is_not_made_twice(house: House, refused: Visitor) -> None:
    session_id = card_page(refused)
    house.billing.leave_card(session_id)
    house.billing.fault = lambda call: "after" if call == "charge_again" else None
    refused.get(way_back(house, session_id))
    house.billing.fault = lambda _: None
    house.clock.forward(seconds=5)
    house.settle()
    assert state_of(house, refused) == "running"
    assert len(house.billing.charged) == 2
    assert "Paid until May 2, 2026" in main_text(refused, "/billing")


def test_a_vendor_that_does_not_say_which_card_was_left_is_looked_up_later(
    house: House, refused: Visitor
) -> None:
    session_id = card_page(refused)
    house.billing.leave_card(session_id)
    house.billing.is_down = True
    assert flashes(refused.page(way_back(house, session_id))) == [
        "The card processor has not answered yet. Your card shows as soon as it does."
    ]
    house.billing.is_down = False
    house.clock.forward(minutes=6)
    house.settle()
    assert state_of(house, refused) == "running"


def test_who_comes_back_without_leaving_a_card_keeps_the_old_one(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    session_id = card_page(ben)
    before = house.head()
    assert flashes(ben.page(way_back(house, session_id))) == ["Your card stays as it was."]
    assert house.since(before) == []


def test_the_card_of_who_pays_for_several_people_is_tried_for_all_of_them(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    ada.compose("eve@sample-dental.example", "doctor-in-my-practice")
    eve = house.join("eve@sample-dental.example", "Eve Root")
    for beneficiary in (ben, eve):
        house.buy(ada, user_id=user_id(house, beneficiary))
    fall_due(house, ada)
    assert [state_of(house, one) for one in (ben, eve)] == ["past due"] * 2
    assert leave(house, ada) == [f"{SAVED} The payment that had failed went through."]
    assert [state_of(house, one) for one in (ben, eve)] == ["running"] * 2


def test_coming_back_twice_charges_once(house: House, refused: Visitor) -> None:
    session_id = card_page(refused)
    house.billing.leave_card(session_id)
    said = [flashes(refused.page(way_back(house, session_id))) for _ in range(2)]
    assert said == [[f"{SAVED} The payment that had failed went through."], [SAVED]]
    assert len(house.billing.charged) == 2


def test_who_has_no_card_is_told_so(house: House, ben: Visitor) -> None:
    before = house.head()
    answer = ben.post("/billing/card", form_id=ben.form_id())
    assert answer.location == "/billing"
    assert flashes(ben.page("/billing")) == ["There is no card yet. It is saved when you buy."]
    assert house.since(before) == []


def test_while_the_vendor_is_down_no_card_page_opens_and_nothing_is_changed(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    before, house.billing.is_down = house.head(), True
    answer = ben.post("/billing/card", form_id=ben.form_id())
    assert told(answer) == (503, "The card page cannot be reached")
    assert house.since(before) == []


def test_the_card_page_of_somebody_else_is_like_one_that_does_not_exist(
    house: House, ben: Visitor, dora: Visitor
) -> None:
    house.buy(ben)
    house.buy(dora)
    theirs = way_back(house, card_page(ben))
    before = house.head()
    for path in (theirs, f"/billing/card/{ben.form_id()}", "/billing/card/1"):
        assert told(dora.get(path)) == NOT_YOURS
    assert house.since(before) == []


def announced(house: House, visitor: Visitor) -> int:
    """Return how often it was mailed to somebody that her card expires."""
    return len([one for one in house.mails_to(visitor.address) if "expires soon" in one.subject])


def test_a_card_is_announced_before_it_expires_and_another_one_ends_that(
    house: House, ben: Visitor
) -> None:
    session_id = session_of(ben.post("/buy", form_id=ben.form_id()))
    house.billing.pay(session_id, expires=(2026, 4))
    ben.get(way_back(house, session_id))
    pass_days(house, 28, ben)
    assert announced(house, ben) == 0
    pass_days(house, 3, ben)
    assert announced(house, ben) == 1
    leave(house, ben)
    pass_days(house, 5, ben)
    assert announced(house, ben) == 1
