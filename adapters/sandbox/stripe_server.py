"""A card vendor of our own, on this machine: everything that buying needs, and no money moves.

It speaks the part of Stripe's wire protocol that buying, renewing and refunding uses
(https://docs.stripe.com/api, 2026-10-28.endive), shows card pages, takes test cards only and sends
signed webhooks. What it knows lies in one SQLite file and survives a crash. Run it on its own
loopback port: it is a stranger to our pages, as the vendor is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask

from adapters.sandbox.stripe_api import Counter, refused
from adapters.sandbox.stripe_controls import Controls
from adapters.sandbox.stripe_desks import Desks
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_faults import Faults
from adapters.sandbox.stripe_holder import HolderPages
from adapters.sandbox.stripe_pages import CardPages
from adapters.sandbox.stripe_store import StripeStore
from adapters.sandbox.stripe_vendor import Vendor
from adapters.sandbox.stripe_webhooks import Messenger

EXTENSION = "stripe_stand_in"
LONGEST_REQUEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class StandIn:
    """What whoever runs the stand-in may touch: bad days, the messenger, and the end."""

    faults: Faults
    messenger: Messenger
    store: StripeStore

    def close(self) -> None:
        """End hanging calls and the messenger's thread; what is on its way stays in the file."""
        self.faults.release()
        self.messenger.close()
        self.store.close()


def create_stripe_stand_in(
    *,
    store: Path,
    secret_key: str,
    webhook_secret: str,
    webhook_url: str,
    public_url: str,
    clock: Callable[[], datetime],
    draw: Callable[[], str],
) -> Flask:
    """Return the stand-in, already bringing what is due to `webhook_url`.

    `draw` returns a new unguessable name of letters and digits at every call. Everything but the
    requests goes through `stand_in(app)`; close it at the end.
    """
    app = Flask(__name__, static_url_path="/assets")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST
    faults, papers = Faults(), StripeStore(store)
    desks = Desks.of(Vendor(clock, draw, faults, public_url.rstrip("/")))
    messenger = Messenger(papers, webhook_url, webhook_secret, clock)
    counter = Counter(secret_key, papers, desks, messenger.wake)
    controls = Controls(counter.check_key, papers, desks, messenger.wake)
    for desk in (
        counter,
        CardPages(papers, desks.till, messenger.wake),
        HolderPages(papers, desks, messenger.wake),
        controls,
    ):
        app.register_blueprint(desk.blueprint())
    app.register_error_handler(StripeRefusal, refused)
    app.extensions[EXTENSION] = StandIn(faults, messenger, papers)
    return app


def stand_in(app: Flask) -> StandIn:
    """Return the handles of a stand-in."""
    handles: StandIn = app.extensions[EXTENSION]
    return handles
