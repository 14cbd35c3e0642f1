"""What the rules need from a card vendor, in their own words: card pages, charges and news.

The vendor moves money and decides nothing. Fulfilled in `adapters/`, and by an in-memory double in
`tests/doubles/`. Whatever is asked twice under the same identifier happens once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of money: integer minor units (cents) and an ISO 4217 code in lower case."""

    amount: int
    currency: str

    def __str__(self) -> str:
        symbol = "$" if self.currency == "usd" else f"{self.currency.upper()} "
        return f"{symbol}{self.amount // 100}.{self.amount % 100:02d}"


class BillingIsUnavailable(Refusal):
    """The vendor cannot be reached or refuses; whether it acted is not known. Try again later."""


class NoSuchCharge(BillingIsUnavailable):
    """The vendor has no charge of that name, so no money moved under it."""


class WebhookIsNotGenuine(Refusal):
    """The message is not signed by the vendor, too old, or not understandable."""


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card that the vendor keeps for later: its names for the buyer and for the card, never more.

    Stripe: `cus_...` and `pm_...`. The card is good until the end of the month of its expiry.
    """

    customer: str
    method: str
    expires_year: int
    expires_month: int


@dataclass(frozen=True, slots=True)
class CardFace:
    """What a buyer recognises a card by."""

    brand: str
    last4: str
    expires_year: int
    expires_month: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """A hosted card page that is ready: the vendor's session id and the address to send her to."""

    session_id: str
    url: str


class PageState(StrEnum):
    """What became of a card page."""

    OPEN = "open"
    COMPLETE = "complete"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Payment:
    """What the vendor says of a card page on which something is to be paid.

    `reference` is the vendor's id of the money that moved (Stripe: `pi_...`), None if none did;
    `card` is the card that it keeps for later terms, None as long as nothing was paid.
    """

    purchase_id: UUID
    session_id: str
    page: PageState
    reference: str | None
    price: Price
    card: SavedCard | None

    @property
    def paid(self) -> bool:
        """Say whether the money moved."""
        return self.reference is not None


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """What the vendor says of a card page on which a card is only left, nothing is paid."""

    payer_id: UUID
    session_id: str
    page: PageState
    card: SavedCard | None


class ChargeState(StrEnum):
    """What became of a charge."""

    PAID = "paid"
    DECLINED = "declined"
    NEEDS_HOLDER = "needs-holder"
    """The bank wants its card holder to confirm; nothing moves until she has."""
    PENDING = "pending"
    """Not decided yet; ask again."""
    WITHDRAWN = "withdrawn"
    """Cancelled: it can never be paid any more."""


class Decline(StrEnum):
    """Why a charge failed, as far as the person who pays can do something about it."""

    DECLINED = "declined"
    EXPIRED = "expired"
    NEEDS_HOLDER = "needs-holder"
    """The bank declined because its card holder was not there, or did not confirm."""


class Dispute(StrEnum):
    """How far a card holder's dispute with her bank has come."""

    OPEN = "open"
    WON = "won"
    """The money stayed with us, or came back."""
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Charge:
    """What the vendor says of the money of a purchase, whether paid on a card page or off session.

    `reference` is its id (Stripe: a PaymentIntent, `pi_...`). `purchase_id` is None for money that
    is of no purchase of ours. `refunded` is what was given back so far, in minor units. `decline`
    is there while the last try to charge failed, that is in state DECLINED only: a charge that
    needs its holder is DECLINED for NEEDS_HOLDER until she is asked, then in state NEEDS_HOLDER
    until she answers.
    """

    purchase_id: UUID | None
    reference: str
    state: ChargeState
    price: Price
    created_at: datetime
    decline: Decline | None = None
    refunded: int = 0
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The vendor's news that something happened; what exactly is always looked up.

    `report_id` is its own name for the news (Stripe: `evt_...`), `kind` its type. At least one of
    the others says what it is about: a card page, a charge, a purchase or a payer of ours.
    """

    report_id: str
    kind: str
    at: datetime
    session_id: str | None = None
    reference: str | None = None
    purchase_id: UUID | None = None
    payer_id: UUID | None = None


class CardPages(Protocol):
    """Pages of the vendor on which a buyer types her card. All raise BillingIsUnavailable."""

    def open_checkout(
        self,
        *,
        purchase_id: UUID,
        price: Price,
        description: str,
        customer: str | None,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return the page of a purchase; asking again returns the same one.

        The card is kept for later terms, for the `customer` if the vendor knows her already.
        """

    def payment(self, session_id: str) -> Payment:
        """Look up what became of a page of a purchase."""

    def close_checkout(self, session_id: str) -> Payment:
        """Close a page so that nobody pays on it any more; one that is paid or closed stays so."""

    def open_card_page(
        self,
        *,
        update_id: UUID,
        payer_id: UUID,
        customer: str,
        currency: str,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return a page on which a payer leaves another card; asking again returns the same one."""

    def card_update(self, session_id: str) -> CardUpdate:
        """Look up what became of such a page."""

    def card_face(self, card: SavedCard) -> CardFace:
        """Look up what a saved card looks like; this is shown to its payer, and never kept."""


class Charges(Protocol):
    """Money that moves without a card page. All raise BillingIsUnavailable."""

    def charge(
        self, *, purchase_id: UUID, price: Price, description: str, card: SavedCard
    ) -> Charge:
        """Charge a saved card for a purchase; a purchase has one charge, however often asked for.

        After a lost answer `find_charge` tells whether there is one already.
        """

    def find_charge(self, purchase_id: UUID, *, customer: str) -> Charge | None:
        """Look up whether a purchase was charged off session before, whatever came of it."""

    def charge_of(self, reference: str) -> Charge:
        """Look up a charge, with what was given back and disputed. Raises NoSuchCharge."""

    def charge_again(self, reference: str, *, card: SavedCard, attempt: int) -> Charge:
        """Try a declined charge again, perhaps on another card; the same attempt happens once."""

    def ask_holder(self, reference: str, *, card: SavedCard, return_url: str) -> str | None:
        """Return the page of the bank on which its card holder confirms a charge.

        None means that nothing is left to confirm: look the charge up.
        """

    def withdraw_charge(self, reference: str) -> Charge:
        """Cancel a charge for good, unless it is paid: that stays paid, and the answer says so."""

    def refund(self, reference: str, *, purchase_id: UUID) -> Charge:
        """Give back what is left of a paid charge; asking again gives nothing back twice."""


class News(Protocol):
    """What the vendor reports, and what it can be asked about the past."""

    def read_webhook(self, body: bytes, signature: str | None) -> Report | None:
        """Return the report that a webhook brings; None if it is none of our business.

        `body` is the raw request body, `signature` the vendor's header. Raises WebhookIsNotGenuine.
        """

    def reports(self, *, since: datetime) -> Iterable[Report]:
        """Return every report of our business from `since` on, oldest first.

        Raises BillingIsUnavailable, also while they are read.
        """

    def charges(self, *, since: datetime) -> Iterable[Charge]:
        """Return every charge that was begun at `since` or later, oldest first; the same refusal.

        What was given back and disputed is not looked up here.
        """


class Billing(CardPages, Charges, News, Protocol):
    """Everything that a card vendor is needed for."""
