"""What becomes of a notice does not depend on how often or in which order carriers report it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.delivery_report import DeliveryReport, Outcome
from domain.notification import Fate, Notification, NotificationIsDone
from tests.domain.notices import (
    abandon,
    accept,
    defer,
    learn,
    lose_the_answer,
    owe,
    refuse,
    report,
)
from tests.domain.people import NOW
from tests.domain.properties import tried

SENDING = (accept, defer, lose_the_answer, abandon, refuse)
Command = Callable[[Notification], None]


@st.composite
def reports(draw: st.DrawFn) -> list[DeliveryReport]:
    """Draw what a carrier may report of a notice; some of it at the same moment."""
    told = draw(st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 3)), max_size=6))
    return [
        report(number, outcome, NOW + timedelta(minutes=minute))
        for number, (outcome, minute) in enumerate(told, start=1)
    ]


@st.composite
def reports_told_twice(draw: st.DrawFn) -> tuple[list[DeliveryReport], list[DeliveryReport]]:
    """Draw the same reports twice: once each, and in another order with some of them again."""
    once = draw(reports())
    again = draw(st.lists(st.sampled_from(once), max_size=4)) if once else []
    return once, draw(st.permutations([*once, *again]))


commands = st.one_of(st.sampled_from(SENDING), reports().map(lambda told: learn(*told)))


def do(notice: Notification, command: Command) -> list[object]:
    """Give a command, which may be refused; return what it recorded."""
    with suppress(NotificationIsDone):
        command(notice)
    return list(notice.collect_events())


def after(*doings: Command) -> Notification:
    notice = owe()
    for command in doings:
        do(notice, command)
    return notice


@given(reports_told_twice())
@tried
def test_reports_in_any_order_and_number_give_the_same_fate(
    told: tuple[list[DeliveryReport], list[DeliveryReport]],
) -> None:
    once, otherwise = told
    assert after(accept, learn(*once)).fate is after(accept, learn(*otherwise)).fate
    assert after(learn(*once)).fate is after(learn(*otherwise)).fate


@given(reports(), st.integers(0, 6), st.sampled_from((accept, abandon)))
@tried
def test_it_is_the_same_whether_a_report_or_our_own_record_came_first(
    told: list[DeliveryReport], before: int, ending: Command
) -> None:
    late = after(ending, learn(*told))
    early = after(learn(*told[:before]), ending, learn(*told[before:]))
    assert early.fate is late.fate


@given(reports_told_twice())
@tried
def test_every_report_that_says_something_is_recorded_once(
    told: tuple[list[DeliveryReport], list[DeliveryReport]],
) -> None:
    once, otherwise = told
    silent = (Outcome.DEFERRED, Outcome.SPAM_REPORTED)
    recorded = do(owe(), learn(*otherwise))[1:]
    heard = {event.report_id for event in recorded}  # type: ignore[attr-defined] - a report
    assert len(recorded) == len(heard)
    assert heard == {one.report_id for one in once if one.outcome not in silent}


@given(st.lists(commands, max_size=8))
@tried
def test_what_is_done_stays_done_and_is_never_sent_again(doings: list[Command]) -> None:
    notice, was_done = owe(), False
    for command in doings:
        recorded = do(notice, command)
        is_done = notice.fate is not Fate.OWED
        assert is_done or not was_done
        assert not (was_done and command in SENDING and recorded)
        was_done = is_done
