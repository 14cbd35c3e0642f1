"""`securemail run`: everything together, from the database to the first page."""

import shlex
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from projections.roster import Roster
from runtime import starting
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings
from runtime.sharing import alone
from runtime.stores import open_pool
from runtime.supervisor import Supervisor, command_of
from runtime.withholding import environment_of

Say = Callable[[str], object]

WELCOME = """
  SecureMail runs at {url}   (Ctrl-C ends it)
"""
FIRST_STEPS = """
  Nobody is here yet. Open a first practice at {url}, or with
    {command} practice open --name "Sample Dental" \\
      --email ada@sample-dental.example --full-name "Ada Sample" --tier paid
"""
OUTBOX = """
  This is a sandbox: mails lie at {url}/sandbox/outbox and reach nobody.
"""

WATCH_SECONDS = 1.0
"""How often we look after the embedded database."""


def run(settings: Settings, say: Say) -> None:
    """Run all parts until the process is told to stop."""
    with alone(settings.data_folder):
        starting.require_free_port(settings)
        starting.require_blobs(settings)
        say("Starting SecureMail ...")
        with starting.database(settings) as ready:
            new_keys = starting.ensure_keys(ready)
            if new_keys:
                say(f"New keys are in {new_keys}. Keep a copy in a safe place.")
            threading.Thread(target=welcome, args=(ready, say), daemon=True).start()
            supervise(settings, ready)


def supervise(settings: Settings, ready: Settings) -> None:
    """Keep the parts up, and the embedded database if it is ours."""
    names = ["sequencer", "projections", "notifiers", "sweeper", "cashier", "web"]
    if ready.has_sandbox_cards:
        SandboxCards.settle(ready.data_folder)
        names.insert(0, "cards")
    parts = {name: (command_of(name), environment_of(name, ready)) for name in names}
    look_after = no_database if settings.database_url else database_keeper(settings)
    Supervisor(parts, look_after).run()


def no_database() -> None:
    """Look after nothing: the database is somebody else's."""


def database_keeper(settings: Settings) -> Callable[[], None]:
    """Return what starts the embedded server again whenever it is gone."""
    server = starting.embedded(settings)
    next_look = time.monotonic()

    def look_after() -> None:
        nonlocal next_look
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + WATCH_SECONDS
            if not server.is_running:
                server.start()

    return look_after


def welcome(settings: Settings, say: Say) -> None:
    """Say where everything is, as soon as the pages answer."""
    while not answers(f"http://{settings.host}:{settings.port}/static/mark.svg"):
        time.sleep(0.1)
    text = WELCOME
    with open_pool(str(settings.database_url)) as pool:
        if Roster(pool).is_empty():
            text += FIRST_STEPS
    if settings.has_sandbox_mail:
        text += OUTBOX
    say(text.format(url=settings.base_url, command=command_to_type(settings)))


def command_to_type(settings: Settings) -> str:
    """Return the command as it works from any folder."""
    program = Path(sys.executable).with_name("securemail")
    folder = shlex.quote(str(settings.data_folder))
    return f"SECUREMAIL_DATA={folder} {shlex.quote(str(program))}"


def answers(url: str) -> bool:
    """Say whether a page answers."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False
