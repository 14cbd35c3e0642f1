"""Stripe as the card vendor of the house: one object for card pages, charges and news.

Nothing personal is sent: Stripe learns our identifiers, prices and the names of plans, and every
call is held to the list in `adapters/stripe_fields.py` before it leaves.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from adapters.stripe_card_pages import StripeCardPages
from adapters.stripe_charges import StripeCharges
from adapters.stripe_line import StripeLine, stripe_client
from adapters.stripe_news import StripeNews

TIMEOUT_IN_SECONDS = 10.0
QUICK_TIMEOUT_IN_SECONDS = 2.0


class StripeBilling(StripeCardPages, StripeCharges, StripeNews):
    """The `Billing` port on Stripe. Holds no state but its pools of connections a thread.

    `timeout` is how long an answer is waited for, in seconds, and `quick_timeout` the same for what
    a page of ours waits for and can do without; that is not asked for again.

    `webhook_secrets` are all valid at once, so that a secret can be replaced without losing a
    message. `api_base` names another host that speaks Stripe's protocol; None means Stripe itself.
    `tax_code` says what kind of thing is sold, for Stripe to work out the tax; None means no tax.
    """

    def __init__(
        self,
        secret_key: str,
        webhook_secrets: Sequence[str],
        api_base: str | None = None,
        *,
        clock: Callable[[], datetime],
        timeout: float = TIMEOUT_IN_SECONDS,
        quick_timeout: float = QUICK_TIMEOUT_IN_SECONDS,
        tax_code: str | None = None,
    ) -> None:
        self._http = StripeLine(timeout=timeout)
        self._quick_http = StripeLine(timeout=quick_timeout, retries=0)
        client = stripe_client(secret_key, self._http, api_base)
        quick = stripe_client(secret_key, self._quick_http, api_base)
        StripeCardPages.__init__(self, client, quick, tax_code)
        StripeCharges.__init__(self, client)
        StripeNews.__init__(self, client, webhook_secrets, clock)

    def close(self) -> None:
        """Close the calling thread's connections; others close when their thread ends."""
        for line in (self._http, self._quick_http):
            line.close()  # type: ignore[no-untyped-call]  # left untyped by the library
