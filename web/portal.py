"""Everything that the pages can ask and tell, handed to the application as one argument."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from flask import current_app

from domain.attaching import Attaching
from domain.billing import Billing
from domain.changing_email import ChangingEmail
from domain.corresponding import Corresponding
from domain.delivering import Delivering
from domain.delivery_report import CarrierReports
from domain.ending import Ending
from domain.erasing import Erasing
from domain.hearing import Hearing
from domain.holding import Holding
from domain.invitations import Invitations
from domain.inviting import Inviting
from domain.invoice import InvoicePrinter
from domain.ports import Vault
from domain.proving import Proving
from domain.purchasing import Purchasing
from domain.registering import Registering
from domain.renewing import Renewing
from domain.settling import Settling
from domain.signing_in import SigningIn
from domain.stopping import Stopping
from domain.subscribing import Subscribing
from domain.uploads import Files, Uploads
from projections.deliveries import Deliveries
from projections.entitlements import Entitlements
from projections.holds import Holds
from projections.inbox import Inbox
from projections.payments import Payments
from projections.progress import Progress
from projections.reach import Reach
from projections.reminders import Reminders
from projections.roster import Roster
from web.exhibits import Gallery, TextOutbox


class OutboxEntry(Protocol):
    """One mail of the local outbox; `sent_at` is ISO 8601 in UTC."""

    @property
    def notice_id(self) -> str:
        """The notice that it tells."""

    @property
    def to(self) -> str:
        """The address."""

    @property
    def subject(self) -> str:
        """The subject."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def html(self) -> str:
        """The same in HTML."""

    @property
    def sent_at(self) -> str:
        """When it left."""


class Outbox(Protocol):
    """The mails that left, in sandbox mode."""

    def mails(self) -> Sequence[OutboxEntry]:
        """Return them, newest first."""


@dataclass(frozen=True, slots=True)
class Portal:
    """Commands, queries and the few other things that views need.

    `text_countries` are the regions (ISO 3166-1) to whose phones codes are sent; `proxies` is how
    many of our own stand in front of us, each of which adds the address of who came to it.
    """

    inviting: Inviting
    invitations: Invitations
    registering: Registering
    proving: Proving
    signing_in: SigningIn
    corresponding: Corresponding
    attaching: Attaching
    uploads: Uploads
    files: Files
    ending: Ending
    holding: Holding
    erasing: Erasing
    settling: Settling
    stopping: Stopping
    changing_email: ChangingEmail
    purchasing: Purchasing
    subscribing: Subscribing
    renewing: Renewing
    hearing: Hearing
    billing: Billing
    vault: Vault
    roster: Roster
    reach: Reach
    delivering: Delivering
    deliveries: Deliveries
    carrier_reports: CarrierReports
    reminders: Reminders
    inbox: Inbox
    holds: Holds
    entitlements: Entitlements
    payments: Payments
    invoice_printer: InvoicePrinter
    progress: Progress
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    base_url: str
    card_page_origin: str
    outbox: Outbox | None
    has_sandbox_cards: bool = False
    text_outbox: TextOutbox | None = None
    gallery: Gallery | None = None
    has_texts: bool = True
    text_countries: tuple[str, ...] = ("US", "CA")
    proxies: int = 0

    @property
    def is_sandbox(self) -> bool:
        """Say whether mails lie here instead of reaching people."""
        return self.outbox is not None


def portal() -> Portal:
    """Return the portal of the running application."""
    return cast("Portal", current_app.extensions["portal"])
