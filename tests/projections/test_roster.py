"""The roster: who is in my practice, whom did it invite, and who is this person?"""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR
from domain.invitation import INVITATION_LASTS
from domain.ports import personal
from domain.role import RecipientRole
from projections.roster import Person, Roster
from runtime.stores import Stores
from tests.projections.town import (
    ADA,
    ADAS_ADDRESS,
    BENS_ADDRESS,
    CARLAS_ADDRESS,
    DORAS_ADDRESS,
    SAMPLE_DENTAL,
    Town,
)

NOBODY = UUID(int=404)


@pytest.fixture
def roster(stores: Stores) -> Roster:
    return Roster(stores.pool)


def test_before_the_first_invitation_the_roster_is_empty(stores: Stores, roster: Roster):
    assert roster.is_empty()
    assert roster.members(SAMPLE_DENTAL) == roster.outsiders(SAMPLE_DENTAL) == []
    Town(stores).open_practice()
    assert not roster.is_empty()


def test_the_first_doctor_is_shown_as_she_was_invited(stores: Stores, roster: Roster):
    town = Town(stores)
    at = town.open_practice()
    assert roster.person(ADA) == Person(
        user_id=ADA,
        kind="doctor",
        practice_id=SAMPLE_DENTAL,
        practice_name="Sample Dental",
        invited_from=SAMPLE_DENTAL,
        invited_by=OPERATOR,
        status="invited",
        is_user_manager=True,
        email=town.vault.seal(ADAS_ADDRESS, personal(ADA, "email", 1)),
        full_name=town.vault.seal("Ada Sample", personal(ADA, "full_name", 1)),
        cell_phone=None,
        invited_at=at,
        invitation_ends_at=at + INVITATION_LASTS,
        registered_at=None,
        usual_days=None,
        erasure_due_at=None,
        erased_at=None,
    )


def test_who_registers_is_shown_with_what_she_told(town: Town, roster: Roster):
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ben = town.who(BENS_ADDRESS)
    invited = roster.person(ben)
    at = town.register(BENS_ADDRESS, "Ben Desk")
    assert invited is not None
    assert roster.person(ben) == Person(
        user_id=ben,
        kind="staff",
        practice_id=SAMPLE_DENTAL,
        practice_name="Sample Dental",
        invited_from=SAMPLE_DENTAL,
        invited_by=ADA,
        status="registered",
        is_user_manager=False,
        email=town.vault.seal(BENS_ADDRESS, personal(ben, "email", 1)),
        full_name=town.vault.seal("Ben Desk", personal(ben, "full_name", 2)),
        cell_phone=town.vault.seal("+12025550123", personal(ben, "cell_phone", 2)),
        invited_at=invited.invited_at,
        invitation_ends_at=invited.invited_at + timedelta(days=14),
        registered_at=at,
        usual_days=None,
        erasure_due_at=None,
        erased_at=None,
    )


@pytest.mark.usefixtures("town")
def test_who_has_set_a_password_is_active(roster: Roster):
    assert [person.status for person in roster.members(SAMPLE_DENTAL)] == ["active"]


def test_the_members_of_a_practice_stand_in_the_order_of_their_invitations(
    town: Town, roster: Roster
):
    town.write(ADAS_ADDRESS, "zoe@sample-dental.example", RecipientRole.DOCTOR_HERE)
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    town.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    addresses = (ADAS_ADDRESS, "zoe@sample-dental.example", BENS_ADDRESS)
    members = [person.user_id for person in roster.members(SAMPLE_DENTAL)]
    assert members == [town.who(address) for address in addresses]


def test_outsiders_are_whom_a_practice_invited_also_after_they_have_one_of_their_own(
    town: Town, roster: Roster
):
    town.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    town.write(ADAS_ADDRESS, DORAS_ADDRESS, RecipientRole.DOCTOR_ELSEWHERE)
    town.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    town.register(DORAS_ADDRESS, "Dora Other", "Other Dental")
    shown = [(person.user_id, person.practice_name) for person in roster.outsiders(SAMPLE_DENTAL)]
    carla, dora = town.who(CARLAS_ADDRESS), town.who(DORAS_ADDRESS)
    assert shown == [(carla, None), (dora, "Other Dental")]


def test_who_founds_a_practice_is_its_user_manager(town: Town, roster: Roster):
    town.write(ADAS_ADDRESS, DORAS_ADDRESS, RecipientRole.STAFF_ELSEWHERE)
    town.register(DORAS_ADDRESS, "Dora Other", "Other Dental")
    [practice_id] = roster.practices_named("Other Dental")
    [dora] = roster.members(practice_id)
    assert (dora.user_id, dora.is_user_manager) == (town.who(DORAS_ADDRESS), True)
    assert [person.user_id for person in roster.members(SAMPLE_DENTAL)] == [ADA]


def test_practices_are_found_by_their_whole_name_in_any_case(town: Town, roster: Roster):
    for number in (1, 2):
        address = f"founder-{number}@people.example"
        town.write(ADAS_ADDRESS, address, RecipientRole.DOCTOR_ELSEWHERE)
        town.register(address, "Dora Other", "Zähne & Mehr")
    assert roster.practices_named("sample DENTAL") == [SAMPLE_DENTAL]
    assert len(roster.practices_named("ZÄHNE & mehr")) == 2
    assert roster.practices_named("Sample") == roster.practices_named("%") == []


@pytest.mark.usefixtures("town")
def test_a_practice_tells_its_public_name(roster: Roster):
    names = [roster.practice_name(one) for one in (SAMPLE_DENTAL, NOBODY, None)]
    assert names == ["Sample Dental", None, None]


def test_people_are_found_all_at_once_and_strangers_are_left_out(town: Town, roster: Roster):
    town.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    carla = town.who(CARLAS_ADDRESS)
    assert roster.people([ADA, NOBODY, carla, ADA]).keys() == {ADA, carla}
    assert roster.people([]) == {}
    assert roster.person(NOBODY) is None
