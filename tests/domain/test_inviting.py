"""How people come into the house."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain.address import AddressIsMalformed, AddressIsTaken, EmailAddress
from domain.aggregate import OPERATOR
from domain.practice import NoSuchPractice, Practice, PracticeNameIsUnusable
from domain.role import Kind
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    ADAS_ADDRESS,
    BEN,
    BEN_WAS_INVITED,
    BENS_ADDRESS,
    CARLA,
    DORA,
    NOW,
    OTHER_DENTAL,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    invited,
    sealed,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once
from tests.scenario import fact

REGISTERED = fact(
    Practice.PracticeRegistered, SAMPLE_DENTAL, by=OPERATOR, at=NOW, name="Sample Dental"
)
APPOINTED = fact(Practice.UserManagerAppointed, SAMPLE_DENTAL, by=OPERATOR, at=NOW, user_id=ADA)
ADA_IS_INVITED, ADAS_ADDRESS_IS_CLAIMED = invited(
    ADA, ADAS_ADDRESS, "doctor", full_name=sealed("Ada Sample", ADA, "full_name"), at=NOW
)
BEN_IS_INVITED = invited(BEN, BENS_ADDRESS, "staff", at=NOW)


def open_practice(rules: Rules, **changed: Any) -> int:
    asked: dict[str, Any] = {
        "practice_id": SAMPLE_DENTAL,
        "user_id": ADA,
        "name": "Sample Dental",
        "address": ADAS_ADDRESS,
        "full_name": "Ada Sample",
        "paid": False,
        "at": NOW,
    }
    return rules.inviting.open_practice(**(asked | changed))


def add_member(rules: Rules, **changed: Any) -> int:
    asked: dict[str, Any] = {
        "practice_id": SAMPLE_DENTAL,
        "user_id": BEN,
        "address": BENS_ADDRESS,
        "kind": Kind.STAFF,
        "at": NOW,
    }
    return rules.inviting.add_member(**(asked | changed))


def test_a_practice_is_opened_with_its_first_doctor_as_user_manager(rules: Rules) -> None:
    opening = rules.when(lambda: open_practice(rules))
    opening.then(REGISTERED, APPOINTED, ADA_IS_INVITED, ADAS_ADDRESS_IS_CLAIMED)
    assert opening.answer == 4


def test_a_practice_may_be_opened_with_the_paid_tier_as_a_gift(rules: Rules) -> None:
    rules.when(lambda: open_practice(rules, paid=True)).then(
        REGISTERED,
        APPOINTED,
        ADA_IS_INVITED,
        fact(User.TierGranted, ADA, by=OPERATOR, at=NOW),
        ADAS_ADDRESS_IS_CLAIMED,
    )


def test_opening_a_practice_again_is_silent(rules: Rules) -> None:
    open_practice(rules)
    again = rules.when(lambda: open_practice(rules))
    again.then()
    assert again.answer == 0


@pytest.mark.parametrize("name", ["", "  ", "S" * 121])
def test_a_practice_without_a_usable_name_is_not_opened_at_all(rules: Rules, name: str) -> None:
    rules.when(lambda: open_practice(rules, name=name)).refused(PracticeNameIsUnusable)


def test_a_practice_whose_first_doctor_has_no_usable_address_is_not_opened_at_all(
    rules: Rules,
) -> None:
    rules.when(lambda: open_practice(rules, address="ada")).refused(AddressIsMalformed)


def test_a_practice_whose_first_doctor_is_known_already_is_not_opened_at_all(
    rules: Rules,
) -> None:
    rules.given(*ADA_PAYS)
    rules.when(lambda: open_practice(rules, user_id=DORA)).refused(AddressIsTaken)


def test_a_member_is_added_as_a_free_account(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    adding = rules.when(lambda: add_member(rules))
    adding.then(*BEN_IS_INVITED)
    assert adding.answer == 4


def test_adding_a_member_again_is_silent(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *BEN_WAS_INVITED)
    again = rules.when(lambda: add_member(rules))
    again.then()
    assert again.answer == 0


def test_nobody_is_added_to_a_practice_that_does_not_exist(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(lambda: add_member(rules, practice_id=OTHER_DENTAL)).refused(NoSuchPractice)


def test_an_identifier_of_a_person_is_not_a_practice(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    rules.when(lambda: add_member(rules, practice_id=ADA)).refused(NoSuchPractice)


@pytest.mark.parametrize("address", [ADAS_ADDRESS, f" {ADAS_ADDRESS.upper()} "])
def test_nobody_is_added_under_an_address_that_is_taken(rules: Rules, address: str) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS)
    rules.when(lambda: add_member(rules, address=address)).refused(AddressIsTaken)


def test_nobody_is_added_under_an_address_that_is_none(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(lambda: add_member(rules, address="ben@@x")).refused(AddressIsMalformed)


def test_an_address_is_found_however_it_is_written(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    assert rules.inviting.holder(" Ben@SAMPLE-dental.example ") == BEN
    assert rules.inviting.holder(ADAS_ADDRESS) is None


def test_an_invitation_and_the_claim_to_its_address_are_always_saved_together(
    rules: Rules,
) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.log.rivals.append(
        lambda: rules.log.save(
            EmailAddress.claim(
                address_id=rules.vault.address_id(BENS_ADDRESS), user_id=DORA, by=DORA, at=NOW
            )
        )
    )
    rules.when(lambda: add_member(rules)).refused(
        AddressIsTaken,
        fact(
            EmailAddress.AddressClaimed,
            rules.vault.address_id(BENS_ADDRESS),
            by=DORA,
            at=NOW,
            user_id=DORA,
        ),
    )


def test_two_invitations_of_one_address_at_the_same_moment_make_one_user(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.log.rivals.append(lambda: add_member(rules))
    rules.when(lambda: add_member(rules, user_id=CARLA, kind=Kind.DOCTOR)).refused(
        AddressIsTaken, *BEN_IS_INVITED
    )


def test_the_same_invitation_twice_at_the_same_moment_is_done_once(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.log.rivals.append(lambda: add_member(rules))
    rules.when(lambda: add_member(rules)).then(*BEN_IS_INVITED)


def test_eight_invitations_of_one_address_in_eight_threads_make_one_user(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    people = [UUID(int=number) for number in range(1, 9)]
    outcomes = all_at_once([partial(add_member, rules, user_id=person) for person in people])
    assert outcomes == ["AddressIsTaken"] * 7 + ["done"]
    user, claim = rules.facts(after=2)
    assert (user.event, claim.event) == (User.UserInvited, EmailAddress.AddressClaimed)
    assert claim.payload == {"user_id": user.of}


def test_two_practices_opened_for_one_address_at_the_same_moment_make_one(rules: Rules) -> None:
    rules.log.rivals.append(lambda: open_practice(rules))
    rules.when(
        lambda: open_practice(rules, practice_id=OTHER_DENTAL, user_id=DORA, name="Other Dental")
    ).refused(AddressIsTaken, REGISTERED, APPOINTED, ADA_IS_INVITED, ADAS_ADDRESS_IS_CLAIMED)
