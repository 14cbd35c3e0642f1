"""The line to Stripe: what is not on the list does not leave, and "too many calls" is tried again.

Stripe's library repeats calls after lost connections, 409 and 5xx, under the same idempotency key;
429 it leaves to its users (https://docs.stripe.com/rate-limits).
"""

import logging
import time
from collections.abc import Mapping

import stripe

from adapters.stripe_fields import require_allowed

RETRIES = 2
TOO_MANY_CALLS = 429


class StripeLine(stripe.RequestsClient):
    """The HTTP client that Stripe's library talks through; raises NotForStripe.

    An answer is waited for so many seconds; a call that failed is repeated so often.
    """

    def __init__(self, *, timeout: float, retries: int = RETRIES) -> None:
        super().__init__(timeout=timeout)
        self.retries = retries

    def request(  # type: ignore[override]  # as the library's own client narrows it
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Make one call; repeat it a little later while there are too many."""
        require_allowed(url, post_data or "", (headers or {}).get("Idempotency-Key"))
        for tried in range(self.retries):
            answer = super().request(method, url, headers, post_data)
            if answer[1] != TOO_MANY_CALLS:
                return answer
            time.sleep(min(self.INITIAL_DELAY * 2**tried, self.MAX_DELAY))
        return super().request(method, url, headers, post_data)


def stripe_client(secret_key: str, line: StripeLine, api_base: str | None) -> stripe.StripeClient:
    """Return Stripe's client on a line of ours; None as base means Stripe itself."""
    _keep_to_ourselves()
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base.rstrip("/")} if api_base else {},
        http_client=line,
        max_network_retries=line.retries,
    )


def _keep_to_ourselves() -> None:
    """Switch off what Stripe's library would tell of this machine, and its logging of payloads."""
    stripe.enable_telemetry = False
    logging.getLogger("stripe").setLevel(logging.WARNING)
