"""The notice that an unread message ends soon is sent, late if need be, or given up when untrue."""

from collections.abc import Callable

import pytest

from domain.role import RecipientRole
from domain.waiting import ANNOUNCED_BEFORE
from tests.notifiers.fates import FATES, LIFE, ends_in, read, recalled, sweep
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

SUBJECT = "A secure message for you ends on April 1, 2026"


@pytest.fixture
def announced(post: Post) -> Post:
    """Ben has not read what Ada wrote; its end is announced, but the carrier did not take that."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.join(BENS_ADDRESS, "Ben Desk")
    post.passed_over()
    post.clock.forward(days=(LIFE - ANNOUNCED_BEFORE).days)
    sweep(post)
    post.mailer.fail_next(1)
    assert post.sent() == []
    post.clock.forward(seconds=1.25)
    return post


def expiries(post: Post) -> list[tuple[str, str, int, str | None]]:
    return [one for one in post.states() if one[0] == "expiry"]


def result(post: Post) -> tuple[str, str, int, str | None]:
    [found] = expiries(post)
    return found


def test_an_end_that_is_near_is_told_even_if_late(announced: Post):
    announced.clock.forward(days=2)
    assert [mail.subject for mail in announced.sent()] == [SUBJECT]


@pytest.mark.parametrize("meanwhile", FATES)
def test_the_end_of_what_does_not_wait_any_more_is_not_told(
    announced: Post, meanwhile: Callable[[Post], None]
):
    meanwhile(announced)
    assert SUBJECT not in [mail.subject for mail in announced.sent()]
    reason = "the message does not wait any more"
    assert result(announced) == ("expiry", "abandoned", 2, reason)


def test_an_end_that_was_moved_meanwhile_is_not_told_but_the_new_one(announced: Post):
    ends_in(announced, hours=1)
    assert announced.sent() == []
    assert result(announced) == ("expiry", "owed", 2, "the inbox shows another end")
    sweep(announced)
    assert [mail.subject for mail in announced.sent()] == [
        "A secure message for you ends on March 29, 2026"
    ]
    announced.clock.forward(days=ANNOUNCED_BEFORE.days)
    announced.sent()
    assert sorted(state for _, state, _, _ in expiries(announced)) == ["abandoned", "accepted"]


def test_a_look_of_the_sender_changes_nothing(announced: Post):
    read(announced, by=ADAS_ADDRESS)
    assert [mail.subject for mail in announced.sent()] == [SUBJECT]


def test_while_the_inbox_lags_behind_the_notice_waits(announced: Post):
    with announced.stores.pool.connection() as connection:
        connection.execute("DELETE FROM inbox.message")
    assert announced.sent() == []
    reason = "the inbox does not show the message yet"
    assert result(announced) == ("expiry", "owed", 2, reason)


def test_who_is_not_registered_yet_is_not_told_either(post: Post):
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.passed_over()
    post.clock.forward(days=(LIFE - ANNOUNCED_BEFORE).days)
    sweep(post)
    recalled(post)
    assert post.sent() == []
    assert result(post)[1] == "abandoned"
