"""The part that stands in for the card vendor, in the sandbox only."""

import signal
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from adapters.sandbox.stripe_server import create_stripe_stand_in
from runtime.clock import new_id, now
from runtime.parts.life import end_with_starter
from runtime.sandbox_cards import SandboxCards
from runtime.settings import read_settings


class Discreet(WSGIRequestHandler):
    """Answers without writing down who asked for what."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def main() -> None:
    """Stand in until told to stop."""
    end_with_starter()
    settings = read_settings()
    cards = SandboxCards.of(settings.data_folder)
    app = create_stripe_stand_in(
        store=settings.data_folder / "sandbox" / "cards.sqlite",
        secret_key=cards.secret_key,
        webhook_secret=cards.webhook_secret,
        webhook_url=f"http://127.0.0.1:{settings.port}/webhooks/stripe",
        public_url=cards.origin,
        clock=now,
        draw=lambda: new_id().hex,
    )
    server = make_server("127.0.0.1", cards.port, app, threaded=True, request_handler=Discreet)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main()
