"""What is sold, and that its price stands there before the click."""

import pytest

from domain.billing import Price
from domain.plan import Plan
from domain.pricing import Pricing
from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, page_of
from tests.web.till import fall_due, main_text, pass_days, session_of, words

YEARLY = Plan("yearly", 12, Price(10_000, "usd"))
PROMISE = (
    "It renews by itself until you cancel. You see the card page next; nothing is charged before "
    "you pay there."
)


def offer(house: House, *plans: Plan) -> None:
    for plan in plans:
        Pricing(house.stores.log).offer(plan, at=house.clock())
    house.settle()


@pytest.mark.parametrize("path", ["/inbox", "/compose", "/billing"])
def test_price_and_renewal_stand_beside_the_button(ben: Visitor, path: str) -> None:
    form = ben.page(path).select_one("form.buy")
    assert form is not None
    assert words(form) == f"Buy Now $10.00 a month. {PROMISE}"
    assert form.select("[name=plan]") == []


def test_of_several_plans_one_is_chosen_and_the_shortest_is_marked(
    house: House, ben: Visitor
) -> None:
    offer(house, YEARLY)
    form = ben.page("/billing").select_one("form.buy")
    assert form is not None
    radios = form.select("input[type=radio][name=plan]")
    assert [(one["value"], one.has_attr("checked")) for one in radios] == [
        ("monthly", True),
        ("yearly", False),
    ]
    labels = [words(one) for one in form.select("label")]
    assert labels == ["$10.00 a month", "$100.00 a year"]


def test_the_chosen_plan_is_what_is_paid(house: House, ben: Visitor) -> None:
    offer(house, YEARLY)
    session_id = house.buy(ben, plan="yearly")
    assert house.billing.payments[session_id].price == YEARLY.price
    assert "Paid until Mar 2, 2027, then $100.00" in main_text(ben, "/billing")


def test_each_plan_is_bought_for_a_colleague_too(house: House, ada: Visitor, ben: Visitor) -> None:
    offer(house, YEARLY)
    options = page_of(ada.get("/practice")).select("form.buy-for select option")
    assert [words(one) for one in options] == [
        "$10.00 a month",
        "$100.00 a year",
    ]
    assert ben.get("/practice").status_code == 200


@pytest.mark.parametrize("name", ["weekly", "MONTHLY", "\x00", "x" * 500, "' OR 1=1"])
def test_a_plan_that_is_not_sold_cannot_be_bought(house: House, ben: Visitor, name: str) -> None:
    before = house.head()
    answer = ben.post("/buy", form_id=ben.form_id(), plan=name)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    note = 'Please choose "Buy Now" again. Nothing was charged.'
    assert flashes(ben.page("/inbox")) == [note]
    assert house.since(before) == []


def test_a_plan_that_was_withdrawn_is_not_offered_and_cannot_be_bought(
    house: House, ben: Visitor
) -> None:
    offer(house, YEARLY)
    Pricing(house.stores.log).withdraw("monthly", at=house.clock())
    house.settle()
    assert "$100.00 a year" in main_text(ben, "/billing")
    assert "$10.00" not in main_text(ben, "/billing")
    assert ben.post("/buy", form_id=ben.form_id(), plan="monthly").location == "/inbox"


def test_who_buys_after_a_change_pays_the_new_price_and_a_running_term_keeps_its_own(
    house: House, ben: Visitor, dora: Visitor
) -> None:
    house.buy(ben)
    offer(house, Plan("monthly", 1, Price(1200, "usd")))
    assert "then $10.00" in main_text(ben, "/billing")
    session_id = session_of(dora.post("/buy", form_id=dora.form_id()))
    assert house.billing.payments[session_id].price == Price(1200, "usd")


def test_a_new_price_is_told_days_before_and_charged_with_the_next_term(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    offer(house, Plan("monthly", 1, Price(1200, "usd")))
    pass_days(house, 22, ben)
    assert "then $12.00" in main_text(ben, "/billing")
    fall_due(house, ben, answer="good")
    [*_, renewal] = house.billing.charged.values()
    assert renewal.price == Price(1200, "usd")


def test_patients_never_see_a_price(house: House, carla: Visitor) -> None:
    offer(house, YEARLY)
    for path in ("/dashboard", "/inbox", "/compose", "/account"):
        page = carla.page(path).get_text()
        assert "$" not in page
        assert "Buy" not in page
