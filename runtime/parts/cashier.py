"""The part that sees to money: renews, gives back, hears the card vendor. It has no key at all."""

from collections.abc import Callable
from datetime import datetime

from domain.billing import Billing
from eventlog.sequencer import ORDERED
from projections.duties import Duties
from projections.payments import Payments
from runtime.billing import Money, billing_of
from runtime.cashier import Cashier
from runtime.clock import now
from runtime.parts.life import end_with_starter, until_told_to_stop
from runtime.reconciler import Reconciler
from runtime.settings import read_settings
from runtime.stores import Stores


def cashier_of(
    stores: Stores, billing: Billing, clock: Callable[[], datetime] = now
) -> tuple[Cashier, Reconciler]:
    """Return the cashier with all that it needs, and who compares for it."""
    money = Money.over(stores.log, billing)
    cashier = Cashier(
        duties=Duties(stores.pool),
        purchasing=money.purchasing,
        renewing=money.renewing,
        subscribing=money.subscribing,
        hearing=money.hearing,
        clock=clock,
    )
    return cashier, Reconciler(money.reconciling, Payments(stores.pool), clock)


def main() -> None:
    """See to money until told to stop."""
    end_with_starter()
    settings = read_settings()
    database_url = str(settings.database_url)
    billing, _ = billing_of(settings)
    wait = until_told_to_stop(database_url, ORDERED)
    with Stores.open(database_url) as stores:
        cashier, reconciler = cashier_of(stores, billing)
        while wait(cashier.work() + reconciler.work() == 0):
            pass


if __name__ == "__main__":
    main()
