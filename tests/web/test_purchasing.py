from uuid import uuid5

import pytest

from domain.aggregate import HOUSE
from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, page_of, told
from tests.web.till import FIRST_TERM, session_of, way_back

NOT_YOURS = (404, "There is nothing here")
NOT_PAID = "The payment is not finished. Nothing was charged so far."
PAID = "Thank you. You can now compose new secure messages."


@pytest.fixture
def session_id(ben: Visitor) -> str:
    """The card page that Ben was led to."""
    return session_of(ben.post("/buy", form_id=ben.form_id()))


def test_buy_now_leads_to_the_card_page_with_the_price_of_the_plan(
    house: House, ben: Visitor
) -> None:
    before = house.head()
    answer = ben.post("/buy", form_id=ben.form_id())
    session_id = str(answer.location).removeprefix("https://cards.example/")
    assert answer.status_code == 303
    assert str(house.billing.asked[session_id][0]) == "$10.00"
    assert house.since(before) == ["purchase.started", "purchase.checkout-opened"]


def test_who_paid_composes_at_once(house: House, ben: Visitor, session_id: str) -> None:
    before = house.head()
    house.billing.pay(session_id)
    page = ben.page(way_back(house, session_id))
    assert flashes(page) == [PAID]
    assert house.since(before) == FIRST_TERM
    assert "Buy Now" not in page.get_text()
    assert ben.compose("eve@home.example", "patient").status_code == 303


@pytest.mark.parametrize("way", ["return", "cancelled"])
def test_who_comes_back_without_paying_was_charged_nothing(
    house: House, ben: Visitor, session_id: str, way: str
) -> None:
    before = house.head()
    page = ben.page(way_back(house, session_id).replace("return", way))
    assert flashes(page) == [NOT_PAID]
    assert "Buy Now" in page.get_text()
    assert house.since(before) == []


def test_who_turned_back_but_had_paid_is_not_told_otherwise(
    house: House, ben: Visitor, session_id: str
) -> None:
    house.billing.pay(session_id)
    assert flashes(ben.page(way_back(house, session_id).replace("return", "cancelled"))) == [PAID]


def test_a_payment_that_does_not_show_in_time_is_said_to_show_soon(
    house: House, ben: Visitor, session_id: str
) -> None:
    house.hold_back()
    before = house.head()
    house.billing.pay(session_id)
    assert flashes(ben.page(way_back(house, session_id))) == [
        "Thank you, the payment has arrived. The paid version shows here in a moment."
    ]
    assert house.since(before) == FIRST_TERM


def test_who_has_the_paid_version_is_not_charged_again(
    house: House, ben: Visitor, session_id: str
) -> None:
    house.buy(ben)
    before = house.head()
    assert ben.post("/buy", form_id=ben.form_id()).location == "/compose"
    note = "You have the paid version already. Nothing is charged now."
    assert flashes(ben.page("/compose")) == [note]
    assert house.since(before) == []
    assert session_id in house.billing.asked


def test_a_form_without_its_hidden_name_buys_nothing(house: House, ben: Visitor) -> None:
    before, wrong = house.head(), ("", "not-an-id", "\x00", "1" * 300)
    assert {ben.post("/buy", form_id=one).location for one in wrong} == {"/inbox"}
    note = 'Please choose "Buy Now" again. Nothing was charged.'
    assert set(flashes(ben.page("/inbox"))) == {note}
    assert house.since(before) == []


def test_while_the_card_vendor_is_down_nothing_is_charged_and_trying_again_works(
    house: House, ben: Visitor
) -> None:
    form_id, house.billing.is_down = ben.form_id(), True
    assert told(ben.post("/buy", form_id=form_id)) == (503, "The card page cannot be reached")
    house.billing.is_down, before = False, house.head()
    assert ben.post("/buy", form_id=form_id).status_code == 303
    assert house.since(before) == ["purchase.checkout-opened"]


def test_when_the_answer_of_the_card_vendor_is_lost_the_same_card_page_is_found_again(
    house: House, ben: Visitor
) -> None:
    form_id, house.billing.lost_answers = ben.form_id(), 1
    ben.post("/buy", form_id=form_id)
    answer = ben.post("/buy", form_id=form_id)
    assert [f"https://cards.example/{one}" for one in house.billing.asked] == [answer.location]


def test_while_the_card_vendor_is_silent_a_buyer_is_told_to_wait(
    house: House, ben: Visitor, session_id: str
) -> None:
    before, house.billing.is_down = house.head(), True
    assert flashes(ben.page(way_back(house, session_id))) == [
        "The card processor has not answered yet. Your purchase shows as soon as it does."
    ]
    assert house.since(before) == []


def test_a_patient_is_never_charged(house: House, carla: Visitor) -> None:
    before = house.head()
    assert told(carla.post("/buy", form_id=carla.form_id())) == NOT_YOURS
    assert house.since(before) == []


def test_the_purchase_of_somebody_else_is_like_one_that_does_not_exist(
    house: House, ben: Visitor, dora: Visitor, session_id: str
) -> None:
    before, theirs = house.head(), way_back(house, session_id)
    house.billing.pay(session_id)
    nobodys = f"/purchases/{uuid5(HOUSE, 'nothing')}/return"
    malformed = ["/purchases/1/return", "/purchases/%00/cancelled", "/purchases//return"]
    answers = [dora.get(one) for one in (theirs, nobodys, *malformed)]
    assert {told(one) for one in answers} == {NOT_YOURS}
    assert len({str(page_of(one).main) for one in answers}) == 1
    assert house.since(before) == []
    assert ben.get("/inbox").status_code == 200
