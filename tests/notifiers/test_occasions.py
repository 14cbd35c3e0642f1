"""What is owed for a fact is decided by the fact alone: pure plans, one occasion a file."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR, SWEEPER
from domain.catalogue import EVENTS
from domain.message import Message
from domain.ports import Sealed
from domain.purchase import Purchase
from domain.user import User
from notifiers.notice import Notice
from notifiers.occasions import OCCASIONS, WRITERS, plan
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-00000000bb01")
BEN = UUID("00000000-0000-0000-0000-00000000bb02")
MESSAGE = UUID("00000000-0000-0000-0000-00000000cc01")
PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")

TELLING = {
    "user.invited",
    "user.invitation-resent",
    "user.invitation-amended",
    "user.invitation-reminded",
    "user.registration-completed",
    "user.password-reset-requested",
    "message.sent",
    "message.expiry-announced",
    "message.unread-announced",
    "message.recalled",
}
"""Topics of the facts that somebody is told of; those about money are in `test_plans_of_money`."""


def common(of: UUID, by: UUID, version: int = 1) -> dict[str, Any]:
    return {"originator_id": of, "originator_version": version, "timestamp": START, "by": by}


def invited(by: UUID) -> User.UserInvited:
    return User.UserInvited(
        **common(BEN, by),
        originator_topic="user",
        kind="staff",
        practice_id=None,
        invited_from=None,
        email=Sealed("1.sealed"),
        full_name=None,
        invitation_ends_at=START + timedelta(days=14),
    )


def sent(*, first_contact: bool) -> Message.MessageSent:
    return Message.MessageSent(
        **common(MESSAGE, ADA),
        originator_topic="message",
        recipient_id=BEN,
        thread_id=MESSAGE,
        in_reply_to=None,
        first_contact=first_contact,
        subject=Sealed("1.sealed"),
        body=Sealed("1.sealed"),
        body_length=7,
        ends_at=START + timedelta(days=30),
    )


REGISTERED = User.RegistrationCompleted(
    **common(BEN, BEN, 2),
    practice_id=None,
    full_name=Sealed("2.sealed"),
    cell_phone=Sealed("2.sealed"),
    terms="2026-11",
)
RESET = User.PasswordResetRequested(**common(BEN, BEN, 3))
ANNOUNCED = Message.ExpiryAnnounced(
    **common(MESSAGE, SWEEPER, 2), recipient_id=BEN, ends_at=START + timedelta(days=3)
)

OPEN_UNTIL = START + timedelta(days=14)


def resent(*, by_message: bool) -> User.InvitationResent:
    return User.InvitationResent(
        **common(BEN, ADA, 2), invitation_ends_at=OPEN_UNTIL, by_message=by_message
    )


AMENDED = User.InvitationAmended(
    **common(BEN, ADA, 2), email=Sealed("2.sealed"), invitation_ends_at=OPEN_UNTIL
)
REMINDED = User.InvitationReminded(**common(BEN, SWEEPER, 2), day=3)


def unread(along_with: UUID | None = None) -> Message.UnreadAnnounced:
    return Message.UnreadAnnounced(
        **common(MESSAGE, SWEEPER, 2), recipient_id=BEN, along_with=along_with
    )


def recalled(told: UUID | None) -> Message.MessageRecalled:
    return Message.MessageRecalled(**common(MESSAGE, ADA, 2), reason=Sealed("2.sealed"), told=told)


PLANS = {
    "an invitation by a colleague": (
        invited(ADA),
        Notice(
            UUID("d59eb0ba-18eb-5262-9fa5-8fe582f984c3"),
            "registration",
            BEN,
            START,
            {"address_version": "1"},
        ),
    ),
    "an invitation by us": (
        invited(OPERATOR),
        Notice(
            UUID("d59eb0ba-18eb-5262-9fa5-8fe582f984c3"),
            "registration",
            BEN,
            START,
            {"address_version": "1"},
        ),
    ),
    "a registration": (
        REGISTERED,
        Notice(
            UUID("25006f43-9bb4-5fd8-b9c9-ccaa5ebd5b19"),
            "set-password",
            BEN,
            START,
            {"reason": "registered"},
        ),
    ),
    "a reset": (
        RESET,
        Notice(
            UUID("1d09de18-006c-5005-a516-cef645a80e10"),
            "set-password",
            BEN,
            START,
            {"reason": "reset"},
        ),
    ),
    "a message": (
        sent(first_contact=False),
        Notice(
            UUID("ff5fcb11-c35d-5918-8397-dfd9d0a07ff8"),
            "new-message",
            BEN,
            START,
            {"message": str(MESSAGE), "sender": str(ADA)},
        ),
    ),
    "an end that is near": (
        ANNOUNCED,
        Notice(
            UUID("d222fa8c-4079-5532-ad8a-4e1a2474f4a5"),
            "expiry",
            BEN,
            START,
            {"message": str(MESSAGE), "ends_at": "2026-03-05T09:00:00+00:00"},
        ),
    ),
    "an invitation that is sent once more": (
        resent(by_message=False),
        Notice(
            UUID("ae1cc9d3-c1f9-5b52-9bec-b0fc48003ecf"),
            "registration",
            BEN,
            START,
        ),
    ),
    "an invitation to another address": (
        AMENDED,
        Notice(
            UUID("ae1cc9d3-c1f9-5b52-9bec-b0fc48003ecf"),
            "registration",
            BEN,
            START,
            {"address_version": "2"},
        ),
    ),
    "an invitation that nobody answered": (
        REMINDED,
        Notice(
            UUID("ae16db03-1e79-5981-8b03-91a04cc2e220"),
            "invitation-reminder",
            BEN,
            START,
            {"day": "3"},
        ),
    ),
    "a message that lies unread": (
        unread(),
        Notice(
            UUID("73a8d6fa-95e7-5760-84a0-acb872bef5cf"),
            "unread-nudge",
            BEN,
            START,
            {"message": str(MESSAGE)},
        ),
    ),
    "a message that was taken back": (
        recalled(BEN),
        Notice(
            UUID("4da26a58-98db-5bbc-9791-6c2101b4c01b"),
            "recall",
            BEN,
            START,
            {"message": str(MESSAGE), "sender": str(ADA)},
        ),
    ),
}


@pytest.mark.parametrize(("event", "notice"), PLANS.values(), ids=PLANS.keys())
def test_a_fact_owes_exactly_one_notice_and_always_the_same(event, notice: Notice):
    assert plan(event) == plan(event) == (notice,)


def test_a_message_that_invited_its_recipient_is_told_by_the_registration_mail():
    assert plan(sent(first_contact=True)) == ()


SILENT = {
    "a sign-in": User.SignedIn(**common(BEN, BEN, 5)),
    "a refused sign-in": User.SignInRefused(**common(BEN, BEN, 5)),
    "a password": User.PasswordSet(**common(BEN, BEN, 5)),
    "an invitation that a message opened again": resent(by_message=True),
    "a withdrawal": User.InvitationWithdrawn(**common(BEN, ADA, 2)),
    "a message that lies unread beside another": unread(along_with=PURCHASE),
    "a recall of what was read": recalled(told=None),
    "a look": Message.MessageRead(**common(MESSAGE, BEN, 2)),
    "a card page": Purchase.CheckoutOpened(**common(PURCHASE, BEN, 2), session_id="cs_1"),
}


@pytest.mark.parametrize("event", SILENT.values(), ids=SILENT.keys())
def test_nobody_is_told_of_everyday_facts(event):
    assert plan(event) == ()


def test_every_occasion_has_a_name_of_its_own_and_a_writer():
    assert WRITERS.keys() == {occasion.OCCASION for occasion in OCCASIONS}
    assert len(WRITERS) == len(OCCASIONS)


def test_the_plans_here_tell_of_every_fact_that_somebody_is_told_of():
    assert {type(event) for event, _ in PLANS.values()} == {EVENTS[topic] for topic in TELLING}
