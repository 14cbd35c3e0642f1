"""What a letter becomes: a mail with or without a way to stop, and a text message that fits."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.replying import Replying
from domain.role import RecipientRole
from notifiers.layout import LONGEST_TEXT, lay_out, words_of_text
from notifiers.mailer import Picture
from notifiers.notice import Correspondent, Letter, Notice
from tests.fixtures.clock import START
from tests.notifiers.golden_mails import golden, whole
from tests.notifiers.post import ADAS_ADDRESS, BASE_URL, BENS_ADDRESS, Post

BEN = UUID("00000000-0000-0000-0000-00000000bb02")
NOTICE = Notice(UUID("00000000-0000-0000-0000-00000000ee01"), "new-message", BEN, START)
TO = Correspondent(
    user_id=BEN,
    full_name="Ben Desk",
    address=BENS_ADDRESS,
    status="active",
    kind="staff",
    practice_name="Sample Dental",
    invited_by=BEN,
    invited_from=None,
    invitation_ends_at=START + timedelta(days=14),
)
LETTER = Letter(
    subject="A secure message is waiting for you",
    paragraphs=("Sign in to read and reply.",),
    link_label="Open SecureMail",
    link=f"{BASE_URL}/messages/1",
)
STOP = f"{BASE_URL}/notices/stop/token"


@pytest.fixture
def ada(post: Post) -> Post:
    """Ada has an account, and was told of it."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    return post


@pytest.mark.parametrize("role", RecipientRole)
def test_who_is_invited_reads_what_she_will_be_able_to_do(ada: Post, role: RecipientRole):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, role)
    assert whole(ada.newest()) == golden(f"registration-{role}")


def test_no_two_roles_are_invited_with_the_same_words_or_with_what_they_are_to_a_practice():
    texts = {role: golden(f"registration-{role}")[0] for role in RecipientRole}
    assert len(set(texts.values())) == len(RecipientRole)
    assert [role for role, text in texts.items() if "patient" in text.lower()] == []


def test_a_mail_that_may_be_stopped_says_where_and_another_does_not():
    mail = lay_out(NOTICE, TO, LETTER, BASE_URL, STOP)
    page = BeautifulSoup(mail.html, "html.parser")
    assert mail.stop_link == STOP
    assert mail.text.endswith(f"Stop mails about messages:\n{STOP}\n")
    assert [link.get_text() for link in page.find_all("a", href=STOP)] == [
        "Stop mails about messages"
    ]
    other = lay_out(NOTICE, TO, LETTER, BASE_URL)
    assert other.stop_link is None
    assert "Stop" not in other.text + other.html


def test_the_logo_of_a_practice_lies_in_the_mail_itself_and_is_no_remote_picture():
    logo = Picture("logo", "image/png", b"a picture")
    mail = lay_out(NOTICE, TO, replace(LETTER, practice_name="Sample Dental", logo=logo), BASE_URL)
    shown = BeautifulSoup(mail.html, "html.parser").find_all("img")
    assert [picture["src"] for picture in shown] == ["cid:logo"]
    assert mail.pictures == (logo,)
    assert mail.text.splitlines()[-5:-3] == ["Sample Dental through SecureMail", BASE_URL]
    assert lay_out(NOTICE, TO, LETTER, BASE_URL).pictures == ()


def test_a_text_message_says_what_the_subject_says_and_where_to_look():
    assert words_of_text(LETTER) == (
        f"SecureMail: A secure message is waiting for you. {BASE_URL}/messages/1"
    )


def test_a_text_message_of_its_own_words_is_those_words():
    letter = Letter("A code", (), "", "", short="123456 is your\nSecureMail code.")
    assert words_of_text(letter) == "123456 is your SecureMail code."


@settings(deadline=None)
@given(st.text(max_size=1000), st.text(max_size=1000))
@example("w" * 1000, "w" * 1000)
def test_a_text_message_is_short_one_line_and_keeps_its_link_whole(subject: str, short: str):
    words = words_of_text(Letter(subject, (), "", LETTER.link))
    assert len(words) <= LONGEST_TEXT
    assert words.endswith(f". {LETTER.link}")
    for one in (words, words_of_text(Letter(subject, (), "", LETTER.link, short=short))):
        assert len(one) <= LONGEST_TEXT
        assert len(one.splitlines()) <= 1


def test_who_replied_by_mail_is_told_where_to_write(ada: Post):
    replying = Replying(ada.stores.log, ada.house.portal.inviting)
    replying.refuse(address=ADAS_ADDRESS, at=ada.clock())
    ada.house.projections.catch_up()
    assert whole(ada.newest()) == golden("reply-refused")


def test_who_replied_and_has_not_registered_is_asked_to(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.passed_over()
    replying = Replying(ada.stores.log, ada.house.portal.inviting)
    replying.refuse(address=BENS_ADDRESS, at=ada.clock())
    ada.house.projections.catch_up()
    assert f"{BASE_URL}/register/" in ada.newest().text
