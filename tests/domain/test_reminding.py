"""People are reminded of an invitation on day 3 and 10, and of what lies unread after two days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.aggregate import MAIL_CARRIER, SWEEPER
from domain.erasing import NoSuchPerson
from domain.erasure import Erasure, erasure_of
from domain.invitation import INVITATION_LASTS, REMINDED_AFTER
from domain.mailbox import Mailbox, mailbox_of
from domain.message import Message, NoSuchMessage
from domain.user import User
from domain.waiting import ANNOUNCED_BEFORE, NUDGED_AFTER
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_WAS_INVITED,
    MESSAGE,
    MOMENT,
    NOW,
    REPLY,
    SAMPLE_DENTAL_IS_OPEN,
    YESTERDAY,
    registered,
    sealed,
    written,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

INVITED_AT = YESTERDAY
THIRD = UUID("00000000-0000-0000-0000-00000000cc03")


def day(number: int, *, after: datetime = INVITED_AT) -> datetime:
    return after + timedelta(days=number)


@pytest.fixture
def invited(rules: Rules) -> Rules:
    return rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *CARLA_WAS_INVITED)


@pytest.fixture
def unread(rules: Rules) -> Rules:
    """Ada has written to Ben yesterday, and he has not read it."""
    return rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *BEN_IS_FREE, written(MESSAGE, ADA, BEN))


def remind(rules: Rules, at: datetime, user_id: UUID = CARLA) -> Callable[[], int]:
    return lambda: rules.reminding.remind(user_id, at=at)


def nudge(rules: Rules, at: datetime, *message_ids: UUID) -> Callable[[], int]:
    return lambda: rules.reminding.nudge(message_ids or (MESSAGE,), at=at)


def reminded(number: int, at: datetime) -> Fact:
    return fact(User.InvitationReminded, CARLA, by=SWEEPER, at=at, day=number)


def announced(at: datetime, message_id: UUID = MESSAGE, along_with: UUID | None = None) -> Fact:
    return fact(
        Message.UnreadAnnounced,
        message_id,
        by=SWEEPER,
        at=at,
        recipient_id=BEN,
        along_with=along_with,
    )


def sent_again(at: datetime, *, by_message: bool) -> Fact:
    ends_at = at + INVITATION_LASTS
    return fact(
        User.InvitationResent,
        CARLA,
        by=ADA,
        at=at,
        invitation_ends_at=ends_at,
        by_message=by_message,
    )


def corrected(at: datetime) -> Fact:
    email = sealed("carla@right.example", CARLA, "email", 2)
    ends_at = at + INVITATION_LASTS
    return fact(
        User.InvitationAmended, CARLA, by=ADA, at=at, email=email, invitation_ends_at=ends_at
    )


def erased(user_id: UUID) -> tuple[Fact, Fact]:
    about = {"user_id": user_id}
    practice = {"practice_id": UUID(int=1), "due_at": YESTERDAY}
    erasure = erasure_of(user_id)
    return (
        fact(Erasure.ErasureRequested, erasure, by=ADA, at=YESTERDAY, **about, **practice),
        fact(Erasure.PersonErased, erasure, by=SWEEPER, at=YESTERDAY, **about),
    )


def mail_came_back(version: int) -> tuple[Fact, Fact]:
    about = {"user_id": CARLA, "notice_id": MESSAGE, "status": "5.1.1"}
    mailbox = mailbox_of(CARLA)
    return (
        fact(Mailbox.MailboxBegun, mailbox, by=MAIL_CARRIER, at=NOW, user_id=CARLA),
        fact(
            Mailbox.MailCameBack,
            mailbox,
            by=MAIL_CARRIER,
            at=NOW,
            address_version=version,
            **about,
        ),
    )


def test_who_has_not_answered_is_reminded_on_day_3_and_day_10_once_each(invited: Rules) -> None:
    rules = invited
    rules.when(remind(rules, day(3) - MOMENT)).then()
    rules.when(remind(rules, day(3))).then(reminded(3, day(3)))
    rules.when(remind(rules, day(4))).then()
    rules.when(remind(rules, day(10) - MOMENT)).then()
    rules.when(remind(rules, day(10))).then(reminded(10, day(10)))
    rules.when(remind(rules, day(13))).then()


def test_after_an_outage_only_the_later_reminder_is_told(invited: Rules) -> None:
    rules = invited
    rules.when(remind(rules, day(12))).then(reminded(10, day(12)))
    rules.when(remind(rules, day(13))).then()


def test_a_reminder_that_comes_late_is_told_once(invited: Rules) -> None:
    rules = invited
    rules.when(remind(rules, day(6))).then(reminded(3, day(6)))
    rules.when(remind(rules, day(6))).then()


def test_at_the_end_of_the_invitation_nobody_is_reminded(invited: Rules) -> None:
    rules = invited
    rules.when(remind(rules, INVITED_AT + INVITATION_LASTS)).then()


@pytest.mark.parametrize(
    "again",
    [
        sent_again(day(10), by_message=False),
        sent_again(day(15), by_message=True),
        corrected(day(5)),
    ],
    ids=["sent again", "written to again", "corrected"],
)
def test_the_days_count_from_the_latest_mail_that_invited(invited: Rules, again: Fact) -> None:
    rules = invited.given(reminded(3, day(3)), again)
    rules.when(remind(rules, day(3, after=again.at) - MOMENT)).then()
    at = day(3, after=again.at)
    rules.when(remind(rules, at)).then(reminded(3, at))


@pytest.mark.parametrize(
    "end",
    [
        (registered(CARLA, None),),
        (fact(User.InvitationWithdrawn, CARLA, by=ADA, at=NOW),),
        erased(CARLA),
        mail_came_back(1),
        (corrected(NOW), *mail_came_back(2)),
    ],
    ids=["registered", "withdrawn", "erased", "mail came back", "also from the new address"],
)
def test_reminders_stop(invited: Rules, end: tuple[Fact, ...]) -> None:
    rules = invited.given(*end)
    rules.when(remind(rules, day(12))).then()


def test_a_mail_that_came_back_from_the_former_address_stops_nothing(invited: Rules) -> None:
    rules = invited.given(*mail_came_back(1), corrected(NOW))
    at = day(3, after=NOW)
    rules.when(remind(rules, at)).then(reminded(3, at))


def test_nobody_is_reminded_who_is_not_there(rules: Rules) -> None:
    rules.when(remind(rules, NOW)).refused(NoSuchPerson)


@given(hours=st.lists(st.integers(0, 20 * 24), max_size=60))
def test_whenever_it_is_looked_each_reminder_is_told_at_most_once_and_in_order(
    hours: list[int],
) -> None:
    rules = Rules().given(*CARLA_WAS_INVITED)
    for hour in sorted(hours):
        remind(rules, INVITED_AT + timedelta(hours=hour))()
    told = [one.payload["day"] for one in rules.facts() if one.event is User.InvitationReminded]
    looked = {hour for hour in hours if hour < INVITATION_LASTS.days * 24}
    due = [number for number in REMINDED_AFTER if any(hour >= number * 24 for hour in looked)]
    assert told == sorted(set(told))
    assert told[-1:] == due[-1:]


def test_of_what_lies_unread_for_two_days_its_recipient_is_reminded_once(unread: Rules) -> None:
    rules, at = unread, YESTERDAY + NUDGED_AFTER
    rules.when(nudge(rules, at - MOMENT)).then()
    rules.when(nudge(rules, at)).then(announced(at))
    rules.when(nudge(rules, at + timedelta(days=5))).then()


def test_of_several_messages_one_tells_and_the_others_go_along(unread: Rules) -> None:
    rules, at = unread.given(written(REPLY, ADA, BEN), written(THIRD, ADA, BEN)), day(9)
    rules.when(nudge(rules, at, MESSAGE, REPLY, THIRD)).then(
        announced(at), announced(at, REPLY, MESSAGE), announced(at, THIRD, MESSAGE)
    )


def test_one_that_was_read_meanwhile_leads_nobody(unread: Rules) -> None:
    rules = unread.given(
        written(REPLY, ADA, BEN), fact(Message.MessageRead, MESSAGE, by=BEN, at=NOW)
    )
    rules.when(nudge(rules, day(9), MESSAGE, REPLY)).then(announced(day(9), REPLY))


def test_a_look_of_the_sender_is_not_her_reading(unread: Rules) -> None:
    rules = unread.given(fact(Message.MessageRead, MESSAGE, by=ADA, at=NOW))
    rules.when(nudge(rules, day(9))).then(announced(day(9)))


def test_when_the_end_is_near_that_is_told_instead(unread: Rules) -> None:
    rules, warned = unread, YESTERDAY + timedelta(days=30) - ANNOUNCED_BEFORE
    rules.when(nudge(rules, warned)).then()
    rules.when(nudge(rules, warned - MOMENT)).then(announced(warned - MOMENT))


@pytest.mark.parametrize(
    "end",
    [
        (fact(Message.MessageRead, MESSAGE, by=BEN, at=NOW),),
        (fact(Message.MessageRecalled, MESSAGE, by=ADA, at=NOW, reason="1.x", told=BEN),),
        erased(BEN),
    ],
    ids=["read", "recalled", "erased"],
)
def test_of_what_does_not_wait_nobody_is_reminded(unread: Rules, end: tuple[Fact, ...]) -> None:
    rules = unread.given(*end)
    rules.when(nudge(rules, day(9))).then()


def test_who_has_not_registered_is_reminded_of_the_invitation_only(invited: Rules) -> None:
    rules = invited.given(written(MESSAGE, ADA, CARLA))
    rules.when(nudge(rules, day(9))).then()
    rules.when(nudge(rules, day(9), UUID(int=404))).refused(NoSuchMessage)
