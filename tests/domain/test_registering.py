"""How an invited person becomes a registered one."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from domain.address import AddressIsMalformed
from domain.invitation import AlreadyRegistered, InvitationHasExpired
from domain.ports import LinkIsNotValid, LinkPurpose, LinkWasUsed
from domain.practice import Practice, PracticeNameIsUnusable
from domain.registering import (
    AddressIsNotTheInvitedOne,
    Registration,
    TermsAreNotAccepted,
)
from domain.user import User
from tests.domain.people import (
    BEN,
    BEN_REGISTERED,
    BEN_WAS_INVITED,
    BENS_ADDRESS,
    CARLA,
    CARLA_WAS_INVITED,
    CARLAS_ADDRESS,
    DORA,
    DORA_WAS_INVITED,
    DORAS_ADDRESS,
    EMIL,
    EMILS_ADDRESS,
    MOMENT,
    NOW,
    SAMPLE_DENTAL,
    YESTERDAY,
    sealed,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

FORM = Registration(
    address=BENS_ADDRESS,
    cell_phone="+12025550123",
    full_name="Ben Desk",
    practice_name="",
    accepts_terms=True,
)
DORAS_FORM = replace(
    FORM, address=DORAS_ADDRESS, full_name="Dora Other", practice_name=" Other Dental "
)
DORAS_PRACTICE = uuid5(DORA, "practice")
INVITATION_ENDS = YESTERDAY + timedelta(days=14)
LONG_AFTER = NOW + timedelta(days=365)


def registration_of(user_id: UUID, full_name: str, practice_id: UUID | None) -> Fact:
    return fact(
        User.RegistrationCompleted,
        user_id,
        by=user_id,
        at=NOW,
        practice_id=practice_id,
        full_name=sealed(full_name, user_id, "full_name", 2),
        cell_phone=sealed("+12025550123", user_id, "cell_phone", 2),
        terms="2026-11",
    )


def link_for(rules: Rules, user_id: UUID, purpose: LinkPurpose = LinkPurpose.REGISTER) -> str:
    return rules.links.mint(user_id, purpose, at=YESTERDAY, expires_at=LONG_AFTER)


BEN_REGISTERS = registration_of(BEN, "Ben Desk", SAMPLE_DENTAL)


def test_a_member_joins_the_practice_of_the_invitation(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    outcome = rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=NOW))
    outcome.then(BEN_REGISTERS)
    assert outcome.answer == 3


def test_a_patient_belongs_to_no_practice(rules: Rules) -> None:
    token = link_for(rules.given(*CARLA_WAS_INVITED), CARLA)
    form = replace(FORM, address=CARLAS_ADDRESS, full_name="Carla", practice_name="Carla's own")
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).then(
        registration_of(CARLA, "Carla", None)
    )


def test_people_of_another_practice_found_their_own_main_account_in_the_same_append(
    rules: Rules,
) -> None:
    token = link_for(rules.given(*DORA_WAS_INVITED), DORA)
    outcome = rules.when(
        lambda: rules.registering.complete(token=token, registration=DORAS_FORM, at=NOW)
    )
    outcome.then(
        fact(Practice.PracticeRegistered, DORAS_PRACTICE, by=DORA, at=NOW, name="Other Dental"),
        fact(Practice.UserManagerAppointed, DORAS_PRACTICE, by=DORA, at=NOW, user_id=DORA),
        registration_of(DORA, "Dora Other", DORAS_PRACTICE),
    )
    assert [one.position for one in rules.log.read(after=2, limit=10)] == [3, 4, 5]
    assert outcome.answer == 5


@pytest.mark.parametrize("name", ["", "  ", "S" * 121])
def test_who_founds_a_practice_must_name_it(rules: Rules, name: str) -> None:
    token = link_for(rules.given(*DORA_WAS_INVITED), DORA)
    form = replace(DORAS_FORM, practice_name=name)
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).refused(
        PracticeNameIsUnusable
    )


def test_name_and_address_are_taken_without_the_blanks_around_them(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    form = replace(FORM, full_name="  Ben Desk ", address=" BEN@sample-dental.EXAMPLE ")
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).then(
        BEN_REGISTERS
    )


def test_without_the_terms_there_is_no_account(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    form = replace(FORM, accepts_terms=False)
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).refused(
        TermsAreNotAccepted
    )


@pytest.mark.parametrize("address", [EMILS_ADDRESS, CARLAS_ADDRESS])
def test_only_the_invited_address_registers(rules: Rules, address: str) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED, *CARLA_WAS_INVITED), BEN)
    form = replace(FORM, address=address)
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).refused(
        AddressIsNotTheInvitedOne
    )


def test_an_address_that_is_none_does_not_register(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    form = replace(FORM, address="ben")
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).refused(
        AddressIsMalformed
    )


def test_a_refused_registration_leaves_the_link_usable(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    form = replace(FORM, accepts_terms=False)
    rules.when(lambda: rules.registering.complete(token=token, registration=form, at=NOW)).refused(
        TermsAreNotAccepted
    )
    rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=NOW)).then(
        BEN_REGISTERS
    )


def test_looking_at_a_link_changes_nothing(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    first = rules.when(lambda: rules.registering.invited(token, at=NOW).id)
    second = rules.when(lambda: rules.registering.invited(token, at=NOW).id)
    first.then()
    second.then()
    assert (first.answer, second.answer) == (BEN, BEN)


def test_registering_again_is_told_that_the_link_did_its_work(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    rules.registering.complete(token=token, registration=FORM, at=NOW)
    rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=NOW)).refused(
        LinkWasUsed
    )
    rules.when(lambda: rules.registering.invited(token, at=NOW)).refused(LinkWasUsed)


def test_registering_ends_every_link_to_the_registration(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    token, other = link_for(rules, BEN), link_for(rules, BEN)
    rules.registering.complete(token=token, registration=FORM, at=NOW)
    rules.when(lambda: rules.registering.invited(other, at=NOW)).refused(LinkWasUsed)


def test_a_link_that_a_crash_left_over_finds_the_registration_done(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_REGISTERED), BEN)
    rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=NOW)).refused(
        AlreadyRegistered
    )


def test_a_double_click_registers_once(rules: Rules) -> None:
    token = link_for(rules.given(*DORA_WAS_INVITED), DORA)
    rules.log.rivals.append(
        lambda: rules.registering.complete(token=token, registration=DORAS_FORM, at=NOW)
    )
    rules.when(
        lambda: rules.registering.complete(token=token, registration=DORAS_FORM, at=NOW)
    ).refused(
        LinkWasUsed,
        fact(Practice.PracticeRegistered, DORAS_PRACTICE, by=DORA, at=NOW, name="Other Dental"),
        fact(Practice.UserManagerAppointed, DORAS_PRACTICE, by=DORA, at=NOW, user_id=DORA),
        registration_of(DORA, "Dora Other", DORAS_PRACTICE),
    )


def test_an_invitation_is_answered_until_the_last_moment_of_14_days(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    last = INVITATION_ENDS - MOMENT
    rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=last)).then(
        replace(BEN_REGISTERS, at=last)
    )


def test_an_invitation_that_was_not_answered_in_14_days_has_expired(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN)
    rules.when(
        lambda: rules.registering.complete(token=token, registration=FORM, at=INVITATION_ENDS)
    ).refused(InvitationHasExpired)
    rules.when(lambda: rules.registering.invited(token, at=INVITATION_ENDS)).refused(
        InvitationHasExpired
    )


def test_a_link_works_until_its_last_moment(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    token = rules.links.mint(BEN, LinkPurpose.REGISTER, at=YESTERDAY, expires_at=NOW)
    rules.when(lambda: rules.registering.invited(token, at=NOW - MOMENT)).then()
    rules.when(lambda: rules.registering.invited(token, at=NOW)).refused(LinkIsNotValid)


def test_a_link_that_nobody_was_sent_is_not_valid(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED)
    rules.when(lambda: rules.registering.invited("token-of-nobody", at=NOW)).refused(LinkIsNotValid)


def test_a_link_to_set_a_password_does_not_register(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_WAS_INVITED), BEN, LinkPurpose.SET_PASSWORD)
    rules.when(lambda: rules.registering.complete(token=token, registration=FORM, at=NOW)).refused(
        LinkIsNotValid
    )


def test_a_link_of_somebody_who_was_never_invited_is_not_valid(rules: Rules) -> None:
    token = link_for(rules, EMIL)
    rules.when(lambda: rules.registering.invited(token, at=NOW)).refused(LinkIsNotValid)
