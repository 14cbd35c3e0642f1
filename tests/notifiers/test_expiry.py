"""The notice that an unread message ends soon is sent, late if need be, or given up when untrue."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.expiry import HOUSE_RULE
from domain.message import ANNOUNCED_BEFORE
from domain.role import RecipientRole
from runtime.parts.sweeper import sweeper_of
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

SUBJECT = "A secure message for you ends on April 1, 2026"
LIFE = timedelta(days=HOUSE_RULE.longest)


def message_of(post: Post) -> UUID:
    [message] = post.house.portal.inbox.received_by(post.who(BENS_ADDRESS))
    return message.message_id


def sweep(post: Post) -> None:
    assert sweeper_of(post.stores, post.house.blobs, post.clock).sweep() == 1
    post.house.projections.catch_up()


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
    post.clock.forward(seconds=1)
    return post


def result(post: Post) -> tuple[str, str, int, str | None]:
    [found] = [one for one in post.states() if one[0] == "expiry"]
    return found


def test_an_end_that_is_near_is_told_even_if_late(announced: Post):
    announced.clock.forward(days=2)
    assert [mail.subject for mail in announced.sent()] == [SUBJECT]


def read(post: Post) -> None:
    post.house.portal.corresponding.look(
        reader_id=post.who(BENS_ADDRESS), message_ids=[message_of(post)], at=post.clock()
    )


def recalled(post: Post) -> None:
    post.house.portal.ending.recall(
        message_ids=[message_of(post)],
        reason="It was wrong.",
        by=post.who(ADAS_ADDRESS),
        at=post.clock(),
    )


def over(post: Post) -> None:
    post.clock.forward(days=ANNOUNCED_BEFORE.days)


def destroyed(post: Post) -> None:
    message_id, at = message_of(post), post.clock() + timedelta(hours=1)
    post.house.portal.ending.change_expiry(
        message_id=message_id, ends_at=at, by=post.who(ADAS_ADDRESS), at=post.clock()
    )
    post.house.projections.catch_up()
    post.clock.forward(hours=1)
    sweep(post)


@pytest.mark.parametrize("meanwhile", [read, recalled, over, destroyed])
def test_the_end_of_what_does_not_wait_any_more_is_not_told(
    announced: Post, meanwhile: Callable[[Post], None]
):
    meanwhile(announced)
    announced.house.projections.catch_up()
    assert announced.sent() == []
    reason = "the message does not wait any more"
    assert result(announced) == ("expiry", "abandoned", 2, reason)


def test_a_look_of_the_sender_changes_nothing(announced: Post):
    announced.house.portal.corresponding.look(
        reader_id=announced.who(ADAS_ADDRESS),
        message_ids=[message_of(announced)],
        at=announced.clock(),
    )
    announced.house.projections.catch_up()
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
    post.house.projections.catch_up()
    assert post.sent() == []
    assert result(post)[1] == "abandoned"
