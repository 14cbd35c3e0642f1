"""What a carrier reports is recorded once, and an address from which mails come back fails once."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from domain.aggregate import MAIL_CARRIER
from domain.delivering import Delivering
from domain.delivery_report import DeliveryReport, Outcome
from domain.mailbox import Mailbox, mailbox_of
from domain.notification import Channel, Fate, Notification
from tests.domain.notices import (
    ACCEPTED,
    NOTICE,
    OWED,
    bounced,
    deferred,
    delivered,
    report,
)
from tests.domain.people import ADA, BEN, CARLA, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

OTHER_NOTICE = UUID("00000000-0000-0000-0000-00000000ff02")
BENS = mailbox_of(BEN)


@pytest.fixture
def delivering(rules: Rules) -> Delivering:
    return Delivering(rules.log)


def mailbox(event: type[Mailbox.Event], by: UUID = MAIL_CARRIER, **payload: object) -> Fact:
    return fact(event, BENS, by=by, at=NOW, user_id=BEN, **payload)


BEGUN = mailbox(Mailbox.MailboxBegun)


def came_back(address_version: int = 3, notice_id: UUID = NOTICE) -> Fact:
    told = {"notice_id": notice_id, "address_version": address_version, "status": "5.1.1"}
    return mailbox(Mailbox.MailCameBack, **told)


def hear(delivering: Delivering, *reports: DeliveryReport) -> Callable[[], int]:
    return lambda: delivering.hear(reports, at=NOW)


BOUNCE = report(1, Outcome.BOUNCED, status="5.1.1")


@pytest.mark.parametrize("outcome", [Outcome.BOUNCED, Outcome.DROPPED])
def test_what_came_back_for_good_marks_the_mailbox_as_well(
    rules: Rules, delivering: Delivering, outcome: Outcome
) -> None:
    rules.given(OWED, ACCEPTED)
    said = report(1, outcome, status="5.1.1")
    rules.when(hear(delivering, said)).then(bounced(1, outcome), BEGUN, came_back())
    assert rules.now(Mailbox, BENS).failed_version == 3


def test_what_was_refused_this_time_says_nothing_about_the_address(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED)
    said = report(1, Outcome.BLOCKED, status="5.1.1")
    rules.when(hear(delivering, said)).then(bounced(1, Outcome.BLOCKED, lasting=False))


def test_what_arrived_is_recorded_and_no_mailbox_is_begun(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED)
    rules.when(hear(delivering, report(1))).then(delivered(1))


def test_the_same_report_twice_is_recorded_once(rules: Rules, delivering: Delivering) -> None:
    rules.given(OWED, ACCEPTED)
    rules.when(hear(delivering, BOUNCE, BOUNCE)).then(bounced(1), BEGUN, came_back())
    rules.when(hear(delivering, BOUNCE)).then()


def test_several_mails_that_come_back_mark_the_mailbox_once(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED, *on_its_way(OTHER_NOTICE))
    other = DeliveryReport(UUID(int=2), OTHER_NOTICE, Outcome.BOUNCED, "5.1.1", NOW)
    delivering.hear([BOUNCE, other], at=NOW)
    assert [Fact.told_by(one) for one in rules.log.stream(BENS)] == [BEGUN, came_back()]
    assert {rules.now(Notification, one).fate for one in (NOTICE, OTHER_NOTICE)} == {Fate.BOUNCED}


def test_several_reports_about_one_notice_are_all_recorded(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED)
    later = NOW + timedelta(minutes=1)
    both = hear(delivering, report(2), report(1, Outcome.BLOCKED, later, "5.1.1"))
    blocked = bounced(1, Outcome.BLOCKED, later, lasting=False)
    rules.when(both).then(delivered(2), blocked)


def test_a_report_that_comes_again_does_not_undo_that_an_address_was_confirmed(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED)
    delivering.hear([BOUNCE], at=NOW)
    delivering.confirm_address(user_id=BEN, by=ADA, at=NOW)
    rules.when(hear(delivering, BOUNCE)).then()
    assert rules.now(Mailbox, BENS).failed_version is None


def on_its_way(
    notice_id: UUID, channel: Channel = Channel.EMAIL, address_version: int = 3
) -> tuple[Fact, Fact]:
    owed = {"recipient_id": BEN, "occasion": "new-message", "channel": channel}
    taken = {"carrier": "any", "reference": "one", "address_version": address_version}
    return (
        fact(Notification.NotificationOwed, notice_id, by=ADA, at=NOW, **owed),
        fact(Notification.NotificationAccepted, notice_id, by=ADA, at=NOW, **taken),
    )


REPORTS = (
    report(1, Outcome.DEFERRED),
    report(2, Outcome.DELIVERED, NOW + timedelta(minutes=1)),
    report(3, Outcome.BOUNCED, NOW + timedelta(minutes=2), "5.1.1"),
)


@pytest.mark.parametrize("reports", list(permutations(REPORTS)))
def test_in_whatever_order_reports_come_the_newest_counts_and_the_mailbox_is_marked(
    rules: Rules, delivering: Delivering, reports: tuple[DeliveryReport, ...]
) -> None:
    rules.given(OWED, ACCEPTED)
    for one in reports * 2:
        delivering.hear([one], at=NOW)
    assert rules.now(Notification, NOTICE).fate is Fate.BOUNCED
    assert rules.now(Mailbox, BENS).failed_version == 3
    assert len(rules.log.stream(NOTICE)) == 4
    assert len(rules.log.stream(BENS)) == 2


def test_a_report_about_what_is_not_ours_is_passed_over_and_the_others_count(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED)
    strange = DeliveryReport(UUID(int=9), OTHER_NOTICE, Outcome.BOUNCED, "5.1.1", NOW)
    somebodys_mailbox = DeliveryReport(UUID(int=8), BENS, Outcome.BOUNCED, "5.1.1", NOW)
    reports = (strange, somebodys_mailbox, report(1))
    rules.when(hear(delivering, *reports)).then(delivered(1))


def test_a_report_that_comes_before_our_own_record_knows_where_a_mail_in_doubt_went(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, deferred(in_doubt=True, address_version=3))
    rules.when(hear(delivering, BOUNCE)).then(bounced(1), BEGUN, came_back())


def test_a_mail_of_which_nobody_knows_where_it_went_marks_no_mailbox(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED)
    rules.when(hear(delivering, BOUNCE)).then(bounced(1, address_version=0))


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_a_text_that_does_not_arrive_says_nothing_about_the_mailbox(
    rules: Rules, delivering: Delivering, channel: Channel
) -> None:
    rules.given(*on_its_way(NOTICE, channel))
    rules.when(hear(delivering, BOUNCE)).then(bounced(1))


def test_a_mail_to_another_address_than_her_own_says_nothing_about_the_mailbox(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(*on_its_way(NOTICE, address_version=0))
    rules.when(hear(delivering, BOUNCE)).then(bounced(1, address_version=0))


def test_an_address_that_fails_is_confirmed_once_and_may_fail_again(
    rules: Rules, delivering: Delivering
) -> None:
    rules.given(OWED, ACCEPTED, BEGUN, came_back())

    def confirm() -> int:
        return delivering.confirm_address(user_id=BEN, by=ADA, at=NOW)

    confirmed = mailbox(Mailbox.AddressConfirmed, by=ADA, address_version=3)
    rules.when(confirm).then(confirmed)
    rules.when(confirm).then()
    rules.when(hear(delivering, BOUNCE)).then(bounced(1), came_back())


def test_there_is_nothing_to_confirm_of_somebody_whose_mails_all_arrived(
    rules: Rules, delivering: Delivering
) -> None:
    rules.when(lambda: delivering.confirm_address(user_id=CARLA, by=ADA, at=NOW)).then()


def test_each_look_of_support_is_an_event(rules: Rules, delivering: Delivering) -> None:
    def look(notice_id: UUID | None) -> Callable[[], int]:
        return lambda: delivering.look(user_id=BEN, notice_id=notice_id, by=ADA, at=NOW)

    at_all = mailbox(Mailbox.SupportLooked, by=ADA, notice_id=None)
    at_one = mailbox(Mailbox.SupportLooked, by=ADA, notice_id=NOTICE)
    rules.when(look(None)).then(mailbox(Mailbox.MailboxBegun, by=ADA), at_all)
    rules.when(look(NOTICE)).then(at_one)
    rules.when(look(NOTICE)).then(at_one)


def test_a_look_hides_no_address_that_fails(rules: Rules, delivering: Delivering) -> None:
    rules.given(BEGUN, came_back())
    delivering.look(user_id=BEN, notice_id=None, by=ADA, at=NOW)
    assert rules.now(Mailbox, BENS).failed_version == 3
