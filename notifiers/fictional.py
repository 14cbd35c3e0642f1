"""An invented practice with invented people and an invented payment, to write samples of notices.

Nothing here is asked of a database and nothing is sealed: `sealed` stands for what would be.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.aggregate import HOUSE, OPERATOR
from domain.invitation import Status
from domain.plan import MONTHLY
from domain.ports import LinkPurpose, Place, Sealed
from domain.purchase_life import PurchaseState
from domain.role import Kind
from domain.subscription_life import SubscriptionState
from projections.entitlements import Entitlement, Entitlements
from projections.inbox import Inbox, InboxEntry
from projections.payments import PaidItem, Payments, SubscriptionEntry
from projections.reach import EmailChange, Reach, Reachable
from projections.roster import Person, Roster

ADA, BEN, CARLA, DAN, EVA, FINN, GRETA = (
    uuid5(HOUSE, f"sample person {name}")
    for name in ("ada", "ben", "carla", "dan", "eva", "finn", "greta")
)
PRACTICE = uuid5(HOUSE, "sample practice")
MESSAGE = uuid5(HOUSE, "sample message")
PURCHASE = uuid5(HOUSE, "sample purchase")
PRACTICE_NAME = "Sample Dental"
FORTNIGHT = timedelta(days=14)
TERM = timedelta(days=30)
NEVER = datetime.min.replace(tzinfo=UTC)


def sealed(text: str) -> Sealed:
    """Return a text as the stand-in of the vault opens it."""
    return Sealed(f"1.{text}")


@dataclass(frozen=True, slots=True)
class SampleVault:
    """Opens what is not sealed."""

    def open(self, value: Sealed, place: Place) -> str:
        """Return the text."""
        del place
        return value.partition(".")[2]


@dataclass(frozen=True, slots=True)
class SampleLinks:
    """Gives links that lead nowhere."""

    def mint(
        self,
        user_id: UUID,
        purpose: LinkPurpose,
        *,
        at: datetime,
        expires_at: datetime,
        version: int = 1,
    ) -> str:
        """Return what is no token."""
        del user_id, purpose, at, expires_at, version
        return "sample"


@dataclass(frozen=True, slots=True)
class SampleCodes:
    """Knows one code, which opens nothing."""

    def digits(self, code_id: UUID, *, at: datetime) -> str | None:
        """Return the code."""
        del code_id, at
        return "123456"


@dataclass(frozen=True, slots=True)
class SampleRoster(Roster):
    """Knows the invented people."""

    pool: Any = None
    now: datetime = NEVER

    def people(self, user_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return those whom it knows."""
        known = {one.user_id: one for one in everybody(self.now)}
        return {user_id: known[user_id] for user_id in user_ids if user_id in known}

    def practice_name(self, practice_id: UUID | None) -> str | None:
        """Return the name of the one practice."""
        return PRACTICE_NAME if practice_id == PRACTICE else None


@dataclass(frozen=True, slots=True)
class SampleReach(Reach):
    """Knows that everybody has a phone, and had another address."""

    pool: Any = None

    def of_all(self, user_ids: Iterable[UUID]) -> dict[UUID, Reachable]:
        """Return how invented people may be told; the number is one kept for inventions."""
        phone = sealed("+12025550143")
        return {one: Reachable(one, phone=phone, phone_is_proved=True) for one in user_ids}

    def email_change(self, user_id: UUID) -> EmailChange:
        """Return an address that is to be confirmed."""
        del user_id
        return EmailChange(1, sealed("new@sample-dental.example"))

    def former_email(self, user_id: UUID, version: int) -> Sealed:
        """Return an address before."""
        del user_id, version
        return sealed("former@sample-dental.example")


@dataclass(frozen=True, slots=True)
class SampleInbox(Inbox):
    """Holds one message that waits."""

    pool: Any = None
    now: datetime = NEVER
    entry: InboxEntry | None = None

    def thread_of(self, message_id: UUID, *, reader_id: UUID) -> list[InboxEntry]:
        """Return the message, whoever asks for whichever."""
        return [self.entry or waiting(message_id, reader_id, self.now)]


@dataclass(frozen=True, slots=True)
class SamplePayments(Payments):
    """Knows one payment of Ada's for Ben, and what it is for."""

    pool: Any = None
    item_paid: PaidItem | None = None
    entry: SubscriptionEntry | None = None

    def item(self, purchase_id: UUID) -> PaidItem | None:
        """Return the payment."""
        del purchase_id
        return self.item_paid

    def paid_by(self, buyer_id: UUID) -> list[PaidItem]:
        """Return the payment."""
        del buyer_id
        return [self.item_paid] if self.item_paid else []

    def subscription_of(self, user_id: UUID) -> SubscriptionEntry | None:
        """Return what it is for."""
        del user_id
        return self.entry

    def paid_for_by(self, payer_id: UUID) -> list[SubscriptionEntry]:
        """Return what it is for."""
        del payer_id
        return [self.entry] if self.entry else []


@dataclass(frozen=True, slots=True)
class SampleEntitlements(Entitlements):
    """Knows that nobody was given anything."""

    pool: Any = None

    def of(self, user_id: UUID) -> Entitlement | None:
        """Return nothing."""
        del user_id
        return None


def person(user_id: UUID, kind: Kind, name: str, now: datetime, **known: object) -> Person:
    """Return an invented person, who was invited by Ada and belongs nowhere, unless said else."""
    stranger = Person(
        user_id=user_id,
        kind=kind,
        practice_id=None,
        practice_name=None,
        invited_from=PRACTICE,
        invited_by=ADA,
        status=Status.INVITED,
        is_user_manager=False,
        email=sealed(f"{name.partition(' ')[0].lower() or 'somebody'}@sample-dental.example"),
        full_name=sealed(name) if name else None,
        cell_phone=None,
        invited_at=now,
        invitation_ends_at=now + FORTNIGHT,
        registered_at=None,
        usual_days=None,
        erasure_due_at=None,
        erased_at=None,
    )
    return replace(stranger, **known)  # type: ignore[arg-type] # what is known are fields of hers


def everybody(now: datetime) -> list[Person]:
    """Return the invented people: two of the practice, and one invited in each role."""
    here = {"practice_id": PRACTICE, "practice_name": PRACTICE_NAME}
    active = {**here, "status": Status.ACTIVE, "registered_at": now}
    return [
        person(ADA, Kind.DOCTOR, "Ada Sample", now, **active, invited_by=OPERATOR),
        person(BEN, Kind.STAFF, "Ben Desk", now, **active),
        person(CARLA, Kind.PATIENT, "", now),
        person(DAN, Kind.DOCTOR, "", now, **here),
        person(EVA, Kind.STAFF, "", now, **here),
        person(FINN, Kind.DOCTOR, "", now),
        person(GRETA, Kind.STAFF, "", now, **here, invited_by=OPERATOR),
    ]


def waiting(message_id: UUID, reader_id: UUID, now: datetime) -> InboxEntry:
    """Return a message of Ada's that was sent two days ago and that nobody has read."""
    return InboxEntry(
        message_id=message_id,
        thread_id=message_id,
        sender_id=ADA,
        recipient_id=reader_id,
        subject=sealed("never shown"),
        subject_ends_at=now + TERM,
        subject_recalled_at=None,
        body=sealed("never shown"),
        sent_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=3),
        read_at=None,
        recalled_at=None,
        recall_reason=None,
        files=0,
        position=1,
    )


def payment(state: PurchaseState, now: datetime) -> PaidItem:
    """Return what Ada paid for Ben."""
    return PaidItem(
        purchase_id=PURCHASE,
        buyer_id=ADA,
        user_id=BEN,
        plan=MONTHLY.name,
        months=MONTHLY.months,
        amount=MONTHLY.price.amount,
        currency=MONTHLY.price.currency,
        started_at=now,
        state=state,
        reference=None,
        paid_at=now,
        refunded=0,
        term_starts_at=now,
        term_ends_at=now + TERM,
    )


def tier(state: SubscriptionState, now: datetime) -> SubscriptionEntry:
    """Return the paid version that Ada pays for Ben; one that lapsed has ended today."""
    return SubscriptionEntry(
        user_id=BEN,
        payer_id=ADA,
        plan=MONTHLY.name,
        months=MONTHLY.months,
        amount=MONTHLY.price.amount,
        currency=MONTHLY.price.currency,
        state=state,
        ends_at=now if state is SubscriptionState.FREE else now + TERM,
        grace_ends_at=None,
        decline="",
        renewal_id=None,
    )
