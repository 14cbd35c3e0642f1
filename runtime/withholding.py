"""What a part is told: the settings, but only those keys and secrets that its work needs."""

import os

from adapters.keyring import NAMES, Keyring
from runtime.clock import SANDBOX_CLOCK
from runtime.settings import Settings

KEYS = {
    "web": NAMES,
    "notifiers": ("personal",),
    "accounts": ("personal", "lookup"),
}
"""Which keys a part needs; `accounts` are the account commands of the command line. All other parts
have none."""

SECRETS = {
    "STRIPE_SECRET_KEY": ("web", "cashier"),
    "STRIPE_WEBHOOK_SECRET": ("web",),
    "SENDGRID_API_KEY": ("notifiers",),
    "SMTP_PASSWORD": ("notifiers",),
    "TWILIO_AUTH_TOKEN": ("notifiers",),
    "AWS_SECRET_ACCESS_KEY": ("web", "sweeper"),
    "AWS_SESSION_TOKEN": ("web", "sweeper"),
}
"""Which parts are told which secret of our environment."""

WITHHELD = "withheld"
"""Stands for a secret that is set but none of a part's business."""

NOWHERE = f"{os.devnull}/{WITHHELD}"
"""A path at which there can be no file."""


def environment_of(part: str, settings: Settings) -> dict[str, str]:
    """Return the environment of a part; none is told how the owner of the database signs in."""
    told = {
        "DATABASE_URL": str(settings.database_url),
        "OWNER_DATABASE_URL": "",
        "SECUREMAIL_DATA": str(settings.data_folder),
        "BASE_URL": settings.base_url,
        "STRIPE_LOG": "",  # its library would write what it sends
        SANDBOX_CLOCK: str(settings.clock_file) if settings.has_sandbox_clock else "",
    }
    withheld = {
        name: WITHHELD
        for name, parts in SECRETS.items()
        if os.environ.get(name) and part not in parts
    }
    return {**os.environ, **told, **keys_for(part, settings), **withheld}


def keys_for(part: str, settings: Settings) -> dict[str, str]:
    """Return how a part is told its keys: as text, or by the file in which they are."""
    names = KEYS.get(part)
    if names is None:
        return {"SECUREMAIL_KEY_FILE": NOWHERE, "SECUREMAIL_KEYS": WITHHELD}
    if settings.keys:
        ring = Keyring.parse(settings.keys).only(*names)
        return {"SECUREMAIL_KEY_FILE": NOWHERE, "SECUREMAIL_KEYS": ring.text()}
    file = settings.key_file if names == NAMES else settings.narrow_key_file(part)
    return {"SECUREMAIL_KEY_FILE": str(file), "SECUREMAIL_KEYS": ""}
