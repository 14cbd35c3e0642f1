"""Invented people and what happened to them before a test begins.

Ada Sample is a doctor and pays; Ben Desk is on her staff and does not; Carla is a patient; Dora has
a practice of her own; Emil is whom nobody knows yet.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.address import EmailAddress
from domain.aggregate import OPERATOR
from domain.message import Message
from domain.ports import KeyKind, Place, Sealed
from domain.practice import Practice
from domain.user import User
from tests.doubles.vault import MemoryVault
from tests.scenario import Fact, fact

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
MOMENT = timedelta(microseconds=1)

SAMPLE_DENTAL = UUID("00000000-0000-0000-0000-00000000aa01")
OTHER_DENTAL = UUID("00000000-0000-0000-0000-00000000aa02")
ADA = UUID("00000000-0000-0000-0000-00000000bb01")
BEN = UUID("00000000-0000-0000-0000-00000000bb02")
CARLA = UUID("00000000-0000-0000-0000-00000000bb03")
DORA = UUID("00000000-0000-0000-0000-00000000bb04")
EMIL = UUID("00000000-0000-0000-0000-00000000bb05")
MESSAGE = UUID("00000000-0000-0000-0000-00000000cc01")
REPLY = UUID("00000000-0000-0000-0000-00000000cc02")

ADAS_ADDRESS = "ada@sample-dental.example"
BENS_ADDRESS = "ben@sample-dental.example"
CARLAS_ADDRESS = "carla@post.example"
DORAS_ADDRESS = "dora@other-dental.example"
EMILS_ADDRESS = "emil@post.example"

VAULT = MemoryVault()
"""Has a key for everything that a test seals."""


def sealed(text: str, owner: UUID, field: str, version: int = 1) -> Sealed:
    """Return what the double of the vault makes of a person's name, address or phone."""
    return VAULT.seal(text, Place(KeyKind.PERSONAL, owner, field, version))


def sealed_content(text: str, message_id: UUID, field: str) -> Sealed:
    """Return what the double of the vault makes of a subject or body."""
    return VAULT.seal(text, Place(KeyKind.CONTENT, message_id, field, 1))


def address_id(address: str) -> UUID:
    return VAULT.address_id(address)


def invited(
    user_id: UUID,
    address: str,
    kind: str,
    *,
    practice_id: UUID | None = SAMPLE_DENTAL,
    invited_from: UUID | None = SAMPLE_DENTAL,
    full_name: Sealed | None = None,
    by: UUID = OPERATOR,
    at: datetime = YESTERDAY,
) -> tuple[Fact, Fact]:
    """Return an invitation with the claim to its address."""
    return (
        fact(
            User.UserInvited,
            user_id,
            by=by,
            at=at,
            kind=kind,
            practice_id=practice_id,
            invited_from=invited_from,
            email=sealed(address, user_id, "email"),
            full_name=full_name,
            invitation_ends_at=at + timedelta(days=14),
        ),
        fact(EmailAddress.AddressClaimed, address_id(address), by=by, at=at, user_id=user_id),
    )


def registered(
    user_id: UUID, practice_id: UUID | None = SAMPLE_DENTAL, at: datetime = YESTERDAY
) -> Fact:
    return fact(
        User.RegistrationCompleted,
        user_id,
        by=user_id,
        at=at,
        practice_id=practice_id,
        full_name=sealed("A Person", user_id, "full_name", 2),
        cell_phone=sealed("+12025550123", user_id, "cell_phone", 2),
        terms="2026-11",
    )


def with_password(user_id: UUID, at: datetime = YESTERDAY) -> Fact:
    return fact(User.PasswordSet, user_id, by=user_id, at=at)


def given_the_paid_tier(user_id: UUID, at: datetime = YESTERDAY) -> Fact:
    return fact(User.TierGranted, user_id, by=OPERATOR, at=at)


def opened(practice_id: UUID, name: str, user_id: UUID) -> tuple[Fact, Fact]:
    """Return a practice with its user manager."""
    return (
        fact(Practice.PracticeRegistered, practice_id, by=OPERATOR, at=YESTERDAY, name=name),
        fact(
            Practice.UserManagerAppointed, practice_id, by=OPERATOR, at=YESTERDAY, user_id=user_id
        ),
    )


def written(
    message_id: UUID,
    sender_id: UUID,
    recipient_id: UUID,
    subject: str = "Lab results",
    at: datetime = YESTERDAY,
) -> Fact:
    """Return a message that began a thread."""
    return fact(
        Message.MessageSent,
        message_id,
        by=sender_id,
        at=at,
        recipient_id=recipient_id,
        thread_id=message_id,
        in_reply_to=None,
        first_contact=False,
        subject=sealed_content(subject, message_id, "subject"),
        body=sealed_content("They have come.", message_id, "body"),
        body_length=15,
        ends_at=at + timedelta(days=30),
    )


SAMPLE_DENTAL_IS_OPEN = opened(SAMPLE_DENTAL, "Sample Dental", ADA)
ADA_WAS_INVITED = invited(ADA, ADAS_ADDRESS, "doctor")
ADA_CAN_SIGN_IN = (*ADA_WAS_INVITED, registered(ADA), with_password(ADA))
ADA_PAYS = (*ADA_CAN_SIGN_IN, given_the_paid_tier(ADA))
BEN_WAS_INVITED = invited(BEN, BENS_ADDRESS, "staff")
BEN_REGISTERED = (*BEN_WAS_INVITED, registered(BEN))
BEN_IS_FREE = (*BEN_REGISTERED, with_password(BEN))
CARLA_WAS_INVITED = invited(CARLA, CARLAS_ADDRESS, "patient", practice_id=None, by=ADA)
CARLA_IS_A_PATIENT = (*CARLA_WAS_INVITED, registered(CARLA, None), with_password(CARLA))
DORA_WAS_INVITED = invited(DORA, DORAS_ADDRESS, "doctor", practice_id=None, by=ADA)
DORA_IS_ELSEWHERE = (*DORA_WAS_INVITED, registered(DORA, OTHER_DENTAL), with_password(DORA))
DORA_PAYS = (*DORA_IS_ELSEWHERE, given_the_paid_tier(DORA))
