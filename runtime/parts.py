"""The processes that make up the running product, each with one kind of work.

A part ends when whoever started it is gone: it holds the other end of the part's standard input.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.serving import make_server

from adapters.sandbox.stripe_server import create_stripe_stand_in
from eventlog.wake_up import WakeUp
from runtime import wiring
from runtime.clock import new_id, now
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings, read_settings

IDLE_SECONDS = 0.5
"""How long an idle part sleeps at most, if nobody appends."""

WEB_THREADS = 16


def end_with_starter() -> None:
    """End this process in good order as soon as its standard input is closed."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def end_with_parent() -> None:
    """End this process at once when its parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def until_told_to_stop(database_url: str) -> Callable[[bool], bool]:
    """Return the pause between two rounds of a worker; it says no once the process should end."""
    stopping = threading.Event()
    wake_up = WakeUp(database_url)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    def wait(idle: bool) -> bool:  # noqa: FBT001 - the workers' own signature
        if idle and not stopping.is_set():
            wake_up.wait(IDLE_SECONDS)
        return not stopping.is_set()

    return wait


def project(settings: Settings, database_url: str) -> None:
    """Keep the read models up to date."""
    del settings
    with wiring.Stores.open(database_url) as stores:
        wiring.projection_runner(stores).run(until_told_to_stop(database_url))


def notify(settings: Settings, database_url: str) -> None:
    """Tell people what concerns them."""
    with wiring.Stores.open(database_url) as stores:
        wiring.notice_runner(settings, stores).run(until_told_to_stop(database_url))


def serve(settings: Settings, database_url: str) -> None:
    """Serve the pages; each worker process makes its own application."""
    del database_url
    Granian(
        "runtime.parts:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=int(os.environ.get("WEB_WORKERS", "2")),
        blocking_threads=WEB_THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


def application() -> Flask:
    """Return the web application of one worker process."""
    end_with_parent()
    settings = read_settings()
    return wiring.web_application(settings, wiring.Stores.open(str(settings.database_url)))


def stand_in_for_cards(settings: Settings, database_url: str) -> None:
    """Be the card vendor of the sandbox."""
    del database_url
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
    server = make_server("127.0.0.1", cards.port, app, threaded=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


PARTS = {
    "web": serve,
    "projections": project,
    "notifiers": notify,
    "cards": stand_in_for_cards,
}


def run_part(name: str) -> None:
    """Run one part until it is told to stop; the database is ready and named in the settings."""
    settings = read_settings()
    end_with_starter()
    PARTS[name](settings, str(settings.database_url))
