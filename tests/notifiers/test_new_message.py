"""The notice of a message is sent, late if need be, or given up once the message waits no more."""

from collections.abc import Callable

import pytest

from domain.role import RecipientRole
from tests.notifiers.fates import FATES, read, recalled
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

SUBJECT = "A secure message is waiting for you"
INVITATION = "Ada Sample, Sample Dental invites you to SecureMail"
NOT_ANY_MORE = "the message does not wait any more"


@pytest.fixture
def ada(post: Post) -> Post:
    """Ada has an account, and was told of it."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    return post


def write_but_not_tell(post: Post, role: RecipientRole | None = None) -> None:
    """Let Ada write to Ben while the carrier takes nothing."""
    post.write(ADAS_ADDRESS, BENS_ADDRESS, role)
    post.mailer.fail_next(1)
    assert post.sent() == []
    post.clock.forward(seconds=1.25)


@pytest.fixture
def untold(ada: Post) -> Post:
    """Ada wrote to Ben, who has an account, but the carrier did not take the notice."""
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.join(BENS_ADDRESS, "Ben Desk")
    ada.passed_over()
    write_but_not_tell(ada)
    return ada


def subjects(post: Post) -> list[str]:
    return [mail.subject for mail in post.sent()]


def result(post: Post) -> tuple[str, str, int, str | None]:
    [found] = [one for one in post.states() if one[0] == "new-message"]
    return found


def test_a_message_that_waits_is_told_of_even_if_late(untold: Post):
    untold.clock.forward(days=29)
    assert subjects(untold) == [SUBJECT]


@pytest.mark.parametrize("meanwhile", FATES)
def test_what_does_not_wait_any_more_is_not_told_of(
    untold: Post, meanwhile: Callable[[Post], None]
):
    meanwhile(untold)
    assert subjects(untold) == []
    assert result(untold) == ("new-message", "abandoned", 2, NOT_ANY_MORE)


def test_a_look_of_the_sender_changes_nothing(untold: Post):
    read(untold, by=ADAS_ADDRESS)
    assert subjects(untold) == [SUBJECT]


def test_while_the_inbox_lags_behind_the_notice_waits(untold: Post):
    with untold.stores.pool.connection() as connection:
        connection.execute("DELETE FROM inbox.message")
    assert subjects(untold) == []
    reason = "the inbox does not show the message yet"
    assert result(untold) == ("new-message", "owed", 2, reason)


def test_the_invitation_goes_out_even_if_the_message_that_invited_was_recalled(ada: Post):
    write_but_not_tell(ada, RecipientRole.STAFF_HERE)
    recalled(ada)
    assert subjects(ada) == [INVITATION]


def test_who_is_invited_already_is_not_invited_again_for_what_was_recalled(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.passed_over()
    write_but_not_tell(ada)
    recalled(ada)
    assert subjects(ada) == []
    assert result(ada) == ("new-message", "abandoned", 2, NOT_ANY_MORE)


def test_the_next_message_invites_again_though_the_one_before_was_recalled(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.passed_over()
    write_but_not_tell(ada)
    recalled(ada)
    ada.write(ADAS_ADDRESS, BENS_ADDRESS)
    assert subjects(ada) == [INVITATION]
