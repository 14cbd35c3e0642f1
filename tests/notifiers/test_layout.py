"""Every mail as it leaves, whole, in text and in HTML."""

import pytest

from domain.role import RecipientRole
from domain.waiting import ANNOUNCED_BEFORE
from tests.notifiers.fates import LIFE, read, sweep
from tests.notifiers.golden_mails import GOLDEN, golden, whole
from tests.notifiers.post import ADAS_ADDRESS, BASE_URL, BENS_ADDRESS, CARLAS_ADDRESS, Post


@pytest.fixture
def ada(post: Post) -> Post:
    """Ada has an account, and was told of it."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    return post


@pytest.fixture
def ben(ada: Post) -> Post:
    """Ben at the desk has one too."""
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.join(BENS_ADDRESS, "Ben Desk")
    ada.passed_over()
    return ada


def test_who_opens_a_practice_gets_a_registration_mail_from_us(post: Post):
    post.open_practice()
    assert whole(post.newest()) == golden("registration-by-us")


def test_who_was_written_to_gets_a_registration_mail_on_behalf_of_the_sender(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    assert whole(ada.newest()) == golden("registration")


def test_who_has_registered_gets_the_link_to_set_a_password(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.passed_over()
    ada.register(BENS_ADDRESS, "Ben Desk")
    assert whole(ada.newest()) == golden("set-password")


def test_who_has_forgotten_the_password_gets_a_link_to_set_another(ada: Post):
    ada.house.portal.registering.request_password_reset(address=ADAS_ADDRESS, at=ada.clock())
    ada.house.projections.catch_up()
    assert whole(ada.newest()) == golden("set-password-reset")


def test_who_has_an_account_is_told_that_a_message_waits(ben: Post):
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    assert whole(ben.newest()) == golden("new-message")


def test_who_has_not_registered_is_told_of_a_second_message_by_a_registration_mail(ada: Post):
    ada.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    ada.passed_over()
    ada.write(ADAS_ADDRESS, CARLAS_ADDRESS)
    mail = ada.newest()
    assert mail.subject == "Ada Sample, Sample Dental invites you to SecureMail"
    assert f"{BASE_URL}/register/" in mail.text


def test_who_has_not_read_a_message_is_told_three_days_before_it_ends(ben: Post):
    read(ben)
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben.passed_over()
    ben.clock.forward(days=(LIFE - ANNOUNCED_BEFORE).days)
    sweep(ben)
    assert whole(ben.newest()) == golden("expiry")


ALL = sorted(path.stem for path in GOLDEN.glob("*.txt"))


@pytest.mark.parametrize("name", ALL)
def test_a_mail_in_text_is_well_laid_out(name: str):
    text, _ = golden(name)
    lines = text.partition("\n\n")[2].split("\n")
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if len(line) > 76 and BASE_URL not in line] == []
    assert lines[1] == ""
