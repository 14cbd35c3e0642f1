"""One notice: it is tried until a carrier took it or it was given up, and then never again."""

from collections.abc import Callable
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from domain.delivery_report import Outcome
from domain.notification import Fate, Notification, NotificationIsDone
from tests.domain.notices import (
    ABANDONED,
    ACCEPTED,
    IN_A_MINUTE,
    NOTICE,
    OWED,
    abandon,
    accept,
    bounced,
    defer,
    deferred,
    delivered,
    learn,
    lose_the_answer,
    owe,
    refuse,
    report,
    tell,
    told,
)
from tests.domain.people import BEN, NOW, YESTERDAY
from tests.domain.rules import Rules
from tests.scenario import Fact

COMMANDS = pytest.mark.parametrize(
    "command", [accept, defer, lose_the_answer, abandon, refuse], ids=lambda one: one.__name__
)
REFUSED_AT_ONCE = told(
    Notification.NotificationBounced,
    recipient_id=BEN,
    address_version=3,
    report_id=NOTICE,
    reported_at=NOW,
    outcome=Outcome.BOUNCED,
    status="5.1.1",
    lasting=True,
    fate=Fate.BOUNCED,
)


def fate(rules: Rules) -> Fate:
    return rules.now(Notification, NOTICE).fate


def test_a_notice_begins_by_being_owed_to_one_person_on_one_channel(rules: Rules) -> None:
    rules.when(lambda: rules.log.save(owe())).then(OWED)
    assert fate(rules) is Fate.OWED


def test_the_same_notice_is_owed_once(rules: Rules) -> None:
    rules.given(OWED)
    with pytest.raises(IntegrityError):
        rules.log.save(owe())


@pytest.mark.parametrize(
    ("command", "expected", "came_to"),
    [
        (accept, ACCEPTED, Fate.ACCEPTED),
        (defer, deferred(), Fate.OWED),
        (lose_the_answer, deferred(in_doubt=True, address_version=3), Fate.OWED),
        (abandon, ABANDONED, Fate.ABANDONED),
        (refuse, REFUSED_AT_ONCE, Fate.BOUNCED),
    ],
)
def test_every_attempt_leaves_what_came_of_it(
    rules: Rules, command: Callable[[Notification], None], expected: Fact, came_to: Fate
) -> None:
    rules.given(OWED)
    rules.when(tell(rules, command)).then(expected)
    assert fate(rules) is came_to


@COMMANDS
@pytest.mark.parametrize(
    "done",
    [ACCEPTED, ABANDONED, REFUSED_AT_ONCE, delivered(1), bounced(1)],
    ids=["accepted", "given up", "refused", "delivered", "bounced"],
)
def test_nobody_sends_a_notice_that_is_done(
    rules: Rules, done: Fact, command: Callable[[Notification], None]
) -> None:
    rules.given(OWED, done)
    rules.when(tell(rules, command)).refused(NotificationIsDone)
    with pytest.raises(NotificationIsDone):
        rules.now(Notification, NOTICE).require_owed()


def test_a_notice_that_failed_for_now_is_still_owed_and_may_be_accepted(rules: Rules) -> None:
    rules.given(OWED, deferred(), deferred(in_doubt=True, address_version=3))
    rules.now(Notification, NOTICE).require_owed()
    rules.when(tell(rules, accept)).then(ACCEPTED)


def test_attempts_are_counted(rules: Rules) -> None:
    rules.given(OWED, deferred(), deferred())
    assert rules.now(Notification, NOTICE).attempts == 2
    rules.given(ACCEPTED)
    assert rules.now(Notification, NOTICE).attempts == 3


def test_a_report_is_recorded_once(rules: Rules) -> None:
    rules.given(OWED, ACCEPTED)
    twice = learn(report(1), report(1))
    rules.when(tell(rules, twice)).then(delivered(1))
    rules.when(tell(rules, twice)).then()


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.SPAM_REPORTED])
def test_what_does_not_say_whether_it_arrived_is_not_recorded(
    rules: Rules, outcome: Outcome
) -> None:
    rules.given(OWED, ACCEPTED)
    rules.when(tell(rules, learn(report(1, outcome)))).then()


@pytest.mark.parametrize(
    ("outcome", "lasting"),
    [(Outcome.BOUNCED, True), (Outcome.DROPPED, True), (Outcome.BLOCKED, False)],
)
def test_what_came_back_says_to_which_address_and_whether_that_will_change(
    rules: Rules, outcome: Outcome, *, lasting: bool
) -> None:
    rules.given(OWED, ACCEPTED)
    came_back = learn(report(1, outcome, status="5.1.1"))
    rules.when(tell(rules, came_back)).then(bounced(1, outcome, lasting=lasting))
    assert fate(rules) is Fate.BOUNCED


def test_what_went_out_in_doubt_may_come_back_and_is_known_to_have_gone_there(rules: Rules) -> None:
    rules.given(OWED, deferred(in_doubt=True, address_version=3), deferred(address_version=3))
    came_back = learn(report(1, Outcome.BOUNCED, status="5.1.1"))
    rules.when(tell(rules, came_back)).then(bounced(1))


def test_an_attempt_that_went_nowhere_does_not_forget_where_an_earlier_one_went(
    rules: Rules,
) -> None:
    rules.given(OWED, deferred(in_doubt=True, address_version=3))
    rules.when(tell(rules, defer)).then(deferred(address_version=3))


def test_a_report_may_come_before_it_is_known_that_the_carrier_took_it(rules: Rules) -> None:
    rules.given(OWED)
    rules.when(tell(rules, learn(report(1)))).then(delivered(1))
    assert fate(rules) is Fate.DELIVERED


def test_what_was_given_up_in_doubt_may_turn_out_to_have_arrived(rules: Rules) -> None:
    rules.given(OWED, deferred(in_doubt=True, address_version=3), ABANDONED)
    rules.when(tell(rules, learn(report(1)))).then(delivered(1))
    assert fate(rules) is Fate.DELIVERED


@pytest.mark.parametrize(
    ("reports", "came_to"),
    [
        ([bounced(1), delivered(2, IN_A_MINUTE)], Fate.DELIVERED),
        ([bounced(1, at=IN_A_MINUTE), delivered(2)], Fate.BOUNCED),
        ([delivered(2, IN_A_MINUTE), bounced(1)], Fate.DELIVERED),
        ([delivered(2), bounced(1, at=IN_A_MINUTE)], Fate.BOUNCED),
        ([delivered(2), bounced(1, at=YESTERDAY)], Fate.DELIVERED),
        ([delivered(2), bounced(1)], Fate.BOUNCED),
        ([bounced(1), delivered(2)], Fate.BOUNCED),
    ],
)
def test_of_two_reports_the_newer_one_counts_and_at_one_moment_the_worse(
    rules: Rules, reports: list[Fact], came_to: Fate
) -> None:
    rules.given(OWED, ACCEPTED, *reports)
    assert fate(rules) is came_to


def test_the_reports_of_one_notice_are_told_apart_by_their_identifiers(rules: Rules) -> None:
    rules.given(OWED, ACCEPTED, delivered(1))
    assert rules.now(Notification, NOTICE).reports == {UUID(int=1)}
    rules.when(tell(rules, learn(report(2)))).then(delivered(2))
