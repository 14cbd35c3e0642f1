"""One sample of every event that the house can record; golden files are made from these values."""

from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from domain.address import EmailAddress
from domain.attachment import Attachment
from domain.erasure import Erasure
from domain.legal_hold import LegalHolds
from domain.message import Message
from domain.practice import Practice
from domain.profile import Profile
from domain.purchase import Purchase
from domain.user import User
from tests.scenario import Fact, fact

AT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, 30, 15, 123456, tzinfo=UTC)
PRACTICE = UUID("10000000-0000-4000-8000-000000000001")
USER = UUID("20000000-0000-4000-8000-000000000002")
ADDRESS = UUID("30000000-0000-4000-8000-000000000003")
MESSAGE = UUID("40000000-0000-4000-8000-000000000004")
PURCHASE = UUID("50000000-0000-4000-8000-000000000005")
ACTOR = UUID("60000000-0000-4000-8000-000000000006")
OTHER = UUID("70000000-0000-4000-8000-000000000007")
PROFILE = UUID("80000000-0000-4000-8000-000000000008")
HOLDS = UUID("90000000-0000-4000-8000-000000000009")
ERASURE = UUID("a0000000-0000-4000-8000-00000000000a")
ATTACHMENT = UUID("b0000000-0000-4000-8000-00000000000b")
SEALED = "1.AAECAwQFBgcICQoLc2VhbGVkLXNhbXBsZS12YWx1ZQ"

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
    fact(User.InvitationResent, USER, by=ACTOR, at=AT, invitation_ends_at=LATER),
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
    fact(User.SignedIn, USER, by=USER, at=AT),
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
    fact(Message.MessageRecalled, MESSAGE, by=USER, at=AT, reason=SEALED),
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
    fact(
        Purchase.PurchaseStarted,
        PURCHASE,
        by=USER,
        at=AT,
        plan="monthly",
        months=1,
        amount=1000,
        currency="usd",
    ),
    fact(Purchase.CheckoutOpened, PURCHASE, by=USER, at=AT, session_id="cs_sample"),
    fact(
        Purchase.PaymentConfirmed,
        PURCHASE,
        by=ACTOR,
        at=AT,
        buyer_id=USER,
        amount=1000,
        currency="usd",
        reference="pi_sample",
    ),
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
        "purchase": "purchase.started",
    }
)
"""The topic of each aggregate's first event by the topic of the aggregate."""
