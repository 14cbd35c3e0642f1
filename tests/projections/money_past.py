"""All that can happen to money, in one story: Ada pays for Ben, and later for herself."""

from datetime import timedelta
from functools import cache

from domain.billing import Price, SavedCard
from domain.plan import Plan
from domain.purchase import Purchase
from projections.projection import Event
from tests.domain.money import MoneyWorld
from tests.domain.people import ADA, BEN

ANNUAL = Plan("annual", 12, Price(10800, "usd"))
DEARER = Plan("monthly", 1, Price(1200, "usd"))


class MoneyPast(MoneyWorld):
    """The story, chapter by chapter."""

    def later(self, days: int) -> None:
        self.time += timedelta(days=days)
        self.settle()

    def reference(self, session_id: str) -> str:
        return str(self.billing.payments[session_id].reference)

    def tell(self) -> list[Event]:
        self.pricing.offer(ANNUAL, at=self.time)
        self.pricing.withdraw("annual", at=self.time)
        bought = self.buy_thrice()
        self.dispute(bought, won=True)
        self.subscribing.resume(user_id=BEN, payer_id=ADA, at=self.time)
        self.renew_at_another_price()
        self.give_back(bought)
        self.lapse_for_want_of_a_good_card()
        self.lose_a_dispute()
        self.compare()
        return [recorded.event for recorded in self.log.read(after=0, limit=1_000_000)]

    def buy_thrice(self) -> str:
        """Pay twice at once, the second time in vain, and leave a third page alone."""
        sessions = [self.buy(ADA, BEN), self.buy(BEN, BEN), self.buy(BEN, BEN)]
        self.billing.pay(sessions[0], "good", (2026, 5))
        self.settle_purchase(sessions[0])
        self.billing.pay(sessions[1])
        self.settle()
        self.billing.refund_in_dashboard(self.reference(sessions[0]), 250)
        self.settle()
        return sessions[0]

    def settle_purchase(self, session_id: str) -> None:
        [purchase_id] = [one.id for one in self.all(Purchase) if one.session_id == session_id]
        self.clearing.clear(purchase_id, at=self.time)

    def dispute(self, session_id: str, *, won: bool) -> None:
        self.billing.open_dispute(self.reference(session_id))
        self.later(days=1)
        self.billing.close_dispute(self.reference(session_id), won=won)
        self.later(days=1)

    def renew_at_another_price(self) -> None:
        self.later(days=20)
        self.pricing.offer(DEARER, at=self.time)
        self.later(days=1)
        self.later(days=6)

    def give_back(self, session_id: str) -> None:
        """Give the money of the first term back while the next one is paid already."""
        self.billing.refund_in_dashboard(self.reference(session_id))
        self.settle()
        self.subscribing.resume(user_id=BEN, payer_id=ADA, at=self.time)

    def lapse_for_want_of_a_good_card(self) -> None:
        self.billing.leave_card(self.change_card(ADA), "declined", (2026, 5))
        for _ in range(12):
            self.later(days=3)
        self.later(days=7)

    def lose_a_dispute(self) -> None:
        session_id = self.buy(ADA, ADA)
        self.billing.pay(session_id)
        self.settle()
        self.dispute(session_id, won=False)

    def compare(self) -> None:
        """Ask for a list of invoices, and find money of a purchase that was never begun."""
        self.subscribing.request_summary(payer_id=ADA, at=self.time)
        self.billing.charge(
            purchase_id=self.new_id(),
            price=DEARER.price,
            description=DEARER.description,
            card=SavedCard("cus_nobody", "pm_nobody", 2031, 4),
        )
        self.reconciling.compare(since=self.time - timedelta(days=1), paid_since=[], at=self.time)


@cache
def money_past() -> list[Event]:
    return MoneyPast().tell()
