"""Plugs the pages together with everything that they ask and tell."""

from flask import Flask

from adapters.keyring import Keyring
from adapters.links import PostgresLinks
from adapters.outbox_mailer import OutboxMailer
from adapters.passwords import PostgresPasswords
from adapters.sessions import PostgresSessions
from adapters.stripe_billing import StripeBilling
from adapters.vault import PostgresVault
from domain.corresponding import Corresponding
from domain.inviting import Inviting
from domain.ports import Billing
from domain.purchasing import Purchasing
from domain.registering import Registering
from domain.signing_in import SigningIn
from projections.entitlements import Entitlements
from projections.inbox import Inbox
from projections.progress import Progress
from projections.roster import Roster
from runtime.clock import new_id, now
from runtime.parts.life import end_with_parent
from runtime.sandbox_cards import SandboxCards
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, keyring_of
from web.application import create_app
from web.portal import Portal

STRIPE_CARD_PAGE = "https://checkout.stripe.com"


def application() -> Flask:
    """Return the web application of one worker process, which ends with its parent."""
    end_with_parent()
    settings = read_settings()
    return web_application(settings, Stores.open(str(settings.database_url)))


def web_application(settings: Settings, stores: Stores) -> Flask:
    """Return the web application."""
    keyring = keyring_of(settings)
    return create_app(
        portal(settings, stores, keyring),
        PostgresSessions(stores.pool),
        web_key=keyring["web"],
    )


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
        is_sandbox=settings.has_sandbox_mail,
        outbox=OutboxMailer(settings.outbox_folder, now) if settings.has_sandbox_mail else None,
        has_sandbox_cards=settings.has_sandbox_cards,
    )


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
