"""How each person settles for herself how she is told, and by whose clock she lives."""

from uuid import UUID

import pytest

from domain.phone_proof import PhoneIsNotProved, PhoneProof, phone_proof_of
from domain.profile import NoticesBy, PreferenceIsUnusable, Profile, profile_of
from tests.domain.people import BEN, BEN_IS_FREE, NOW, sealed
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS, BENS_PHONE = profile_of(BEN), phone_proof_of(BEN)
BEGUN = fact(Profile.ProfileBegun, BENS, by=BEN, at=NOW, user_id=BEN)
PHONE_GIVEN = (
    fact(PhoneProof.PhoneProofBegun, BENS_PHONE, by=BEN, at=NOW, user_id=BEN),
    fact(
        PhoneProof.PhoneGiven,
        BENS_PHONE,
        by=BEN,
        at=NOW,
        user_id=BEN,
        phone=sealed("+12025550123", BEN, "phone", 2),
    ),
)
PROVED = fact(
    PhoneProof.IdentityVerified, BENS_PHONE, by=BEN, at=NOW, user_id=BEN, code_id=UUID(int=1)
)


def chosen(notices: NoticesBy) -> Fact:
    told = {"user_id": BEN, "notices": notices, "by_link": False}
    return fact(Profile.NoticesChosen, BENS, by=BEN, at=NOW, **told)


def choose(rules: Rules, notices: NoticesBy) -> object:
    return rules.settling.choose_notices(user_id=BEN, notices=notices, at=NOW)


def live_in(rules: Rules, time_zone: str) -> object:
    return rules.settling.choose_time_zone(user_id=BEN, time_zone=time_zone, at=NOW)


def test_a_person_chooses_to_be_told_of_nothing(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    none = chosen(NoticesBy.NONE)
    rules.when(lambda: choose(rules, NoticesBy.NONE)).then(BEGUN, none)
    rules.when(lambda: choose(rules, NoticesBy.NONE)).then()


@pytest.mark.parametrize("notices", [NoticesBy.TEXT, NoticesBy.EMAIL_AND_TEXT])
def test_texts_are_chosen_once_a_phone_is_proved(rules: Rules, notices: NoticesBy) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: choose(rules, notices)).refused(PhoneIsNotProved)
    rules.given(*PHONE_GIVEN)
    rules.when(lambda: choose(rules, notices)).refused(PhoneIsNotProved)
    rules.given(PROVED)
    rules.when(lambda: choose(rules, notices)).then(BEGUN, chosen(notices))


def test_a_person_chooses_by_whose_clock_she_lives(rules: Rules) -> None:
    told = {"user_id": BEN, "time_zone": "Europe/Vienna"}
    vienna = fact(Profile.TimeZoneChosen, BENS, by=BEN, at=NOW, **told)
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: live_in(rules, "Europe/Vienna")).then(BEGUN, vienna)
    rules.when(lambda: live_in(rules, "Europe/Vienna")).then()
    rules.when(lambda: live_in(rules, "Europe/Atlantis")).refused(PreferenceIsUnusable)


def test_a_choice_that_is_overtaken_is_made_all_the_same(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.log.rivals.append(lambda: live_in(rules, "Europe/Vienna"))
    choose(rules, NoticesBy.NONE)
    profile = rules.now(Profile, BENS)
    assert (profile.notices, profile.time_zone) == (NoticesBy.NONE, "Europe/Vienna")
