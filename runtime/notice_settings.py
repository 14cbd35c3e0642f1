"""How people are told: not at all, into the local outbox, or for real; by whom, and how quickly.

Whoever tells for real is told everything that this needs, or does not start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from zoneinfo import available_timezones

import phonenumbers

from notifiers.desk import USUAL_TIME_ZONE
from runtime.reading import SettingsAreUnusable, count, number

Security = Literal["starttls", "tls", "none"]

USUAL_COUNTRIES = "US CA"
USUAL_SENDERS = 16
MOST_SENDERS = 64


class Notify(StrEnum):
    """What becomes of notices."""

    OFF = "off"
    """Nothing is owed to anybody; what happens meanwhile is never told."""

    SANDBOX = "sandbox"
    """They lie in the local outbox."""

    LIVE = "live"
    """They reach people."""


@dataclass(frozen=True, slots=True, repr=False)
class NoticeSettings:
    """Settings of the notifier; `repr` shows none of them. Rates are notices a second."""

    mode: Notify
    sendgrid_api_key: str | None
    sendgrid_host: str | None
    sendgrid_webhook_keys: tuple[str, ...]
    smtp_host: str | None
    smtp_port: int
    smtp_security: Security
    smtp_user: str | None
    smtp_password: str | None
    mail_from: str | None
    reply_to: str | None
    bounces_to: str | None
    twilio_account_sid: str | None
    twilio_auth_token: str | None
    twilio_from: str | None
    twilio_host: str | None
    text_countries: tuple[str, ...]
    time_zone: str
    mails_per_second: int
    texts_per_second: int
    calls_per_second: int
    senders: int

    @property
    def has_texts(self) -> bool:
        """Say whether texts and calls can leave, be it into the local outbox."""
        return self.mode is Notify.SANDBOX or self.twilio_account_sid is not None


def read_notice_settings(environment: Mapping[str, str]) -> NoticeSettings:
    """Read them. Raises SettingsAreUnusable."""

    def text(name: str) -> str | None:
        return environment.get(name) or None

    settings = NoticeSettings(
        mode=mode(environment),
        sendgrid_api_key=text("SENDGRID_API_KEY"),
        sendgrid_host=text("SENDGRID_HOST"),
        sendgrid_webhook_keys=tuple(environment.get("SENDGRID_WEBHOOK_KEY", "").split()),
        smtp_host=text("SMTP_HOST"),
        smtp_port=number(environment, "SMTP_PORT", 587),
        smtp_security=security(environment),
        smtp_user=text("SMTP_USER"),
        smtp_password=text("SMTP_PASSWORD"),
        mail_from=text("MAIL_FROM"),
        reply_to=text("MAIL_REPLY_TO"),
        bounces_to=text("MAIL_BOUNCES_TO"),
        twilio_account_sid=text("TWILIO_ACCOUNT_SID"),
        twilio_auth_token=text("TWILIO_AUTH_TOKEN"),
        twilio_from=text("TWILIO_FROM"),
        twilio_host=text("TWILIO_HOST"),
        text_countries=countries(environment),
        time_zone=time_zone(environment),
        mails_per_second=count(environment, "MAILS_PER_SECOND", 500),
        texts_per_second=count(environment, "TEXTS_PER_SECOND", 10),
        calls_per_second=count(environment, "CALLS_PER_SECOND", 1),
        senders=count(environment, "NOTICE_SENDERS", USUAL_SENDERS),
    )
    require_complete(settings)
    return settings


def mode(environment: Mapping[str, str]) -> Notify:
    """Read what becomes of notices: for real where a carrier is named, else the sandbox."""
    has_carrier = environment.get("SENDGRID_API_KEY") or environment.get("SMTP_HOST")
    told = environment.get("NOTIFY") or ("live" if has_carrier else "sandbox")
    try:
        return Notify(told)
    except ValueError:
        raise SettingsAreUnusable("NOTIFY must be off, sandbox or live") from None


def security(environment: Mapping[str, str]) -> Security:
    """Read how the way to the mail server is secured. Raises SettingsAreUnusable."""
    match environment.get("SMTP_SECURITY", "starttls"):
        case "starttls":
            return "starttls"
        case "tls":
            return "tls"
        case "none":
            return "none"
        case _:
            raise SettingsAreUnusable("SMTP_SECURITY must be starttls, tls or none")


def countries(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Read to phones of which countries (ISO 3166-1) texts go. Raises SettingsAreUnusable."""
    told = tuple((environment.get("TEXT_COUNTRIES") or USUAL_COUNTRIES).split())
    if not all(one in phonenumbers.SUPPORTED_REGIONS for one in told):
        raise SettingsAreUnusable("TEXT_COUNTRIES must be two-letter countries, such as US CA")
    return told


def time_zone(environment: Mapping[str, str]) -> str:
    """Read by whose clock people live who have not said so. Raises SettingsAreUnusable."""
    told = environment.get("TIME_ZONE") or USUAL_TIME_ZONE
    if told not in available_timezones():
        raise SettingsAreUnusable("TIME_ZONE must be a name such as America/New_York")
    return told


def require_complete(settings: NoticeSettings) -> None:
    """Raise SettingsAreUnusable for what cannot tell people, or only half of what it should."""
    if settings.senders > MOST_SENDERS:
        raise SettingsAreUnusable(f"NOTICE_SENDERS must be at most {MOST_SENDERS}")
    if settings.mode is Notify.LIVE:
        require_mailer(settings)
        require_texter(settings)


def require_mailer(settings: NoticeSettings) -> None:
    """Raise SettingsAreUnusable unless one carrier takes mails, and says what became of them."""
    if bool(settings.sendgrid_api_key) == bool(settings.smtp_host):
        raise SettingsAreUnusable(
            "notices are live, so one of SENDGRID_API_KEY and SMTP_HOST must be set, not both"
        )
    if settings.mail_from is None:
        raise SettingsAreUnusable("MAIL_FROM must name the address that mails come from")
    if settings.sendgrid_api_key and not settings.sendgrid_webhook_keys:
        raise SettingsAreUnusable(
            "SENDGRID_WEBHOOK_KEY is missing: without it nobody learns that a mail came back"
        )
    if settings.smtp_user and not settings.smtp_password:
        raise SettingsAreUnusable("SMTP_USER is set, SMTP_PASSWORD is missing")


def require_texter(settings: NoticeSettings) -> None:
    """Raise SettingsAreUnusable if the carrier of texts is named by half."""
    twilio = (settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_from)
    if any(twilio) and not all(twilio):
        raise SettingsAreUnusable(
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM belong together: set all or none"
        )
