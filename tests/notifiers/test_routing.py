"""Of messages people are told as they prefer, of their accounts always by mail."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.notification import Channel
from domain.profile import NoticesBy
from notifiers.manner import Manner
from notifiers.notice import Notice
from notifiers.occasions import MANNERS, routed
from tests.doubles.texter import MemoryTexter
from tests.notifiers.phones import (
    PHONE,
    ask_for_code,
    change_phone,
    told_by,
    two_people,
    with_texter,
)
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post, recipients

CHANNELS = {
    NoticesBy.EMAIL_AND_TEXT: [Channel.EMAIL, Channel.TEXT],
    NoticesBy.TEXT: [Channel.TEXT],
    NoticesBy.EMAIL: [Channel.EMAIL],
    NoticesBy.NONE: [],
}
BY_PREFERENCE = (Manner.MESSAGE, Manner.NUDGE)

WISHES = pytest.mark.parametrize("wish", NoticesBy)


@pytest.fixture
def texter() -> MemoryTexter:
    return MemoryTexter()


def notice(occasion: str) -> Notice:
    return Notice(UUID(int=1), occasion, UUID(int=2), datetime(2026, 3, 2, tzinfo=UTC))


@WISHES
@pytest.mark.parametrize("occasion", MANNERS)
def test_a_wish_counts_for_messages_and_nudges_and_for_nothing_else(occasion: str, wish: NoticesBy):
    went = routed(notice(occasion), wish)
    if MANNERS[occasion] in BY_PREFERENCE:
        assert [one.channel for one in went] == CHANNELS[wish]
    else:
        assert went == (notice(occasion),)


def test_on_another_channel_it_is_another_notice_of_the_same_fact():
    mail, text = routed(notice("new-message"), NoticesBy.EMAIL_AND_TEXT)
    assert mail.notice_id != text.notice_id
    assert replace(text, notice_id=mail.notice_id, channel=Channel.EMAIL) == mail
    assert text == notice("new-message").on(Channel.TEXT)


@WISHES
def test_a_message_is_told_of_as_its_recipient_wishes(
    post: Post, texter: MemoryTexter, wish: NoticesBy
):
    told_by(post, wish)
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    with_texter(post, texter).work_off()
    mails = [(Channel.EMAIL, mail.to_address) for mail in post.mailer.sent]
    texts = [(Channel.TEXT, text.to_phone) for text in texter.sent]
    to = {Channel.EMAIL: BENS_ADDRESS, Channel.TEXT: PHONE}
    assert mails + texts == [(channel, to[channel]) for channel in CHANNELS[wish]]


@pytest.mark.parametrize("wish", [NoticesBy.TEXT, NoticesBy.NONE])
def test_who_wants_no_mails_is_still_told_of_her_account_by_mail_and_by_nothing_else(
    post: Post, texter: MemoryTexter, wish: NoticesBy
):
    told_by(post, wish)
    change_phone(post)
    at = post.clock()
    post.house.portal.registering.request_password_reset(address=BENS_ADDRESS, at=at)
    post.house.projections.catch_up()
    with_texter(post, texter).work_off()
    assert recipients(post.mailer.sent) == [BENS_ADDRESS] * 2
    assert texter.sent == []


def test_who_has_no_proved_phone_any_more_is_told_by_mail(post: Post, texter: MemoryTexter):
    told_by(post, NoticesBy.TEXT)
    change_phone(post)
    post.passed_over()
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    with_texter(post, texter).work_off()
    assert texter.sent == []
    assert recipients(post.mailer.sent) == [BENS_ADDRESS]


def test_a_phone_that_was_changed_in_between_gets_no_text_of_a_message(
    post: Post, texter: MemoryTexter
):
    told_by(post, NoticesBy.TEXT)
    runner = with_texter(post, texter)
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    runner.planner.plan_next()
    change_phone(post)
    runner.work_off()
    assert texter.sent == []
    assert ("new-message", "abandoned", 1, "the phone is not proved") in post.states()


def test_a_code_goes_to_a_phone_that_is_to_be_proved(post: Post, texter: MemoryTexter):
    two_people(post)
    code = ask_for_code(post)
    with_texter(post, texter).work_off()
    [text] = texter.sent
    assert text.to_phone == PHONE
    assert code in text.words
    assert all(code not in mail.text + mail.html for mail in post.mailer.sent)


@pytest.mark.parametrize("wish", [NoticesBy.EMAIL_AND_TEXT, NoticesBy.TEXT])
def test_without_a_carrier_of_texts_all_are_told_by_mail(post: Post, wish: NoticesBy):
    told_by(post, wish)
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    assert recipients(post.sent()) == [BENS_ADDRESS]
    assert "owed" not in {state for _, state, _, _ in post.states()}


def test_who_wants_texts_only_is_told_by_mail_if_her_phone_takes_none(post: Post):
    told_by(post, NoticesBy.TEXT)
    texter = MemoryTexter()
    texter.refuse(PHONE)
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    with_texter(post, texter).work_off()
    assert recipients(post.mailer.sent) == [BENS_ADDRESS]
    assert [row["state"] for row in post.owed()[-2:]] in (
        ["bounced", "accepted"],
        ["accepted", "bounced"],
    )


def test_who_wants_both_is_told_by_mail_once_if_her_phone_takes_no_texts(post: Post):
    told_by(post, NoticesBy.EMAIL_AND_TEXT)
    texter = MemoryTexter()
    texter.refuse(PHONE)
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    with_texter(post, texter).work_off()
    assert recipients(post.mailer.sent) == [BENS_ADDRESS]
