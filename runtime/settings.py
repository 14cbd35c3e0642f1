"""What a deployment decides: read from the environment, with defaults for one machine."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from domain.attachment import MIB, USUAL_LIMITS, AttachmentLimits
from runtime.notice_settings import NoticeSettings, Notify, read_notice_settings
from runtime.reading import SettingsAreUnusable, count, number

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """All settings; `repr` shows none of them."""

    data_folder: Path
    host: str
    port: int
    base_url: str
    database_url: str | None
    owner_database_url: str | None
    keys: str | None
    key_file: Path
    stripe_secret_key: str | None
    stripe_webhook_secrets: tuple[str, ...]
    stripe_tax_code: str | None
    notices: NoticeSettings
    proxies: int
    blobs: str
    attachment_limits: AttachmentLimits

    @property
    def owner_url(self) -> str:
        """Return the address of the database for who makes its tables."""
        return str(self.owner_database_url or self.database_url)

    @property
    def has_sandbox_mail(self) -> bool:
        """Say whether mails go to the local outbox instead of to people."""
        return self.notices.mode is Notify.SANDBOX

    @property
    def has_sandbox_cards(self) -> bool:
        """Say whether the card vendor is the local stand-in."""
        return self.stripe_secret_key is None

    @property
    def is_sandbox(self) -> bool:
        """Say whether any vendor is a stand-in."""
        return self.has_sandbox_mail or self.has_sandbox_cards

    @property
    def has_sandbox_clock(self) -> bool:
        """Say whether time may run ahead: nothing of it reaches a person or a card."""
        return self.notices.mode is not Notify.LIVE and self.has_sandbox_cards

    @property
    def clock_file(self) -> Path:
        """Return the file that says by how much a sandbox is ahead."""
        return self.data_folder / "sandbox" / "clock"

    def narrow_key_file(self, part: str) -> Path:
        """Return where those of the keys lie that a part needs, and no others."""
        return self.data_folder / f"{self.key_file.stem}.{part}{self.key_file.suffix}"

    @property
    def outbox_folder(self) -> Path:
        """Return where the local outbox lies: beside the database, never in it."""
        return self.data_folder / "outbox"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingsAreUnusable."""
    port = number(environment, "PORT", 8000)
    data_folder = Path(environment.get("SECUREMAIL_DATA", ".data")).absolute()
    settings = Settings(
        data_folder=data_folder,
        host=environment.get("HOST") or "127.0.0.1",
        port=port,
        base_url=environment.get("BASE_URL", f"http://localhost:{port}").rstrip("/"),
        database_url=database_address(environment, "DATABASE_URL"),
        owner_database_url=database_address(environment, "OWNER_DATABASE_URL"),
        keys=environment.get("SECUREMAIL_KEYS") or None,
        key_file=Path(environment.get("SECUREMAIL_KEY_FILE", data_folder / "keys.json")),
        stripe_secret_key=environment.get("STRIPE_SECRET_KEY") or None,
        stripe_webhook_secrets=tuple(environment.get("STRIPE_WEBHOOK_SECRET", "").split()),
        stripe_tax_code=tax_code(environment),
        notices=read_notice_settings(environment),
        proxies=count(environment, "TRUSTED_PROXIES", 0, least=0),
        blobs=environment.get("SECUREMAIL_BLOBS") or str(data_folder / "blobs"),
        attachment_limits=attachment_limits(environment),
    )
    require_consistent(settings)
    return settings


def tax_code(environment: Mapping[str, str]) -> str | None:
    """Read what kind of thing is sold, for Stripe's tax. Raises SettingsAreUnusable."""
    code = environment.get("STRIPE_TAX_CODE") or None
    if code and not re.fullmatch(r"txcd_[0-9]{8}", code):
        raise SettingsAreUnusable("STRIPE_TAX_CODE must be a code such as txcd_10103001")
    return code


def database_address(environment: Mapping[str, str], name: str) -> str | None:
    """Read an address of the database. Raises SettingsAreUnusable, without showing it."""
    address = environment.get(name) or None
    try:
        conninfo_to_dict(address or "")
    except psycopg.ProgrammingError:
        raise SettingsAreUnusable(
            f"{name} is not an address such as postgresql://name:password@host:5432/database"
        ) from None
    return address


def attachment_limits(environment: Mapping[str, str]) -> AttachmentLimits:
    """Read how much may go with a message. Raises SettingsAreUnusable."""
    usual = USUAL_LIMITS
    limits = AttachmentLimits(
        file=count(environment, "ATTACHMENT_MB", usual.file // MIB) * MIB,
        message=count(environment, "ATTACHMENTS_MB", usual.message // MIB) * MIB,
        count=count(environment, "ATTACHMENTS", usual.count),
        quota=count(environment, "ATTACHMENTS_QUOTA_MB", usual.quota // MIB) * MIB,
    )
    if not limits.file <= limits.message <= limits.quota:
        raise SettingsAreUnusable(
            "ATTACHMENT_MB must be at most ATTACHMENTS_MB, and that at most ATTACHMENTS_QUOTA_MB"
        )
    return limits


def require_consistent(settings: Settings) -> None:
    """Raise SettingsAreUnusable for what would be dangerous or cannot work."""
    if settings.owner_database_url and "user" not in conninfo_to_dict(settings.database_url or ""):
        raise SettingsAreUnusable(
            "OWNER_DATABASE_URL is set, so DATABASE_URL must name the application's role, as in "
            "postgresql://securemail_app:password@host:5432/database"
        )
    address = urlsplit(settings.base_url)
    is_here = address.hostname in LOOPBACK
    if not is_here and address.scheme != "https":
        raise SettingsAreUnusable("BASE_URL must begin with https:// unless it is this machine")
    if settings.is_sandbox and settings.host not in LOOPBACK:
        raise SettingsAreUnusable("HOST must be 127.0.0.1 as long as anything is the sandbox's")
    if settings.is_sandbox and not is_here:
        raise SettingsAreUnusable(
            "BASE_URL is public, but mails or cards are still the sandbox's: set STRIPE_SECRET_KEY "
            "and SENDGRID_API_KEY or SMTP_HOST, or stay on localhost"
        )
    if settings.stripe_secret_key and not settings.stripe_webhook_secrets:
        raise SettingsAreUnusable("STRIPE_SECRET_KEY is set, STRIPE_WEBHOOK_SECRET is missing")
