"""A payment that the bank wants its card holder to see is confirmed on the bank's page."""

import pytest

from tests.fixtures.house import BASE_URL, House, Visitor
from tests.web.pages import flashes, page_of, told
from tests.web.till import fall_due, main_text, pass_days, state_of, user_id

NOT_YOURS = (404, "There is nothing here")
CONFIRMED = "Thank you. The payment went through, and the paid version goes on."
NOTHING_TO_CONFIRM = "There is nothing to confirm: this payment is settled."
NOT_CONFIRMED = (
    "The payment is not confirmed. You can try again; what is confirmed shows here soon."
)


@pytest.fixture
def asked(house: House, ben: Visitor) -> Visitor:
    """Ben, whose bank wants to see him before it pays for the next term."""
    house.buy(ben)
    fall_due(house, ben, answer="needs-holder")
    assert state_of(house, ben) == "past due"
    return ben


def page_to_confirm(visitor: Visitor) -> str:
    """Return the path to which the banner leads."""
    link = visitor.page("/billing").find("a", string="Confirm the Payment")
    assert link is not None, "no link"
    return str(link["href"])  # type: ignore[index] - a link has an address


def at_the_bank(house: House, visitor: Visitor) -> tuple[str, str]:
    """Find the way to the bank's page; return the charge, and the way back from there."""
    link = page_of(visitor.post(page_to_confirm(visitor))).find("a", string="Go to My Bank")
    assert link is not None
    address = str(link["href"])  # type: ignore[index] - a link has an address
    reference = address.removeprefix("https://bank.example/")
    page = house.billing.holder_pages[reference]
    assert address == page.url
    return reference, page.return_url.removeprefix(BASE_URL)


def test_the_mail_leads_to_the_page_and_looking_at_it_does_nothing(
    house: House, asked: Visitor
) -> None:
    path, before = page_to_confirm(asked), house.head()
    mail, *_ = house.mails_to(asked.address)
    assert f"{BASE_URL}{path}" in mail.text
    assert "Your bank wants you to confirm $10.00" in main_text(asked, path)
    asked.get(path)
    assert house.since(before) == []
    assert house.billing.holder_pages == {}


def test_who_confirms_at_the_bank_goes_on(house: House, asked: Visitor) -> None:
    reference, back = at_the_bank(house, asked)
    house.billing.confirm_as_holder(reference)
    assert flashes(asked.page(back)) == [CONFIRMED]
    assert state_of(house, asked) == "running"
    assert "Paid until May 2, 2026" in main_text(asked, "/billing")


def test_who_refuses_at_the_bank_is_charged_nothing_and_can_try_again(
    house: House, asked: Visitor
) -> None:
    reference, back = at_the_bank(house, asked)
    house.billing.refuse_as_holder(reference)
    assert flashes(asked.page(back)) == [NOT_CONFIRMED]
    assert state_of(house, asked) == "past due"
    reference, back = at_the_bank(house, asked)
    house.billing.confirm_as_holder(reference)
    assert flashes(asked.page(back)) == [CONFIRMED]


def test_who_comes_back_before_the_bank_has_decided_is_not_told_that_it_went_through(
    house: House, asked: Visitor
) -> None:
    _, back = at_the_bank(house, asked)
    assert flashes(asked.page(back)) == [NOT_CONFIRMED]
    assert state_of(house, asked) == "past due"


def test_what_is_paid_meanwhile_has_nothing_to_confirm(house: House, asked: Visitor) -> None:
    path, (reference, back) = page_to_confirm(asked), at_the_bank(house, asked)
    house.billing.confirm_as_holder(reference)
    assert asked.post(path).location == f"{path}/return"
    assert flashes(asked.page(back)) == [CONFIRMED]
    assert flashes(asked.page(path)) == [NOTHING_TO_CONFIRM]


def test_while_the_vendor_is_silent_nobody_is_told_that_it_went_wrong(
    house: House, asked: Visitor
) -> None:
    reference, back = at_the_bank(house, asked)
    house.billing.confirm_as_holder(reference)
    house.billing.is_down = True
    assert flashes(asked.page(back)) == [
        "The card processor has not answered yet. The payment shows as soon as it does."
    ]
    house.billing.is_down = False
    assert flashes(asked.page(back)) == [CONFIRMED]


def test_while_the_vendor_is_down_the_way_to_the_bank_is_closed_and_nothing_is_lost(
    house: House, asked: Visitor
) -> None:
    path, before = page_to_confirm(asked), house.head()
    house.billing.is_down = True
    assert asked.post(path).status_code == 503
    house.billing.is_down = False
    assert house.since(before) == []
    assert at_the_bank(house, asked)[0] in house.billing.charged


def test_the_payment_of_somebody_else_is_like_one_that_does_not_exist(
    house: House, ada: Visitor, dora: Visitor, asked: Visitor
) -> None:
    path = page_to_confirm(asked)
    for visitor in (ada, dora):
        visitor.sign_in(visitor.address)
        before = house.head()
        answers = [visitor.get(path), visitor.post(path), visitor.get(f"{path}/return")]
        assert {told(one) for one in answers} == {NOT_YOURS}
        assert house.since(before) == []
    assert house.billing.holder_pages == {}


def test_a_payment_that_bought_nothing_any_more_is_said_to_go_back(
    house: House, ada: Visitor, asked: Visitor
) -> None:
    reference, back = at_the_bank(house, asked)
    house.billing.confirm_as_holder(reference)
    ada.sign_in(ada.address)
    house.buy(ada, user_id=user_id(house, asked))
    [said] = flashes(asked.page(back))
    assert "goes back to your card" in said
    house.settle()
    assert house.billing.charged[reference].refunded == 1000


def test_a_payment_of_which_the_tier_has_lapsed_meanwhile_cannot_be_confirmed(
    house: House, asked: Visitor
) -> None:
    path = page_to_confirm(asked)
    pass_days(house, 8, asked)
    assert state_of(house, asked) == "free"
    assert flashes(asked.page(path)) == [NOTHING_TO_CONFIRM]
