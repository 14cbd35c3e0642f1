"""What a person prefers: how she is told of messages, and by which clock she lives."""

from collections.abc import Callable

import pytest

from domain.profile import NoticesBy, PreferenceIsUnusable, Profile, profile_of
from tests.domain.people import BEN, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS = profile_of(BEN)
BEGUN = fact(Profile.ProfileBegun, BENS, by=BEN, at=NOW, user_id=BEN)


def chosen(notices: NoticesBy, *, by_link: bool = False) -> Fact:
    told = {"user_id": BEN, "notices": notices, "by_link": by_link}
    return fact(Profile.NoticesChosen, BENS, by=BEN, at=NOW, **told)


def lives_in(time_zone: str) -> Fact:
    told = {"user_id": BEN, "time_zone": time_zone}
    return fact(Profile.TimeZoneChosen, BENS, by=BEN, at=NOW, **told)


def tell(rules: Rules, command: Callable[[Profile], None]) -> Callable[[], None]:
    def told() -> None:
        profile = rules.now(Profile, BENS)
        command(profile)
        rules.log.save(profile)

    return told


def choose(notices: NoticesBy, *, by_link: bool = False) -> Callable[[Profile], None]:
    return lambda profile: profile.choose_notices(notices, by_link=by_link, at=NOW)


def live_in(time_zone: str) -> Callable[[Profile], None]:
    return lambda profile: profile.choose_time_zone(time_zone, at=NOW)


def test_who_never_chose_is_told_by_email_and_has_no_clock_of_her_own(rules: Rules) -> None:
    rules.when(lambda: rules.log.save(Profile.begin(BEN, at=NOW))).then(BEGUN)
    profile = rules.now(Profile, BENS)
    assert (profile.notices, profile.time_zone) == (NoticesBy.EMAIL, None)
    rules.when(tell(rules, choose(NoticesBy.EMAIL))).then()


@pytest.mark.parametrize(
    "notices", [NoticesBy.EMAIL_AND_TEXT, NoticesBy.TEXT, NoticesBy.NONE], ids=str
)
def test_a_person_chooses_how_she_is_told_of_messages(rules: Rules, notices: NoticesBy) -> None:
    rules.given(BEGUN)
    rules.when(tell(rules, choose(notices))).then(chosen(notices))
    assert rules.now(Profile, BENS).notices is notices
    rules.when(tell(rules, choose(notices))).then()


def test_it_is_known_whether_she_chose_by_the_link_of_a_mail(rules: Rules) -> None:
    rules.given(BEGUN, chosen(NoticesBy.TEXT))
    by_link = tell(rules, choose(NoticesBy.NONE, by_link=True))
    rules.when(by_link).then(chosen(NoticesBy.NONE, by_link=True))
    rules.when(by_link).then()


def test_who_wanted_none_may_be_told_again(rules: Rules) -> None:
    rules.given(BEGUN, chosen(NoticesBy.NONE, by_link=True))
    rules.when(tell(rules, choose(NoticesBy.EMAIL))).then(chosen(NoticesBy.EMAIL))


@pytest.mark.parametrize("time_zone", ["America/Chicago", "Europe/Berlin", "UTC"])
def test_a_person_chooses_a_time_zone_that_there_is(rules: Rules, time_zone: str) -> None:
    rules.given(BEGUN)
    rules.when(tell(rules, live_in(time_zone))).then(lives_in(time_zone))
    assert rules.now(Profile, BENS).time_zone == time_zone
    rules.when(tell(rules, live_in(time_zone))).then()


@pytest.mark.parametrize(
    "time_zone",
    ["", "Chicago", "america/chicago", "America/", "../America/Chicago", "America/Chicago\n"],
)
def test_a_time_zone_that_there_is_not_is_refused(rules: Rules, time_zone: str) -> None:
    rules.given(BEGUN)
    rules.when(tell(rules, live_in(time_zone))).refused(PreferenceIsUnusable)
