"""One sample of every event that the house can record; golden files are made from these values."""

from types import MappingProxyType

from domain.address import EmailAddress
from domain.attachment import Attachment
from domain.erasure import Erasure
from domain.legal_hold import LegalHolds
from domain.message import Message
from domain.practice import Practice
from domain.profile import Profile
from domain.user import User
from tests.domain.money_samples import MONEY_FACTS
from tests.domain.notice_samples import NOTICE_FACTS
from tests.domain.sample_values import (
    ACTOR,
    ADDRESS,
    AT,
    ATTACHMENT,
    ERASURE,
    HOLDS,
    LATER,
    MESSAGE,
    OTHER,
    PRACTICE,
    PROFILE,
    PURCHASE,
    SEALED,
    USER,
)
from tests.scenario import Fact, fact

_facts: tuple[Fact, ...] = (
    fact(Practice.PracticeRegistered, PRACTICE, by=ACTOR, at=AT, name="Zahnärzte am Muster"),
    fact(Practice.UserManagerAppointed, PRACTICE, by=ACTOR, at=AT, user_id=USER),
    fact(Practice.ExpiryRuleChanged, PRACTICE, by=USER, at=AT, shortest=1, usual=14, longest=365),
    fact(Practice.RetentionChanged, PRACTICE, by=USER, at=AT, days=3653),
    fact(
        User.UserInvited,
        USER,
        by=ACTOR,
        at=AT,
        kind="doctor",
        practice_id=PRACTICE,
        invited_from=None,
        email=SEALED,
        full_name=None,
        invitation_ends_at=LATER,
    ),
    fact(
        User.InvitationResent,
        USER,
        by=ACTOR,
        at=AT,
        invitation_ends_at=LATER,
        by_message=False,
    ),
    fact(User.InvitationAmended, USER, by=ACTOR, at=AT, email=SEALED, invitation_ends_at=LATER),
    fact(User.InvitationReminded, USER, by=ACTOR, at=AT, day=10),
    fact(User.InvitationWithdrawn, USER, by=ACTOR, at=AT),
    fact(
        User.RegistrationCompleted,
        USER,
        by=USER,
        at=AT,
        practice_id=PRACTICE,
        full_name=SEALED,
        cell_phone=SEALED,
        terms="2026-11",
    ),
    fact(User.PasswordResetRequested, USER, by=USER, at=AT),
    fact(User.PasswordSet, USER, by=USER, at=AT),
    fact(User.PasswordReplaced, USER, by=USER, at=AT),
    fact(User.SignedIn, USER, by=USER, at=AT),
    fact(User.DeviceAdded, USER, by=USER, at=AT),
    fact(User.EmailChangeRequested, USER, by=USER, at=AT, email=SEALED),
    fact(User.EmailChanged, USER, by=USER, at=AT, email=SEALED, former_email=SEALED),
    fact(User.SignInRefused, USER, by=USER, at=AT),
    fact(User.SignedOut, USER, by=USER, at=AT),
    fact(User.TierPurchased, USER, by=ACTOR, at=AT, purchase_id=PURCHASE, until=LATER),
    fact(User.TierGranted, USER, by=ACTOR, at=AT),
    fact(EmailAddress.AddressClaimed, ADDRESS, by=ACTOR, at=AT, user_id=USER),
    fact(EmailAddress.AddressReleased, ADDRESS, by=ACTOR, at=AT, user_id=USER),
    fact(EmailAddress.AddressReclaimed, ADDRESS, by=ACTOR, at=AT, user_id=OTHER),
    fact(Profile.ProfileBegun, PROFILE, by=USER, at=AT, user_id=USER),
    fact(Profile.UsualExpiryChanged, PROFILE, by=USER, at=AT, days=None),
    fact(
        Message.MessageSent,
        MESSAGE,
        by=USER,
        at=AT,
        recipient_id=OTHER,
        thread_id=MESSAGE,
        in_reply_to=None,
        first_contact=True,
        subject=SEALED,
        body=SEALED,
        body_length=42,
        ends_at=LATER,
    ),
    fact(Message.MessageRead, MESSAGE, by=OTHER, at=AT),
    fact(Message.ExpiryChanged, MESSAGE, by=USER, at=AT, ends_at=LATER),
    fact(Message.ExpiryAnnounced, MESSAGE, by=ACTOR, at=AT, recipient_id=OTHER, ends_at=LATER),
    fact(Message.UnreadAnnounced, MESSAGE, by=ACTOR, at=AT, recipient_id=OTHER, along_with=USER),
    fact(Message.MessageRecalled, MESSAGE, by=USER, at=AT, reason=SEALED, told=OTHER),
    fact(
        Message.ContentDestroyed,
        MESSAGE,
        by=ACTOR,
        at=AT,
        because="expired",
        attachment_ids=[ATTACHMENT],
    ),
    fact(Message.FilesAttached, MESSAGE, by=ACTOR, at=AT, attachment_ids=[ATTACHMENT, OTHER]),
    fact(
        Attachment.FileAttached,
        ATTACHMENT,
        by=ACTOR,
        at=AT,
        message_id=MESSAGE,
        recipient_id=USER,
        name=SEALED,
        length=262_144_000,
        kind="dicom",
        digest="5d" * 32,
    ),
    fact(Attachment.AttachmentDownloaded, ATTACHMENT, by=USER, at=AT),
    fact(Attachment.AttachmentFoundDamaged, ATTACHMENT, by=USER, at=AT),
    fact(LegalHolds.RegisterOpened, HOLDS, by=USER, at=AT, subject="thread", subject_id=MESSAGE),
    fact(
        LegalHolds.LegalHoldPlaced,
        HOLDS,
        by=USER,
        at=AT,
        hold_id=OTHER,
        practice_id=PRACTICE,
        reason=SEALED,
    ),
    fact(LegalHolds.LegalHoldLifted, HOLDS, by=USER, at=AT, hold_id=OTHER, reason=SEALED),
    fact(
        Erasure.ErasureRequested,
        ERASURE,
        by=ACTOR,
        at=AT,
        user_id=USER,
        practice_id=PRACTICE,
        due_at=LATER,
    ),
    fact(Erasure.ErasureWithdrawn, ERASURE, by=ACTOR, at=AT, user_id=USER),
    fact(Erasure.ErasureRequestedAgain, ERASURE, by=ACTOR, at=AT, user_id=USER, due_at=LATER),
    fact(Erasure.PersonErased, ERASURE, by=ACTOR, at=AT, user_id=USER),
    *MONEY_FACTS,
    *NOTICE_FACTS,
)

SAMPLES = MappingProxyType({str(vars(told.event)["TOPIC"]): told for told in _facts})
"""Every sample by its topic."""

FIRST_EVENTS = MappingProxyType(
    {
        "practice": "practice.registered",
        "user": "user.invited",
        "email-address": "email-address.claimed",
        "profile": "profile.begun",
        "message": "message.sent",
        "attachment": "attachment.attached",
        "legal-holds": "legal-holds.register-opened",
        "erasure": "erasure.requested",
        "plan-catalogue": "plan-catalogue.opened",
        "purchase": "purchase.started",
        "subscription": "subscription.begun",
        "payer": "payer.registered",
        "payment-report": "payment-report.received",
        "reconciliation": "reconciliation.day-opened",
        "phone-proof": "phone-proof.begun",
        "mailbox": "mailbox.begun",
        "notification": "notification.owed",
    }
)
"""The topic of each aggregate's first event by the topic of the aggregate."""
