"""`securemail run`: everything together, from the database to the first page."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from projections.roster import Roster
from runtime import starting
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings
from runtime.stores import open_pool
from runtime.supervisor import Supervisor, command_of

Say = Callable[[str], object]

WELCOME = """
  SecureMail runs at {url}   (Ctrl-C ends it)
"""
FIRST_STEPS = """
  Nobody is here yet. Open a first practice at {url}, or with
    securemail practice open --name "Sample Dental" --email ada@sample-dental.example \\
      --full-name "Ada Sample" --tier paid
"""
SANDBOX = """
  This is a sandbox: mails lie at {url}/sandbox/outbox and cards are not charged.
"""


def run(settings: Settings, say: Say) -> None:
    """Run all parts until the process is told to stop."""
    starting.require_free_port(settings)
    with starting.database(settings) as ready:
        new_keys = starting.ensure_keys(ready)
        if new_keys:
            say(f"New keys are in {new_keys}. Keep a copy in a safe place.")
        names = ["projections", "notifiers", "web"]
        if ready.has_sandbox_cards:
            SandboxCards.settle(ready.data_folder)
            names.insert(0, "cards")
        threading.Thread(target=welcome, args=(ready, say), daemon=True).start()
        commands = {name: command_of(name) for name in names}
        Supervisor(commands, environment_of(ready)).run()


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what the parts must be told beyond our own environment."""
    return {
        "DATABASE_URL": str(settings.database_url),
        "SECUREMAIL_DATA": str(settings.data_folder),
        "BASE_URL": settings.base_url,
    }


def welcome(settings: Settings, say: Say) -> None:
    """Say where everything is, as soon as the pages answer."""
    while not answers(f"http://{settings.host}:{settings.port}/static/mark.svg"):
        time.sleep(0.1)
    text = WELCOME
    with open_pool(str(settings.database_url)) as pool:
        if Roster(pool).is_empty():
            text += FIRST_STEPS
    if settings.has_sandbox_mail:
        text += SANDBOX
    say(text.format(url=settings.base_url))


def answers(url: str) -> bool:
    """Say whether a page answers."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False
