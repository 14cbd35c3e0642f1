"""Money at the edges: what stays open for good, and money that moved where nobody looked."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.billing import BillingIsUnavailable, Charge, ChargeState, PageState, Payment, SavedCard
from domain.payer import Payer
from domain.purchase import NoSuchPurchase, Purchase
from domain.subscription_life import SubscriptionState
from tests.domain.money import MoneyWorld
from tests.domain.people import ADA, BEN
from tests.doubles.billing import Fault

ONE_DAY = timedelta(days=1)
ANOTHER_PAGE = "cs_memory_another"
ANOTHER = "pi_memory_another"


@pytest.fixture
def world() -> MoneyWorld:
    return MoneyWorld()


def paid(world: MoneyWorld, user_id: UUID = ADA, card: str = "good") -> str:
    """Let somebody buy; her card answers later charges so."""
    session = world.buy(user_id, user_id)
    world.billing.pay(session, card)
    world.settle()
    return session


def pass_days(world: MoneyWorld, days: int) -> None:
    for _ in range(days):
        world.time += ONE_DAY
        world.settle()


def refuses_charges(call: str) -> Fault:
    return "before" if call in ("find_charge", "charge") else None


def can_buy(world: MoneyWorld, user_id: UUID) -> bool:
    session = world.buy(user_id, user_id)
    world.cashier.work()
    if world.billing.payments[session].page is not PageState.OPEN:
        return False
    world.billing.pay(session)
    world.settle()
    return world.user(user_id).is_paid(world.time)


def paid_on_another_page(world: MoneyWorld, purchase: Purchase) -> None:
    """Let the money of a purchase move on a page that is not the one we know of."""
    at, price = world.time, purchase.plan.price
    world.billing.charged[ANOTHER] = Charge(purchase.id, ANOTHER, ChargeState.PAID, price, at)
    world.billing.customers[ANOTHER] = "cus_memory_another"
    card = SavedCard("cus_memory_another", "pm_memory_another", 2031, 4)
    whole = Payment(purchase.id, ANOTHER_PAGE, PageState.COMPLETE, ANOTHER, price, card)
    world.billing.payments[ANOTHER_PAGE] = whole


def test_a_renewal_that_is_never_decided_ends_and_can_be_bought_anew(world: MoneyWorld) -> None:
    paid(world, card="slow")
    pass_days(world, 50)
    assert world.subscription(ADA).state is SubscriptionState.FREE
    assert can_buy(world, ADA)


def test_a_renewal_that_the_vendor_refuses_for_good_ends_too(world: MoneyWorld) -> None:
    paid(world)
    world.billing.fault = refuses_charges
    pass_days(world, 50)
    assert world.subscription(ADA).state is SubscriptionState.FREE
    assert can_buy(world, ADA)


def test_a_page_that_was_opened_as_a_term_ended_stays_open(world: MoneyWorld) -> None:
    paid(world)
    world.subscribing.cancel(user_id=ADA, payer_id=ADA, at=world.time)
    world.time = world.subscription(ADA).ends_at or world.time
    assert can_buy(world, ADA)


def test_money_on_another_page_of_a_closed_purchase_buys_the_term(world: MoneyWorld) -> None:
    world.billing.expire(world.buy(ADA, ADA))
    world.settle()
    purchase = world.all(Purchase)[0]
    paid_on_another_page(world, purchase)
    world.billing.tell("checkout.session.completed", session_id=ANOTHER_PAGE)
    world.settle()
    assert world.user(ADA).is_paid(world.time)


def test_money_on_another_page_is_found_by_comparing(world: MoneyWorld) -> None:
    world.billing.expire(world.buy(ADA, ADA))
    world.settle()
    paid_on_another_page(world, world.all(Purchase)[0])
    found, _ = world.reconciling.compare(since=world.time - ONE_DAY, paid_since=(), at=world.time)
    assert found.repaired == 1
    assert world.user(ADA).is_paid(world.time)


def test_a_purchase_that_was_paid_twice_is_told_to_support(world: MoneyWorld) -> None:
    paid(world)
    paid_on_another_page(world, world.all(Purchase)[0])
    found, _ = world.reconciling.compare(since=world.time - ONE_DAY, paid_since=(), at=world.time)
    assert [one.reference for one in found.differences] == [ANOTHER]


def test_a_report_about_a_purchase_without_card_and_page_asks_for_nobodys_charges(
    world: MoneyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.billing.lost_answers = 1
    with pytest.raises(BillingIsUnavailable):
        world.buy(ADA, ADA)
    purchase = world.all(Purchase)[0]
    world.billing.pay(f"cs_memory_{purchase.id.hex}")
    asked: list[str] = []
    find = world.billing.find_charge

    def watched(purchase_id: UUID, *, customer: str) -> Charge | None:
        asked.append(customer)
        return find(purchase_id, customer=customer)

    monkeypatch.setattr(world.billing, "find_charge", watched)
    world.hearing.receive(world.billing.news[0], at=world.time)
    world.cashier.work()
    assert asked == []


def test_a_mistake_of_ours_about_one_purchase_stops_no_other(
    world: MoneyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = world.buy(ADA, ADA), world.buy(BEN, BEN)
    look = world.billing.payment

    def mistaken(session_id: str) -> Payment:
        if session_id == first:
            raise RuntimeError("a mistake of ours")
        return look(session_id)

    monkeypatch.setattr(world.billing, "payment", mistaken)
    for session in (first, second):
        world.billing.pay(session)
    world.settle()
    assert world.user(BEN).is_paid(world.time)


def test_what_has_to_wait_hides_nothing_that_need_not(world: MoneyWorld) -> None:
    tried: list[UUID] = []
    stuck = [UUID(int=number) for number in range(150)]

    def refused(purchase_id: UUID, *, at: datetime) -> int:
        del at
        tried.append(purchase_id)
        raise NoSuchPurchase

    for _ in range(2):
        world.cashier._each(refused, stuck)  # noqa: SLF001
    assert set(tried) == set(stuck)


def test_a_vendor_that_does_not_answer_is_not_asked_about_everything(world: MoneyWorld) -> None:
    tried: list[UUID] = []

    def silent(purchase_id: UUID, *, at: datetime) -> int:
        del at
        tried.append(purchase_id)
        raise BillingIsUnavailable("no answer")

    world.cashier._each(silent, [UUID(int=number) for number in range(150)])  # noqa: SLF001
    assert len(tried) == 3


def test_who_has_cancelled_gets_back_what_was_charged_all_the_same(world: MoneyWorld) -> None:
    paid(world)
    world.time += 28 * ONE_DAY
    world.billing.fault = lambda call: "after" if call == "charge" else None
    world.cashier.work()
    world.billing.is_down = True
    world.subscribing.cancel(user_id=ADA, payer_id=ADA, at=world.time)
    pass_days(world, 10)
    world.billing.fault, world.billing.is_down = (lambda _call: None), False
    world.settle()
    assert sorted(one.refunded for one in world.billing.all_charges()) == [0, 1000]
    assert not world.user(ADA).is_paid(world.time)


def test_a_card_that_is_heard_of_late_does_not_replace_one_that_was_left_after_it(
    world: MoneyWorld,
) -> None:
    paid(world)
    pages = [world.change_card(ADA) for _ in range(2)]
    for page in pages:
        world.billing.leave_card(page)
    for page in reversed(pages):
        report = world.billing.last("checkout.session.completed", session_id=page)
        world.hearing.receive(report, at=world.time)
        world.settle()
    [payer] = world.all(Payer)
    assert payer.card == world.billing.updates[pages[1]].card
