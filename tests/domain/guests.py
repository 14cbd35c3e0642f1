"""Carla and Emil, who were invited, and what is done about their invitations."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from domain.address import EmailAddress
from domain.aggregate import MAIL_CARRIER
from domain.invitation import (
    INVITATION_LASTS,
)
from domain.mailbox import Mailbox, mailbox_of
from domain.ports import LinkPurpose
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_WAS_INVITED,
    CARLAS_ADDRESS,
    DORA,
    DORA_IS_ELSEWHERE,
    MESSAGE,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
    YESTERDAY,
    address_id,
    invited,
    opened,
    sealed,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

RIGHT_ADDRESS = "carla@right.example"
EMILS, EMIL = "emil@post.example", UUID("00000000-0000-0000-0000-00000000bb05")
EMIL_IS_BENS_GUEST = invited(EMIL, EMILS, "patient", practice_id=None, by=BEN)


def guests_of(rules: Rules) -> Rules:
    """Ada, who manages the practice, has invited Carla; Ben is a member, Dora elsewhere."""
    return rules.given(
        *SAMPLE_DENTAL_IS_OPEN,
        *ADA_PAYS,
        *BEN_IS_FREE,
        *opened(UUID("00000000-0000-0000-0000-00000000aa02"), "Other Dental", DORA),
        *DORA_IS_ELSEWHERE,
        *CARLA_WAS_INVITED,
        *EMIL_IS_BENS_GUEST,
    )


def resend(
    rules: Rules, user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.invitations.resend(user_id=user_id, by=by, at=at)


def amend(
    rules: Rules,
    address: str = RIGHT_ADDRESS,
    user_id: UUID = CARLA,
    by: UUID = ADA,
    at: datetime = NOW,
) -> Callable[[], int]:
    return lambda: rules.invitations.amend(user_id=user_id, address=address, by=by, at=at)


def withdraw(
    rules: Rules, user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.invitations.withdraw(user_id=user_id, by=by, at=at)


def resent(user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW) -> Fact:
    ends_at = at + INVITATION_LASTS
    return fact(
        User.InvitationResent, user_id, by=by, at=at, invitation_ends_at=ends_at, by_message=False
    )


def amended(by: UUID = ADA, at: datetime = NOW, version: int = 2) -> tuple[Fact, Fact, Fact]:
    """Return that Carla's invitation went to the right address, which is hers now."""
    return (
        fact(
            User.InvitationAmended,
            CARLA,
            by=by,
            at=at,
            email=sealed(RIGHT_ADDRESS, CARLA, "email", version),
            invitation_ends_at=at + INVITATION_LASTS,
        ),
        released(CARLA, CARLAS_ADDRESS, by, at),
        fact(EmailAddress.AddressClaimed, address_id(RIGHT_ADDRESS), by=by, at=at, user_id=CARLA),
    )


def released(user_id: UUID, address: str, by: UUID = ADA, at: datetime = NOW) -> Fact:
    return fact(EmailAddress.AddressReleased, address_id(address), by=by, at=at, user_id=user_id)


def withdrawn(
    user_id: UUID = CARLA, address: str = CARLAS_ADDRESS, by: UUID = ADA
) -> tuple[Fact, Fact]:
    return (
        fact(User.InvitationWithdrawn, user_id, by=by, at=NOW),
        released(user_id, address, by),
    )


def mail_came_back(user_id: UUID = CARLA, version: int = 1) -> tuple[Fact, Fact]:
    mailbox = mailbox_of(user_id)
    about = {"user_id": user_id, "notice_id": MESSAGE, "status": "5.1.1"}
    return (
        fact(Mailbox.MailboxBegun, mailbox, by=MAIL_CARRIER, at=YESTERDAY, user_id=user_id),
        fact(
            Mailbox.MailCameBack,
            mailbox,
            by=MAIL_CARRIER,
            at=YESTERDAY,
            address_version=version,
            **about,
        ),
    )


def register(rules: Rules, token: str) -> Callable[[], User]:
    return lambda: rules.registering.invited(token, at=NOW)


def link(rules: Rules, version: int = 1) -> str:
    end = NOW + timedelta(days=90)
    return rules.links.mint(CARLA, LinkPurpose.REGISTER, at=NOW, expires_at=end, version=version)
