"""How mails about messages are stopped by a link, as often as somebody likes, and taken back."""

from datetime import timedelta

import pytest

from domain.ports import LinkIsNotValid, LinkPurpose
from domain.profile import NoticesBy, Profile, profile_of
from tests.domain.people import BEN, BEN_IS_FREE, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS = profile_of(BEN)
BEGUN = fact(Profile.ProfileBegun, BENS, by=BEN, at=NOW, user_id=BEN)
END = NOW + timedelta(days=60)


def chosen(notices: NoticesBy, *, by_link: bool = True) -> Fact:
    told = {"user_id": BEN, "notices": notices, "by_link": by_link}
    return fact(Profile.NoticesChosen, BENS, by=BEN, at=NOW, **told)


@pytest.fixture
def token(rules: Rules) -> str:
    """The link in a mail to Ben."""
    rules.given(*BEN_IS_FREE)
    return rules.links.mint(BEN, LinkPurpose.STOP_NOTICES, at=NOW, expires_at=END)


def test_a_look_at_the_link_changes_nothing(rules: Rules, token: str) -> None:
    look = rules.when(lambda: rules.stopping.chosen(token, at=NOW))
    look.then()
    assert look.answer is NoticesBy.EMAIL


def test_the_link_stops_mails_about_messages_as_often_as_it_is_used(
    rules: Rules, token: str
) -> None:
    stopped = (BEGUN, chosen(NoticesBy.NONE))
    rules.when(lambda: rules.stopping.stop(token, at=NOW)).then(*stopped)
    rules.when(lambda: rules.stopping.stop(token, at=NOW)).then()
    assert rules.stopping.chosen(token, at=NOW) is NoticesBy.NONE


@pytest.mark.parametrize("before", [NoticesBy.EMAIL_AND_TEXT, NoticesBy.TEXT])
def test_taken_back_she_is_told_as_before(rules: Rules, token: str, before: NoticesBy) -> None:
    rules.given(BEGUN, chosen(before, by_link=False))
    rules.stopping.stop(token, at=NOW)
    rules.stopping.stop(token, at=NOW)
    rules.when(lambda: rules.stopping.take_back(token, at=NOW)).then(chosen(before))
    rules.when(lambda: rules.stopping.take_back(token, at=NOW)).then()


def test_who_never_chose_is_told_by_email_again(rules: Rules, token: str) -> None:
    rules.when(lambda: rules.stopping.take_back(token, at=NOW)).then()
    rules.stopping.stop(token, at=NOW)
    rules.when(lambda: rules.stopping.take_back(token, at=NOW)).then(chosen(NoticesBy.EMAIL))


def test_it_can_be_stopped_again_after_it_was_taken_back(rules: Rules, token: str) -> None:
    rules.stopping.stop(token, at=NOW)
    rules.stopping.take_back(token, at=NOW)
    rules.when(lambda: rules.stopping.stop(token, at=NOW)).then(chosen(NoticesBy.NONE))


@pytest.mark.parametrize("command", ["chosen", "stop", "take_back"])
def test_other_links_and_old_ones_do_nothing(rules: Rules, token: str, command: str) -> None:
    other = rules.links.mint(BEN, LinkPurpose.SET_PASSWORD, at=NOW, expires_at=END)
    act = getattr(rules.stopping, command)
    for wrong, at in ((other, NOW), ("wrong", NOW), (token, END)):
        rules.when(lambda one=wrong, when=at: act(one, at=when)).refused(LinkIsNotValid)
