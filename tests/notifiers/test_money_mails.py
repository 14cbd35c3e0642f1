"""Every mail about money as it leaves, whole, in text and in HTML."""

from datetime import timedelta

from domain.aggregate import CASHIER
from domain.billing import Price
from domain.plan import MONTHLY, Plan
from domain.renewal import RENEWED_BEFORE
from domain.standing import Standing
from notifiers.mailer import Mail
from tests.notifiers.golden_mails import golden, whole
from tests.notifiers.till import Till

DEARER = Plan(MONTHLY.name, MONTHLY.months, Price(1250, "usd"))


def newest(till: Till) -> Mail:
    return till.sent()[-1]


def newest_to(till: Till, name: str) -> Mail:
    return [mail for mail in till.sent() if mail.to_address.startswith(name)][-1]


def renew(till: Till, answer: str) -> None:
    """Let Ada pay a first term, and her card answer so when the next one is due."""
    till.buy(till.ada, till.ada)
    till.card_answers(till.ada, answer)
    till.told()
    till.go_to(till.end_of(till.ada) - RENEWED_BEFORE)


def test_who_has_paid_gets_a_receipt(till: Till):
    till.buy(till.ada, till.ada)
    assert whole(newest(till)) == golden("receipt")


def test_who_has_paid_for_a_colleague_gets_a_receipt_that_names_him(till: Till):
    till.buy(till.ada, till.ben)
    assert whole(newest_to(till, "ada")) == golden("receipt-for-colleague")


def test_whose_card_paid_the_next_term_gets_a_receipt(till: Till):
    renew(till, "good")
    assert whole(newest(till)) == golden("receipt-renewal")


def test_for_whom_a_colleague_has_bought_it_is_told(till: Till):
    till.buy(till.ada, till.ben)
    assert whole(newest_to(till, "ben")) == golden("bought-for-you")


def test_for_whom_it_was_bought_and_who_has_not_registered_is_asked_to(till: Till):
    till.invite(till.carla, "carla@sample-dental.example")
    till.told()
    till.buy(till.ada, till.carla)
    assert whole(newest_to(till, "carla")) == golden("bought-for-newcomer")


def pay_twice(till: Till) -> None:
    """Let Ada and Ben pay for Ben, in two windows."""
    bens, adas = till.choose(till.ben, till.ben), till.choose(till.ada, till.ben)
    till.pay(bens, till.ben)
    till.told()
    till.pay(adas, till.ada)


def test_whose_payment_bought_nothing_is_told_that_it_goes_back(till: Till):
    pay_twice(till)
    assert whole(newest(till)) == golden("refund-owed")


def test_who_got_all_her_money_back_is_told(till: Till):
    purchase = till.buy(till.ada, till.ada)
    till.told()
    till.give_back(purchase)
    assert whole(till.sent()[0]) == golden("refund")


def test_who_got_some_money_back_is_told(till: Till):
    purchase = till.buy(till.ada, till.ben)
    till.told()
    till.give_back(purchase, 400)
    assert whole(newest(till)) == golden("refund-part")


def test_whose_card_was_refused_is_told_what_to_do(till: Till):
    renew(till, "declined")
    assert whole(newest(till)) == golden("renewal-trouble")


def test_whose_card_was_refused_for_the_last_time_is_told_so(till: Till):
    renew(till, "declined")
    till.go_to(till.clock() + timedelta(days=6))
    assert whole(newest(till)) == golden("renewal-trouble-last")


def test_whose_card_has_expired_is_told_so(till: Till):
    renew(till, "expired")
    assert whole(newest(till)) == golden("renewal-trouble-expired")


def test_whose_bank_wants_to_ask_her_gets_a_link_to_confirm(till: Till):
    renew(till, "needs-holder")
    assert whole(newest(till)) == golden("renewal-trouble-confirm")


def test_who_has_cancelled_is_told_until_when_it_stays(till: Till):
    till.buy(till.ada, till.ada)
    till.told()
    till.cancel(till.ada, till.ada)
    assert whole(newest(till)) == golden("renewal-cancelled")


def test_whose_payment_was_disputed_is_told_that_nothing_is_charged_any_more(till: Till):
    purchase = till.buy(till.ada, till.ben)
    till.told()
    till.dispute(purchase)
    assert whole(newest(till)) == golden("renewal-cancelled-by-bank")


def test_who_has_no_card_that_could_be_charged_is_told_so(till: Till):
    till.buy(till.ada, till.ben)
    till.told()
    standing = Standing(till.stores.log, till.ben, till.clock())
    standing.cancel(by=CASHIER)
    standing.save()
    till.projections.catch_up()
    assert whole(newest(till)) == golden("renewal-cancelled-no-card")


def test_who_paid_for_somebody_who_was_erased_is_told_that_it_ends(till: Till):
    till.buy(till.ada, till.ben)
    till.told()
    till.erase(till.ben)
    till.go_to(till.end_of(till.ben) - RENEWED_BEFORE)
    assert whole(newest(till)) == golden("renewal-cancelled-erased")


def test_whose_paid_version_is_over_is_told_how_it_comes_back(till: Till):
    till.buy(till.ada, till.ben)
    till.cancel(till.ben, till.ada)
    till.told()
    till.go_to(till.end_of(till.ben))
    assert whole(newest_to(till, "ben")) == golden("lapsed")
    assert whole(newest_to(till, "ada")) == golden("lapsed-colleague")


def test_for_whom_the_next_term_costs_something_else_is_told_in_time(till: Till):
    till.buy(till.ada, till.ada)
    till.told()
    till.go_to(till.end_of(till.ada) - timedelta(days=9))
    till.costs(DEARER)
    assert whole(newest(till)) == golden("price-change")


def test_whose_card_expires_is_told_a_month_before(till: Till):
    till.buy(till.ada, till.ada)
    till.told()
    till.leave_card(till.ada, expires=(2026, 3))
    assert whole(newest(till)) == golden("card-expiry")


def test_who_has_left_another_card_is_told_in_case_it_was_somebody_else(till: Till):
    till.buy(till.ada, till.ada)
    till.told()
    till.leave_card(till.ada)
    assert whole(newest(till)) == golden("card-changed")


def test_who_asks_for_her_invoices_gets_them_as_a_list(till: Till):
    till.buy(till.ada, till.ada)
    till.give_back(till.buy(till.ada, till.ben), 400)
    till.go_to(till.end_of(till.ada) - RENEWED_BEFORE)
    till.told()
    till.ask_for_invoices(till.ada)
    assert whole(newest(till)) == golden("invoice-summary")
