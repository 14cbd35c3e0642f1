"""A mail holds the address and the name of who gets it, who invites or writes, and nothing else."""

import re
from itertools import count

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.role import RecipientRole
from notifiers.mailer import Mail
from notifiers.wording import one_line
from tests.notifiers.fates import ends_in, sweep
from tests.notifiers.golden_mails import shown
from tests.notifiers.post import ADAS_ADDRESS, BASE_URL, BENS_ADDRESS, CARLAS_ADDRESS, Post

FOREIGN = st.text(alphabet="αβγδεζηθικλμνξοπρστυφχψω ÄÖÜß\n", min_size=4, max_size=200)
"""Letters that are in no mail of ours, so that what is found in one was leaked."""

TEXTS = FOREIGN.filter(lambda text: len(text.strip()) >= 4)
PHONES = st.from_regex(r"\+1[3-9]{10}", fullmatch=True)
"""Digits that no date or amount in a mail has four of in a row."""

ONE_HOUSE = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one house for all examples
)


@pytest.fixture
def ada(post: Post) -> Post:
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    return post


NUMBERS = count()
NUMBER = re.compile(r"\d{4}-\d\d-[0-9A-F]{8}")
"""What an invoice is called."""


def fragments(text: str) -> set[str]:
    """Return every piece of four characters that is not blank."""
    line = " ".join(text.split())
    return {line[spot : spot + 4] for spot in range(len(line) - 3)} | {line}


def prose(mail: Mail) -> str:
    """Return all that a mail says, without its links and numbers drawn by chance."""
    words = f"{mail.subject}\n{mail.text}\n{mail.html}".replace("<", " ").replace('"', " ").split()
    return " ".join(word for word in words if BASE_URL not in word and not NUMBER.search(word))


@ONE_HOUSE
@given(subject=TEXTS, body=TEXTS, phone=PHONES)
def test_no_piece_of_a_subject_a_body_or_a_phone_is_in_any_mail(
    ada: Post, subject: str, body: str, phone: str
):
    stranger = f"person-{next(NUMBERS)}@people.example"
    ada.write(ADAS_ADDRESS, stranger, RecipientRole.DOCTOR_HERE, subject[:200], body)
    ada.join(stranger, "Ben Desk", phone)
    ada.write(ADAS_ADDRESS, stranger, None, subject[:200], body)
    ada.buy(stranger)
    ada.house.portal.registering.request_password_reset(address=stranger, at=ada.clock())
    ends_in(ada, 73, stranger)
    ada.clock.forward(hours=1)
    sweep(ada)
    mails = ada.sent()[-6:]
    told = " ".join(map(prose, mails))
    secret = fragments(subject) | fragments(body) | fragments(phone)
    assert {mail.subject.partition(" ends on ")[0] for mail in mails} == {
        "Ada Sample, Sample Dental invites you to SecureMail",
        "Set your SecureMail password",
        "Choose a new SecureMail password",
        "A secure message is waiting for you",
        "A secure message for you",
        "Your SecureMail receipt",
    }
    assert {piece for piece in secret if piece in told} == set()


def test_a_mail_names_no_address_but_its_recipients_and_no_third_person(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.join(BENS_ADDRESS, "Ben Desk")
    ada.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    ada.join(CARLAS_ADDRESS, "Carla Weiss")
    ada.buy(BENS_ADDRESS)
    told = {mail.to_address: "" for mail in ada.sent()}
    for mail in ada.sent():
        told[mail.to_address] += f"{mail.subject}\n{mail.text}\n{shown(mail.html)}\n"
    assert told.keys() == {BENS_ADDRESS, CARLAS_ADDRESS}
    assert [text for text in told.values() if "@" in text] == []
    assert "Carla" not in told[BENS_ADDRESS]
    assert "Ben" not in told[CARLAS_ADDRESS]


NASTY = {
    "line breaks": "Carla\r\nBcc: mallory@evil.example\r\n\r\nboo",
    "markup": '<script>alert(1)</script><img src=x onerror="alert(2)">',
    "an entity": "Carla &amp; &lt;b&gt; Weiss",
    "an emoji": "Dr \N{TOOTH} \U0001f469\u200d\u2695\ufe0f Weiss",
    "a template": "{{ letter.link }}{% raw %}",
    "directions": "Carla \u202e\u2066ssieW",
    "a null": "Carla\x00Weiss\x1b[31m",
}


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY.keys())
def test_a_name_is_harmless_wherever_it_stands(ada: Post, name: str):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.DOCTOR_ELSEWHERE)
    ada.join(BENS_ADDRESS, name)
    ada.buy(BENS_ADDRESS)
    ada.write(BENS_ADDRESS, ADAS_ADDRESS)
    ada.write(BENS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    for mail in ada.sent():
        page = BeautifulSoup(mail.html, "html.parser")
        assert "\n" not in mail.to_name + mail.subject
        assert "\r" not in mail.to_name + mail.subject + mail.text
        assert not set(mail.subject + mail.text) & set("\x00\x1b\u202e\u2066")
        assert page.find_all(["script", "img", "b"]) == []
        assert {link["href"].startswith(f"{BASE_URL}/") for link in page.find_all("a")} == {True}
        assert "evil.example" not in mail.subject + mail.text.partition("\n\n")[2]
    greetings = [mail.text.split("\n")[0] for mail in ada.sent() if mail.to_name]
    assert f"Dear {one_line(name)}," in greetings


def test_a_name_that_is_a_link_is_not_one_in_the_mails_to_others(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.DOCTOR_HERE)
    ada.join(BENS_ADDRESS, "https://evil.example/login www.evil.example")
    ada.buy(BENS_ADDRESS)
    ada.passed_over()
    ada.write(BENS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    mail = ada.newest()
    named = "https:// evil. example/ login www. evil. example, Sample Dental"
    assert mail.subject == f"{named} invites you to SecureMail"
    assert "evil.example" not in mail.text + mail.html
