"""How a person comes in and goes out."""

from datetime import datetime, timedelta

import pytest

from domain.signing_in import SignInWasRefused
from domain.user import User
from tests.domain.people import (
    BEN,
    BEN_IS_FREE,
    BEN_REGISTERED,
    BEN_WAS_INVITED,
    BENS_ADDRESS,
    EMIL,
    EMILS_ADDRESS,
    NOW,
    given_the_paid_tier,
)
from tests.domain.rules import Rules
from tests.scenario import fact

PASSWORD = "quiet-lantern-orbit-fig"
SIGNED_IN = fact(User.SignedIn, BEN, by=BEN, at=NOW)
REFUSED = fact(User.SignInRefused, BEN, by=BEN, at=NOW)
DEVICE_ADDED = fact(User.DeviceAdded, BEN, by=BEN, at=NOW)


def sign_in(
    rules: Rules,
    address: str = BENS_ADDRESS,
    password: str = PASSWORD,
    device: str = "the laptop",
    at: datetime = NOW,
) -> object:
    return rules.signing_in.sign_in(address=address, password=password, device=device, at=at)


@pytest.fixture
def ben_at_the_door(rules: Rules) -> Rules:
    rules.given(*BEN_IS_FREE).passwords.passwords[BEN] = PASSWORD
    return rules


@pytest.mark.parametrize("address", [BENS_ADDRESS, " BEN@Sample-Dental.Example "])
def test_a_person_signs_in_with_address_and_password(ben_at_the_door: Rules, address: str) -> None:
    outcome = ben_at_the_door.when(lambda: sign_in(ben_at_the_door, address))
    outcome.then(SIGNED_IN)
    assert outcome.answer == BEN


@pytest.mark.parametrize("password", ["", "quiet-lantern-orbit-fi", PASSWORD.upper()])
def test_a_wrong_password_is_refused_and_recorded(ben_at_the_door: Rules, password: str) -> None:
    ben_at_the_door.when(lambda: sign_in(ben_at_the_door, password=password)).refused(
        SignInWasRefused, REFUSED
    )


@pytest.mark.parametrize("address", [EMILS_ADDRESS, "", "ben", f"{BENS_ADDRESS}, {BENS_ADDRESS}"])
def test_a_stranger_is_refused_in_the_same_words(ben_at_the_door: Rules, address: str) -> None:
    ben_at_the_door.when(lambda: sign_in(ben_at_the_door, address)).refused(SignInWasRefused)


def test_who_is_only_invited_is_refused_in_the_same_words(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    rules.when(lambda: sign_in(rules)).refused(SignInWasRefused, REFUSED)


def test_a_password_without_a_registration_opens_nothing(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED).passwords.passwords[BEN] = PASSWORD
    rules.when(lambda: sign_in(rules)).refused(SignInWasRefused)


def test_a_sign_in_completes_the_record_of_a_password_that_a_crash_cut_off(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED).passwords.passwords[BEN] = PASSWORD
    rules.when(lambda: sign_in(rules)).then(fact(User.PasswordSet, BEN, by=BEN, at=NOW), SIGNED_IN)
    rules.when(lambda: sign_in(rules)).then(SIGNED_IN)


def test_a_wrong_password_does_not_complete_a_record_that_a_crash_cut_off(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED).passwords.passwords[BEN] = PASSWORD
    rules.when(lambda: sign_in(rules, password="another")).refused(SignInWasRefused, REFUSED)


def test_an_accented_password_fits_however_it_is_typed(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE).passwords.passwords[BEN] = "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    rules.when(lambda: sign_in(rules, password="cafe\N{COMBINING ACUTE ACCENT}")).then(SIGNED_IN)


def test_a_sign_in_that_is_overtaken_is_recorded_all_the_same(ben_at_the_door: Rules) -> None:
    gift = given_the_paid_tier(BEN)
    ben_at_the_door.log.rivals.append(lambda: ben_at_the_door.given(gift))
    ben_at_the_door.when(lambda: sign_in(ben_at_the_door)).then(gift, SIGNED_IN)


def test_a_person_goes_out(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: rules.signing_in.sign_out(user_id=BEN, at=NOW)).then(
        fact(User.SignedOut, BEN, by=BEN, at=NOW)
    )


def test_who_is_not_there_cannot_go_out(rules: Rules) -> None:
    rules.when(lambda: rules.signing_in.sign_out(user_id=EMIL, at=NOW)).refused(SignInWasRefused)


def test_the_first_sign_in_ever_is_news_to_nobody(ben_at_the_door: Rules) -> None:
    ben_at_the_door.when(lambda: sign_in(ben_at_the_door)).then(SIGNED_IN)


def test_a_later_sign_in_with_an_unknown_device_is_told_once(ben_at_the_door: Rules) -> None:
    sign_in(ben_at_the_door)
    for device in ("the phone", "the desk"):
        told = ben_at_the_door.when(lambda one=device: sign_in(ben_at_the_door, device=one))
        told.then(DEVICE_ADDED, SIGNED_IN)
    for device in ("the laptop", "the phone", "the desk"):
        again = ben_at_the_door.when(lambda one=device: sign_in(ben_at_the_door, device=one))
        again.then(SIGNED_IN)


def test_a_wrong_password_makes_no_device_known(ben_at_the_door: Rules) -> None:
    sign_in(ben_at_the_door)
    refused = ben_at_the_door.when(
        lambda: sign_in(ben_at_the_door, password="wrong", device="the thief's")
    )
    refused.refused(SignInWasRefused, REFUSED)
    assert not ben_at_the_door.devices.knows(BEN, "the thief's")


def test_a_crash_before_the_device_is_remembered_tells_of_it_again(ben_at_the_door: Rules) -> None:
    sign_in(ben_at_the_door)
    sign_in(ben_at_the_door, device="the phone")
    del ben_at_the_door.devices.used_at[BEN]["the phone"]
    again = ben_at_the_door.when(lambda: sign_in(ben_at_the_door, device="the phone"))
    again.then(DEVICE_ADDED, SIGNED_IN)


def test_a_device_that_is_used_stays_known(ben_at_the_door: Rules) -> None:
    later = NOW + timedelta(days=3)
    sign_in(ben_at_the_door)
    sign_in(ben_at_the_door, at=later)
    assert ben_at_the_door.devices.used_at == {BEN: {"the laptop": later}}
