"""Random schedules of clicks, reports, faults, crashes and clock steps."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.aggregate import OPERATOR, save
from domain.billing import ChargeState, Dispute, PageState, Price
from domain.plan import MONTHLY, Plan
from domain.plan_catalogue import plans_of
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.refusal import Refusal
from domain.tier import AlreadyPaid
from tests.domain.money import PEOPLE, CutOff, MoneyWorld
from tests.domain.money_at_rest import check_when_settled
from tests.domain.money_checks import check_at_any_time
from tests.domain.money_log import check_explained
from tests.doubles.billing import Fault
from tests.doubles.card_answers import Answer
from tests.doubles.card_vendor import ThePageIsClosed

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = (
    timedelta(seconds=5),
    timedelta(minutes=7),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=3),
    timedelta(days=26),
    timedelta(days=26),
)
CARDS = [*Answer]
QUARTERLY = Plan("quarterly", 3, Price(2700, "usd"))


class Schedule:
    """One schedule; the same seed gives the same one."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.world = chance, MoneyWorld()
        self.trouble = chance.choice([0.0, 0.0, 0.15, 0.4])
        self.deeds: list[Callable[[], object]] = [
            *[self.buy] * 3,
            *[self.use_page] * 5,
            *[self.come_back] * 3,
            *[self.hear] * 4,
            *[self.work] * 6,
            *[self.pass_time] * 12,
            *[self.rarely] * 2,
            self.resume,
            self.change_card,
            self.leave_card,
            *[self.change_mood] * 2,
            *[self.confirm] * 2,
            self.decide,
            self.reprice,
            self.compare,
            self.crash,
            self.grant,
        ]

    def run(self, steps: int = 100) -> None:
        """Let things happen, checking after each what must hold at any time; then settle up."""
        self.world.billing.fault = self.fault
        self.world.log.cut = self.cut
        for _ in range(steps):
            with suppress(Refusal, CutOff, ThePageIsClosed):
                self.chance.choice(self.deeds)()
            check_at_any_time(self.world)
        self.calm_down()
        self.world.settle()
        check_at_any_time(self.world)
        check_when_settled(self.world)
        check_explained(self.world)
        self.let_everybody_buy()

    def let_everybody_buy(self) -> None:
        """See to it that nobody is stranded: who may buy has the tier as soon as she has paid."""
        for user_id in PEOPLE:
            with suppress(AlreadyPaid):
                session = self.world.buy(user_id, user_id)
                self.world.cashier.work()
                self.world.billing.pay(session)
                self.world.settle()
                assert self.world.user(user_id).is_paid(self.world.time), "stranded"
        check_at_any_time(self.world)
        check_when_settled(self.world)

    def calm_down(self) -> None:
        self.trouble = 0.0
        for reference, charge in self.world.billing.charged.items():
            if charge.state is ChargeState.PENDING and charge.purchase_id is not None:
                with suppress(KeyError):
                    self.world.billing.decide(reference, paid=self.chance.random() < 0.5)

    def fault(self, call: str) -> Fault:
        del call
        if not self.trouble or self.chance.random() >= self.trouble:
            return None
        return self.chance.choice(["before", "after"])

    def cut(self) -> str | None:
        if not self.trouble or self.chance.random() >= self.trouble / 4:
            return None
        return self.chance.choice(["before", "after"])

    def somebody(self) -> UUID:
        return self.chance.choice(PEOPLE)

    def session(self) -> str:
        return self.chance.choice([*self.world.billing.payments, *self.world.billing.updates, ""])

    def buy(self) -> object:
        plan = self.chance.choice([MONTHLY, *plans_of(self.world.log)])
        return self.world.buy(self.somebody(), self.somebody(), plan)

    def use_page(self) -> object:
        session, billing = self.session(), self.world.billing
        if session not in billing.payments:
            return None
        match self.chance.randrange(8):
            case 0:
                return billing.decline(session)
            case 1:
                is_open = billing.payments[session].page is PageState.OPEN
                return billing.expire(session) if is_open else None
            case _:
                expires = self.chance.choice([(2031, 4), (2026, 5)])
                return billing.pay(session, self.chance.choice(CARDS), expires)

    def come_back(self) -> object:
        purchase = self.chance.choice(self.world.all(Purchase) or [None])
        if purchase is None:
            return None
        return self.world.purchasing.settle(
            purchase_id=purchase.id, buyer_id=purchase.buyer_id, at=self.world.time
        )

    def hear(self) -> object:
        news = self.world.billing.news
        if not news:
            return None
        return self.world.hearing.receive(self.chance.choice(news[-6:]), at=self.world.time)

    def work(self) -> object:
        return self.world.cashier.work()

    def rarely(self) -> object:
        """Do one of what ends most stories."""
        return self.chance.choice([self.cancel, self.refund, self.dispute, self.crash, self.hear])()

    def pass_time(self) -> object:
        self.world.time += self.chance.choice(STEPS)
        return self.work()

    def cancel(self) -> object:
        user_id = self.somebody()
        payer_id = self.world.subscription(user_id).payer_id
        return self.world.subscribing.cancel(user_id=user_id, payer_id=payer_id, at=self.world.time)

    def resume(self) -> object:
        user_id = self.somebody()
        payer_id = self.world.subscription(user_id).payer_id
        return self.world.subscribing.resume(user_id=user_id, payer_id=payer_id, at=self.world.time)

    def change_card(self) -> object:
        session = self.world.change_card(self.somebody())
        self.world.billing.leave_card(session, self.chance.choice(CARDS))
        return self.retry_now()

    def leave_card(self) -> object:
        session = self.session()
        if session in self.world.billing.updates:
            self.world.billing.leave_card(session, self.chance.choice(CARDS))
        return self.retry_now()

    def retry_now(self) -> object:
        user_id = self.somebody()
        by = self.world.subscription(user_id).payer_id
        return self.world.renewing.retry(user_id, by=by, at=self.world.time)

    def change_mood(self) -> object:
        answers = self.world.billing.answers
        if answers:
            answers[self.chance.choice([*answers])] = self.chance.choice(CARDS)
        return None

    def confirm(self) -> object:
        failed = [one for one in self.world.all(Purchase) if one.state is PurchaseState.FAILED]
        if not failed:
            return None
        one = self.chance.choice(failed)
        self.world.subscribing.confirm(
            purchase_id=one.id, payer_id=one.buyer_id, return_url="https://portal.example/back"
        )
        billing = self.world.billing
        if one.reference not in billing.holder_pages:
            return None
        if self.chance.random() < 0.7:
            return billing.confirm_as_holder(one.reference)
        return billing.refuse_as_holder(one.reference)

    def paid_reference(self) -> str | None:
        charged = self.world.billing.charged.items()
        paid = [name for name, one in charged if one.state is ChargeState.PAID and one.purchase_id]
        return self.chance.choice(paid) if paid else None

    def refund(self) -> object:
        reference, billing = self.paid_reference(), self.world.billing
        if reference is None or billing.charged[reference].dispute is not None:
            return None
        return billing.refund_in_dashboard(reference, self.chance.choice([None, None, 250]))

    def dispute(self) -> object:
        reference, billing = self.paid_reference(), self.world.billing
        if reference is None or billing.charged[reference].refunded:
            return None
        match billing.charged[reference].dispute:
            case None:
                return billing.open_dispute(reference)
            case Dispute.OPEN:
                return billing.close_dispute(reference, won=self.chance.random() < 0.5)
            case _:
                return None

    def decide(self) -> object:
        charged = self.world.billing.charged.items()
        pending = [name for name, one in charged if one.state is ChargeState.PENDING]
        if not pending:
            return None
        return self.world.billing.decide(
            self.chance.choice(pending), paid=self.chance.random() < 0.6
        )

    def reprice(self) -> object:
        amount = self.chance.choice([1000, 1200, 1500])
        plan = self.chance.choice([Plan("monthly", 1, Price(amount, "usd")), QUARTERLY])
        return self.world.pricing.offer(plan, at=self.world.time)

    def grant(self) -> object:
        """Let support give somebody the tier, which ends hardly any story well."""
        if self.chance.random() < 0.9:
            return None
        user = self.world.user(self.somebody())
        user.grant_tier(by=OPERATOR, at=self.world.time)
        return save(self.world.log, user)

    def compare(self) -> object:
        since = self.world.time - timedelta(days=7)
        return self.world.reconciling.compare(
            since=since,
            paid_since=[one.id for one in self.world.all(Purchase) if one.is_paid],
            at=self.world.time,
        )

    def crash(self) -> object:
        self.world.restart()
        return None
