"""Plugs the card vendor together with everything that is done about money."""

from dataclasses import dataclass
from typing import Self

from domain.aggregate import Log
from domain.billing import Billing
from domain.clearing import Clearing
from domain.hearing import Hearing
from domain.purchasing import Purchasing
from domain.reconciling import Reconciling
from domain.renewing import Renewing
from domain.subscribing import Subscribing
from runtime.clock import now
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings

STRIPE_CARD_PAGE = "https://checkout.stripe.com"


@dataclass(frozen=True, slots=True)
class Money:
    """The commands about money, over one log and one vendor."""

    clearing: Clearing
    purchasing: Purchasing
    renewing: Renewing
    subscribing: Subscribing
    hearing: Hearing
    reconciling: Reconciling

    @classmethod
    def over(cls, log: Log, billing: Billing) -> Self:
        """Plug the commands together."""
        clearing, subscribing = Clearing(log, billing), Subscribing(log, billing)
        hearing = Hearing(log, billing, clearing, subscribing)
        return cls(
            clearing=clearing,
            purchasing=Purchasing(log, billing, clearing),
            renewing=Renewing(log, billing, clearing),
            subscribing=subscribing,
            hearing=hearing,
            reconciling=Reconciling(log, billing, clearing, hearing),
        )


def billing_of(settings: Settings) -> tuple[Billing, str]:
    """Return the card vendor, and the origin of its card page.

    Its package takes a fifth of a second to load, which commands that move no money are spared.
    """
    from adapters.stripe_billing import StripeBilling  # noqa: PLC0415 - see above

    if settings.stripe_secret_key:
        billing = StripeBilling(
            settings.stripe_secret_key,
            settings.stripe_webhook_secrets,
            clock=now,
            tax_code=settings.stripe_tax_code,
        )
        return billing, STRIPE_CARD_PAGE
    cards = SandboxCards.of(settings.data_folder)
    return (
        StripeBilling(cards.secret_key, [cards.webhook_secret], cards.origin, clock=now),
        cards.origin,
    )
