"""What a part is told: the settings, but only those secrets that its work needs."""

import os

from runtime.settings import Settings

SECRETS = {
    "SECUREMAIL_KEYS": ("web", "notifiers"),
    "STRIPE_SECRET_KEY": ("web",),
    "STRIPE_WEBHOOK_SECRET": ("web",),
    "SENDGRID_API_KEY": ("notifiers",),
    "SMTP_PASSWORD": ("notifiers",),
}
"""Which parts are told which secret of our environment."""

WITHHELD = "withheld"
"""Stands for a secret that is set but none of a part's business."""


def environment_of(part: str, settings: Settings) -> dict[str, str]:
    """Return the environment of a part; none is told how the owner of the database signs in."""
    told = {
        "DATABASE_URL": str(settings.database_url),
        "OWNER_DATABASE_URL": "",
        "SECUREMAIL_DATA": str(settings.data_folder),
        "SECUREMAIL_KEY_FILE": str(settings.key_file),
        "BASE_URL": settings.base_url,
    }
    withheld = {
        name: WITHHELD
        for name, parts in SECRETS.items()
        if os.environ.get(name) and part not in parts
    }
    return {**os.environ, **told, **withheld}
