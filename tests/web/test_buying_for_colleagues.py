"""A user manager buys for a colleague; nobody else buys for anybody, and nobody pays twice."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, page_of, told
from tests.web.till import let_cards_answer, session_of, user_id, way_back, words

NOT_YOURS = (404, "There is nothing here")
GOES_BACK = (
    "The paid version was paid for already, so this payment bought nothing. All of it goes back to "
    "your card by itself."
)


@pytest.fixture
def eve(house: House, ada: Visitor) -> Visitor:
    """A doctor of Ada's practice with a free account."""
    ada.compose("eve@sample-dental.example", "doctor-in-my-practice")
    return house.join("eve@sample-dental.example", "Eve Root")


def buy_for(visitor: Visitor, whose: str) -> tuple[int, str]:
    return told(visitor.post("/buy", form_id=visitor.form_id(), user_id=whose))


def offers(visitor: Visitor) -> list[str]:
    """Return for whom a user manager may buy on My Practice."""
    forms = page_of(visitor.get("/practice")).select("form.buy-for")
    return [words(one) for one in forms]


def test_a_user_manager_buys_for_a_colleague_who_then_composes(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    assert offers(ada) == ["Buy ($10.00 a month) for Ben Desk"]
    before, whose = house.head(), user_id(house, ben)
    session_id = session_of(ada.post("/buy", form_id=ada.form_id(), user_id=whose))
    assert house.since(before) == [
        "purchase.started",
        "purchase.beneficiary-named",
        "purchase.checkout-opened",
    ]
    house.billing.pay(session_id)
    answer = ada.get(way_back(house, session_id))
    assert answer.location == "/practice"
    page = page_of(ada.get("/practice"))
    assert flashes(page) == ["Thank you. Ben Desk has the paid version now."]
    assert offers(ada) == []
    assert ben.compose("eve@home.example", "patient").status_code == 303


def test_the_way_back_of_who_bought_for_a_colleague_leads_to_the_practice_whatever_happened(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    answer = ada.post("/buy", form_id=ada.form_id(), user_id=user_id(house, ben))
    back = way_back(house, session_of(answer))
    assert ada.get(back).location == "/practice"
    house.billing.is_down = True
    assert ada.get(back).location == "/practice"


def test_only_a_user_manager_is_offered_to_buy_for_others(ben: Visitor, eve: Visitor) -> None:
    assert [offers(one) for one in (ben, eve)] == [[], []]


def test_who_is_no_user_manager_buys_for_no_colleague(
    house: House, ben: Visitor, eve: Visitor
) -> None:
    before = house.head()
    assert buy_for(ben, user_id(house, eve)) == NOT_YOURS
    assert house.since(before) == []


def test_nobody_buys_for_a_patient_a_stranger_or_another_practice(
    house: House, ada: Visitor, ben: Visitor, carla: Visitor, dora: Visitor
) -> None:
    before, nobody = house.head(), ben.form_id()
    for whose in (user_id(house, carla), user_id(house, dora), nobody):
        assert buy_for(ada, whose) == NOT_YOURS
    assert buy_for(dora, user_id(house, ben)) == NOT_YOURS
    assert buy_for(carla, user_id(house, ben)) == NOT_YOURS
    assert house.since(before) == []


def test_a_form_that_names_nobody_by_a_word_buys_nothing(house: House, ada: Visitor) -> None:
    before = house.head()
    for whose in ("", "ben", "\x00", "1" * 300):
        answer = ada.post("/buy", form_id=ada.form_id(), user_id=whose)
        assert (answer.status_code, answer.location) == (303, "/inbox")
    assert house.since(before) == []


def test_who_wants_to_buy_what_a_colleague_has_bought_meanwhile_is_told_by_whom(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    before = house.head()
    assert ben.post("/buy", form_id=ben.form_id()).location == "/compose"
    note = "Ada Sample has paid for it already. Nothing is charged now."
    assert flashes(ben.page("/compose")) == [note]
    assert house.since(before) == []


def test_who_wants_to_buy_twice_for_a_colleague_is_told_that_she_has_it(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    again = ada.post("/buy", form_id=ada.form_id(), user_id=user_id(house, ben))
    assert again.location == "/practice"
    note = "Your colleague has the paid version already. Nothing is charged now."
    assert flashes(ada.page("/practice")) == [note]


def test_when_a_colleague_was_quicker_the_other_card_page_is_closed_before_money_moves(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    session_id = session_of(ben.post("/buy", form_id=ben.form_id()))
    house.buy(ada, user_id=user_id(house, ben))
    assert house.billing.payments[session_id].page == "closed"
    note = "The card page was closed. Nothing was charged."
    assert flashes(ben.page(way_back(house, session_id))) == [note]


def test_a_double_payment_is_said_to_go_back_and_goes_back_by_itself(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    bens = session_of(ben.post("/buy", form_id=ben.form_id()))
    adas = session_of(ada.post("/buy", form_id=ada.form_id(), user_id=user_id(house, ben)))
    for session_id in (bens, adas):
        house.billing.pay(session_id)
    ada.get(way_back(house, adas))
    assert flashes(ben.page(way_back(house, bens))) == [GOES_BACK]
    house.settle()
    charged = {one.reference: one.refunded for one in house.billing.charged.values()}
    assert charged[str(house.billing.payments[bens].reference)] == 1000
    assert charged[str(house.billing.payments[adas].reference)] == 0


def test_a_colleague_whose_card_was_refused_is_bought_for_by_another(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ben)
    let_cards_answer(house, "declined")
    house.clock.forward(days=28)
    house.settle()
    ada.sign_in(ada.address)
    house.buy(ada, user_id=user_id(house, ben))
    held = house.portal.payments.subscription_of(house.portal.inviting.holder(ben.address))  # type: ignore[arg-type] - he is there
    assert held is not None
    assert (held.state, str(held.payer_id)) == ("running", user_id(house, ada))
