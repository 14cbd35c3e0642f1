"""Plugs the pages together with everything that they ask and tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Flask

from adapters.blobs import Blobs
from adapters.devices import PostgresDevices
from adapters.invoice_pdf import PdfInvoicePrinter
from adapters.kept_files import KeptFiles
from adapters.keyring import Keyring
from adapters.links import PostgresLinks
from adapters.obstore_blobs import blobs_at
from adapters.outbox_mailer import OutboxMailer
from adapters.outbox_texter import OutboxTexter
from adapters.passwords import PostgresPasswords
from adapters.phone_codes import PostgresCodePace, SealedPhoneCodes
from adapters.sendgrid_webhook import SendGridReports
from adapters.sessions import PostgresSessions
from adapters.shredder import PostgresShredder
from adapters.uploads import PostgresUploads
from adapters.vault import PostgresVault
from adapters.wrapped_keys import DataKeys
from domain.attaching import Attaching
from domain.attachment import AttachmentLimits
from domain.billing import Billing
from domain.changing_email import ChangingEmail
from domain.corresponding import Corresponding
from domain.delivering import Delivering
from domain.delivery_report import CarrierReports
from domain.ending import Ending
from domain.erasing import Erasing
from domain.holding import Holding
from domain.invitations import Invitations
from domain.inviting import Inviting
from domain.ports import Passwords
from domain.proving import Proving
from domain.registering import Registering
from domain.settling import Settling
from domain.signing_in import SigningIn
from domain.stopping import Stopping
from notifiers.gallery import Gallery
from projections.deliveries import Deliveries
from projections.entitlements import Entitlements
from projections.holds import Holds
from projections.inbox import Inbox
from projections.news import News
from projections.payments import Payments
from projections.progress import Progress
from projections.reach import Reach
from projections.reminders import Reminders
from projections.roster import Roster
from runtime.billing import Money, billing_of
from runtime.clock import new_id, now
from runtime.parts.life import end_with_parent
from runtime.settings import Settings, read_settings
from runtime.stores import Stores, keyring_of
from web.application import create_app
from web.exhibits import TextOutbox
from web.portal import Outbox, Portal


def application() -> Flask:
    """Return the web application of one worker process, which ends with its parent."""
    end_with_parent()
    settings = read_settings()
    return web_application(settings, Stores.open(str(settings.database_url)))


def web_application(settings: Settings, stores: Stores) -> Flask:
    """Return the web application."""
    keyring = keyring_of(settings)
    return create_app(
        plug(stores, keyring, surroundings_of(settings)),
        PostgresSessions(stores.pool),
        web_key=keyring["web"],
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What differs between one house and another, under the same roof."""

    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    base_url: str
    billing: Billing
    card_page_origin: str
    outbox: Outbox | None
    has_sandbox_cards: bool
    blobs: Blobs
    attachment_limits: AttachmentLimits
    carrier_reports: CarrierReports
    has_texts: bool = True
    text_countries: tuple[str, ...] = ("US", "CA")
    proxies: int = 0
    text_outbox: TextOutbox | None = None


def surroundings_of(settings: Settings) -> Surroundings:
    """Return the surroundings that the settings name."""
    billing, card_page_origin = billing_of(settings)
    return Surroundings(
        clock=now,
        new_id=new_id,
        base_url=settings.base_url,
        billing=billing,
        card_page_origin=card_page_origin,
        outbox=OutboxMailer(settings.outbox_folder, now) if settings.has_sandbox_mail else None,
        has_sandbox_cards=settings.has_sandbox_cards,
        blobs=blobs_at(settings.blobs),
        attachment_limits=settings.attachment_limits,
        text_outbox=OutboxTexter(settings.outbox_folder, now)
        if settings.has_sandbox_mail
        else None,
        carrier_reports=SendGridReports(settings.notices.sendgrid_webhook_keys),
        has_texts=settings.notices.has_texts,
        text_countries=settings.notices.text_countries,
        proxies=settings.proxies,
    )


def plug(
    stores: Stores,
    keyring: Keyring,
    around: Surroundings,
    *,
    passwords: Passwords | None = None,
    progress: Progress | None = None,
) -> Portal:
    """Return everything that the pages ask and tell."""
    log, pool = stores.log, stores.pool
    vault = PostgresVault(pool, keyring.only("content", "personal", "lookup"))
    passwords, links = passwords or PostgresPasswords(pool), PostgresLinks(pool)
    proving = Proving(log, vault, SealedPhoneCodes(pool, vault), PostgresCodePace(pool), passwords)
    inviting, shredder = Inviting(log, vault), PostgresShredder(pool)
    keys, limits = DataKeys(pool, keyring.only("content")), around.attachment_limits
    uploads = PostgresUploads(pool, around.blobs, vault, keys, limits, around.clock, around.new_id)
    attaching, money = Attaching(log, uploads, limits), Money.over(log, around.billing)
    return Portal(
        inviting=inviting,
        invitations=Invitations(log, vault, shredder, inviting),
        registering=Registering(log, vault, links, passwords, inviting, proving),
        proving=proving,
        signing_in=SigningIn(log, passwords, inviting, PostgresDevices(pool)),
        corresponding=Corresponding(log, vault, inviting, attaching),
        attaching=attaching,
        uploads=uploads,
        files=KeptFiles(pool, around.blobs, keys),
        ending=Ending(log, vault, shredder),
        holding=Holding(log, vault, shredder),
        erasing=Erasing(log, shredder),
        settling=Settling(log),
        stopping=Stopping(log, links),
        changing_email=ChangingEmail(log, vault, links, passwords, inviting),
        purchasing=money.purchasing,
        subscribing=money.subscribing,
        renewing=money.renewing,
        hearing=money.hearing,
        billing=around.billing,
        vault=vault,
        roster=Roster(pool),
        reach=Reach(pool),
        delivering=Delivering(log),
        deliveries=Deliveries(pool),
        carrier_reports=around.carrier_reports,
        reminders=Reminders(pool),
        inbox=Inbox(pool),
        holds=Holds(pool),
        entitlements=Entitlements(pool),
        payments=Payments(pool),
        invoice_printer=PdfInvoicePrinter(),
        progress=progress or Progress(pool, News(stores.database_url)),
        clock=around.clock,
        new_id=around.new_id,
        base_url=around.base_url,
        card_page_origin=around.card_page_origin,
        outbox=around.outbox,
        has_sandbox_cards=around.has_sandbox_cards,
        text_outbox=around.text_outbox,
        gallery=Gallery(around.base_url, around.clock) if around.outbox else None,
        has_texts=around.has_texts,
        text_countries=around.text_countries,
        proxies=around.proxies,
    )
