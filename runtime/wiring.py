"""Plugs the rooms together: each process gets what its work needs, and no key more."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring, read_key_file
from adapters.links import PostgresLinks
from adapters.outbox_mailer import OutboxMailer
from adapters.passwords import PostgresPasswords
from adapters.sendgrid_mailer import SendGridMailer
from adapters.sessions import PostgresSessions
from adapters.smtp_mailer import SmtpMailer
from adapters.stripe_billing import StripeBilling
from adapters.vault import PostgresVault
from domain.corresponding import Corresponding
from domain.inviting import Inviting
from domain.ports import Billing
from domain.purchasing import Purchasing
from domain.registering import Registering
from domain.signing_in import SigningIn
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from notifiers.desk import Desk
from notifiers.mailer import Mailer
from notifiers.runner import Runner as NoticeRunner
from projections.entitlements import Entitlements
from projections.inbox import Inbox
from projections.progress import Progress
from projections.roster import Roster
from projections.runner import Runner as ProjectionRunner
from runtime.clock import new_id, now
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings
from web.application import create_app
from web.portal import Portal

MOST_CONNECTIONS = 10
"""Of each of the two pools of a process."""

STRIPE_CARD_PAGE = "https://checkout.stripe.com"


def keyring_of(settings: Settings) -> Keyring:
    """Return all keys, from the environment or the key file. Raises KeysAreUnusable."""
    return Keyring.parse(settings.keys) if settings.keys else read_key_file(settings.key_file)


def open_pool(database_url: str) -> ConnectionPool[Any]:
    """Return a pool of connections; broken ones are found before they are used."""
    return ConnectionPool(
        database_url,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        open=True,
        check=ConnectionPool.check_connection,
        timeout=10,
    )


@dataclass(frozen=True, slots=True)
class Stores:
    """The log and the pool of one process; closing it gives all connections back."""

    database_url: str
    log: EventLog
    pool: ConnectionPool[Any]

    @classmethod
    def open(cls, database_url: str) -> "Stores":
        """Connect."""
        settings = in_postgres(database_url, connections=MOST_CONNECTIONS)
        return cls(database_url, EventLog(settings), open_pool(database_url))

    def close(self) -> None:
        """Disconnect."""
        self.log.close()
        self.pool.close()

    def __enter__(self) -> "Stores":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def projection_runner(stores: Stores) -> ProjectionRunner:
    """Return what keeps the read models up to date; it has no key at all."""
    return ProjectionRunner(stores.log, stores.pool)


def notice_runner(settings: Settings, stores: Stores) -> NoticeRunner:
    """Return what tells people; it opens names and addresses, never messages."""
    vault = PostgresVault(stores.pool, keyring_of(settings).only("personal"))
    links = PostgresLinks(stores.pool)
    desk = Desk(Roster(stores.pool), vault, links, settings.base_url, now)
    return NoticeRunner(stores.log, stores.pool, desk, mailer_of(settings))


def mailer_of(settings: Settings) -> Mailer:
    """Return the carrier of mails that the settings name."""
    if settings.sendgrid_api_key:
        return SendGridMailer(
            api_key=settings.sendgrid_api_key, from_address=settings.mail_from, from_name="SecureMail"
        )
    if settings.smtp_host:
        return SmtpMailer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password,
            from_address=settings.mail_from,
            from_name="SecureMail",
            clock=now,
        )
    return OutboxMailer(settings.outbox_folder, now)


def billing_of(settings: Settings) -> tuple[Billing, str]:
    """Return the card vendor, and the origin of its card page."""
    if settings.stripe_secret_key:
        billing = StripeBilling(
            settings.stripe_secret_key, settings.stripe_webhook_secrets, clock=now
        )
        return billing, STRIPE_CARD_PAGE
    cards = SandboxCards.of(settings.data_folder)
    return (
        StripeBilling(cards.secret_key, [cards.webhook_secret], cards.origin, clock=now),
        cards.origin,
    )


def inviting(settings: Settings, stores: Stores) -> Inviting:
    """Return the account commands of the command line; they never see a message key."""
    keys = keyring_of(settings).only("personal", "lookup")
    return Inviting(stores.log, PostgresVault(stores.pool, keys))


def portal(settings: Settings, stores: Stores, keyring: Keyring) -> Portal:
    """Return everything that the pages ask and tell."""
    log, pool = stores.log, stores.pool
    vault = PostgresVault(pool, keyring.only("content", "personal", "lookup"))
    passwords, links = PostgresPasswords(pool), PostgresLinks(pool)
    billing, card_page_origin = billing_of(settings)
    invite = Inviting(log, vault)
    return Portal(
        inviting=invite,
        registering=Registering(log, vault, links, passwords, invite),
        signing_in=SigningIn(log, passwords, invite),
        corresponding=Corresponding(log, vault, invite),
        purchasing=Purchasing(log, billing),
        billing=billing,
        vault=vault,
        roster=Roster(pool),
        inbox=Inbox(pool),
        entitlements=Entitlements(pool),
        progress=Progress(pool),
        clock=now,
        new_id=new_id,
        base_url=settings.base_url,
        card_page_origin=card_page_origin,
        is_sandbox=settings.is_sandbox,
        outbox=OutboxMailer(settings.outbox_folder, now) if settings.has_sandbox_mail else None,
    )


def web_application(settings: Settings, stores: Stores) -> Flask:
    """Return the web application."""
    keyring = keyring_of(settings)
    return create_app(
        portal(settings, stores, keyring),
        PostgresSessions(stores.pool),
        web_key=keyring["web"],
    )
