"""A payer is a person who pays by card: which card is charged for the terms that she pays for.

Invariants:
- of a card only the vendor's names and the month of its expiry are known, never its number;
- the expiry of a card is announced once.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import CARD_PROCESSOR, CASHIER, HOUSE, Aggregate, FirstEvent, Log, find
from domain.billing import SavedCard
from domain.refusal import Refusal
from domain.renewal import CARD_EXPIRY_ANNOUNCED_BEFORE


class NoSavedCard(Refusal):
    """The person has no card with us that could be replaced or charged."""


class NoSuchCardPage(Refusal):
    """There is no such card page, or it is somebody else's; the answer is the same."""


class Payer(Aggregate):
    """A person who pays by card."""

    TOPIC = "payer"

    class Event(Aggregate.Event):
        """Something that happened to a payer's card."""

    class PayerRegistered(Event, FirstEvent):
        """A person paid by card for the first time."""

        TOPIC = "payer.registered"
        user_id: UUID

    class CardSaved(Event):
        """The card vendor kept a card for later terms, under these names of its own."""

        TOPIC = "payer.card-saved"
        customer: str
        method: str
        expires_year: int
        expires_month: int

        def apply(self, aggregate: "Payer") -> None:
            """Remember which card is charged."""
            aggregate.saved = (self.customer, self.method, self.expires_year, self.expires_month)

    class CardPageOpened(Event):
        """The payer was led to a page on which to leave another card."""

        TOPIC = "payer.card-page-opened"
        update_id: UUID
        session_id: str

        def apply(self, aggregate: "Payer") -> None:
            """Remember where to look the card up."""
            aggregate.pages[self.update_id] = self.session_id

    class CardPageClosed(Event):
        """The page is over: a card was left on it, or its time ran out, or it was closed."""

        TOPIC = "payer.card-page-closed"
        update_id: UUID
        user_id: UUID
        card_left: bool

        def apply(self, aggregate: "Payer") -> None:
            """Expect nothing of it any more, and know on which pages cards were left."""
            aggregate.closed_pages.add(self.update_id)
            aggregate.card_left[self.update_id] = self.card_left

    class CardExpiryAnnounced(Event):
        """The payer was told that her card expires soon."""

        TOPIC = "payer.card-expiry-announced"
        user_id: UUID
        expires_year: int
        expires_month: int

        def apply(self, aggregate: "Payer") -> None:
            """Remember which expiry was announced."""
            aggregate.announced = (self.expires_year, self.expires_month)

    class InvoiceSummaryRequested(Event):
        """The payer asked for a list of her invoices by mail."""

        TOPIC = "payer.invoice-summary-requested"
        user_id: UUID

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.saved: tuple[str, str, int, int] | None = None
        self.pages: dict[UUID, str] = {}
        self.closed_pages: set[UUID] = set()
        self.card_left: dict[UUID, bool] = {}
        self.announced: tuple[int, int] | None = None

    @classmethod
    def register(cls, user_id: UUID, *, at: datetime) -> Self:
        """Begin to know who pays."""
        return cls._create(
            cls.PayerRegistered,
            id=payer_of(user_id),
            timestamp=at,
            by=CARD_PROCESSOR,
            user_id=user_id,
        )

    @property
    def card(self) -> SavedCard | None:
        """Return the card that is charged."""
        return SavedCard(*self.saved) if self.saved else None

    def require_card(self) -> SavedCard:
        """Return the card that is charged. Raises NoSavedCard."""
        if self.card is None:
            raise NoSavedCard
        return self.card

    def save_card(self, card: SavedCard, *, at: datetime) -> None:
        """Charge this card from now on; the same again changes nothing."""
        if card != self.card:
            self.trigger_event(self.CardSaved, timestamp=at, by=CARD_PROCESSOR, **asdict(card))

    def open_card_page(self, update_id: UUID, *, session_id: str, at: datetime) -> None:
        """Record the page of a card update; the same page twice changes nothing."""
        if update_id not in self.pages:
            self.trigger_event(
                self.CardPageOpened,
                timestamp=at,
                by=self.user_id,
                update_id=update_id,
                session_id=session_id,
            )

    def session_of(self, update_id: UUID) -> str:
        """Return where to look a card page up. Raises NoSuchCardPage."""
        if update_id not in self.pages:
            raise NoSuchCardPage
        return self.pages[update_id]

    def update_at(self, session_id: str | None) -> UUID:
        """Return which update a card page is for. Raises NoSuchCardPage."""
        for update_id, known in self.pages.items():
            if known == session_id:
                return update_id
        raise NoSuchCardPage

    def is_newest(self, update_id: UUID) -> bool:
        """Say whether no card was left on a page that was opened after this one."""
        later = [*self.pages][[*self.pages].index(update_id) + 1 :]
        return not any(self.card_left.get(one) for one in later)

    def close_card_page(self, update_id: UUID, *, card_left: bool, at: datetime) -> None:
        """Record that a card page is over; once."""
        if update_id not in self.closed_pages:
            self.trigger_event(
                self.CardPageClosed,
                timestamp=at,
                by=CARD_PROCESSOR,
                update_id=update_id,
                user_id=self.user_id,
                card_left=card_left,
            )

    def announce_expiry(self, *, at: datetime) -> None:
        """Have the payer told that her card expires soon, once for each expiry."""
        card = self.card
        if card is None or self.announced == (card.expires_year, card.expires_month):
            return
        if at >= expires_at(card) - CARD_EXPIRY_ANNOUNCED_BEFORE:
            self.trigger_event(
                self.CardExpiryAnnounced,
                timestamp=at,
                by=CASHIER,
                user_id=self.user_id,
                expires_year=card.expires_year,
                expires_month=card.expires_month,
            )

    def request_summary(self, *, at: datetime) -> None:
        """Ask for a list of the invoices by mail."""
        self.trigger_event(
            self.InvoiceSummaryRequested, timestamp=at, by=self.user_id, user_id=self.user_id
        )


def payer_of(user_id: UUID) -> UUID:
    """Return the identifier of what is known of a person as a payer."""
    return uuid5(HOUSE, f"payer {user_id}")


def payer(log: Log, user_id: UUID, *, at: datetime) -> Payer:
    """Return what is known of a person as a payer, from nothing if need be."""
    return find(log, Payer, payer_of(user_id)) or Payer.register(user_id, at=at)


def expires_at(card: SavedCard) -> datetime:
    """Return the first moment at which a card is not good any more."""
    year, month = divmod(card.expires_month, 12)
    return datetime(card.expires_year + year, month + 1, 1, tzinfo=UTC)
