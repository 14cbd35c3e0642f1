"""One sample of every event about notices, as `samples.py` has them of all others."""

from typing import Any

from domain.mailbox import Mailbox
from domain.notification import Notification
from domain.phone_proof import PhoneProof
from domain.practice import Practice
from domain.profile import Profile
from tests.domain.sample_values import (
    ACTOR,
    AT,
    LATER,
    MAILBOX,
    NOTICE,
    OTHER,
    PHONE_PROOF,
    PRACTICE,
    PROFILE,
    REPORT,
    SEALED,
    USER,
)
from tests.scenario import Fact, fact


def practice(event: type[Practice.Event], **facts: Any) -> Fact:
    return fact(event, PRACTICE, by=USER, at=AT, **facts)


def profile(event: type[Profile.Event], **facts: Any) -> Fact:
    return fact(event, PROFILE, by=USER, at=AT, user_id=USER, **facts)


def phone_proof(event: type[PhoneProof.Event], **facts: Any) -> Fact:
    return fact(event, PHONE_PROOF, by=ACTOR, at=AT, user_id=USER, **facts)


def mailbox(event: type[Mailbox.Event], **facts: Any) -> Fact:
    return fact(event, MAILBOX, by=ACTOR, at=AT, user_id=USER, **facts)


def notification(event: type[Notification.Event], **facts: Any) -> Fact:
    return fact(event, NOTICE, by=ACTOR, at=AT, **facts)


NOTICE_FACTS: tuple[Fact, ...] = (
    practice(Practice.TwoStepPolicyChanged, colleagues=True, patients=False, told=[USER, OTHER]),
    profile(Profile.NoticesChosen, notices="email-and-text", by_link=False),
    profile(Profile.TimeZoneChosen, time_zone="America/Chicago"),
    phone_proof(PhoneProof.PhoneProofBegun),
    phone_proof(PhoneProof.PhoneGiven, phone=SEALED),
    phone_proof(PhoneProof.PhoneChanged, phone=SEALED),
    phone_proof(PhoneProof.PhoneCodeRequested, code_id=OTHER, channel="text", code_ends_at=LATER),
    phone_proof(PhoneProof.PhoneCodeRefused, code_id=OTHER),
    phone_proof(PhoneProof.IdentityVerified, code_id=OTHER),
    phone_proof(PhoneProof.PhoneProofOmitted),
    mailbox(Mailbox.MailboxBegun),
    mailbox(Mailbox.MailCameBack, notice_id=NOTICE, address_version=3, status="5.1.1"),
    mailbox(Mailbox.AddressConfirmed, address_version=3),
    mailbox(Mailbox.SupportLooked, notice_id=NOTICE),
    mailbox(Mailbox.ReplyRefused),
    notification(
        Notification.NotificationOwed, recipient_id=USER, occasion="new-message", channel="email"
    ),
    notification(
        Notification.NotificationDeferred,
        cause="answer lost",
        in_doubt=True,
        address_version=3,
        next_try_at=LATER,
    ),
    notification(
        Notification.NotificationAccepted,
        carrier="sendgrid",
        reference="sample-reference",
        address_version=3,
    ),
    notification(
        Notification.NotificationDelivered, report_id=REPORT, reported_at=AT, fate="delivered"
    ),
    notification(
        Notification.NotificationBounced,
        recipient_id=USER,
        address_version=3,
        report_id=REPORT,
        reported_at=AT,
        outcome="bounced",
        status="5.1.1",
        lasting=True,
        fate="bounced",
    ),
    notification(Notification.NotificationAbandoned, cause="over"),
)
"""In the order of the catalogue."""
