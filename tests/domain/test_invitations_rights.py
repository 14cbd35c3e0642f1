"""Who may look after an invitation, and what several may do at once; nobody else does."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.address import AddressIsTaken
from domain.aggregate import OPERATOR, SWEEPER
from domain.erasing import NoSuchPerson
from domain.erasure import Erasure, erasure_of
from domain.invitation import (
    AlreadyRegistered,
)
from tests.domain.guests import (
    EMIL,
    EMILS,
    RIGHT_ADDRESS,
    amend,
    guests_of,
    resend,
    resent,
    withdraw,
    withdrawn,
)
from tests.domain.people import (
    ADA,
    BEN,
    CARLA,
    CARLAS_ADDRESS,
    DORA,
    DORAS_ADDRESS,
    MESSAGE,
    YESTERDAY,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once
from tests.scenario import fact


@pytest.fixture
def carla_invited(rules: Rules) -> Rules:
    return guests_of(rules)


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
def test_who_has_registered_has_no_invitation_any_more(
    carla_invited: Rules, command: Callable[..., Callable[[], int]]
) -> None:
    rules = carla_invited
    rules.when(command(rules, user_id=BEN)).refused(AlreadyRegistered)


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    ("user_id", "by"),
    [(CARLA, BEN), (CARLA, DORA), (CARLA, CARLA), (EMIL, DORA), (MESSAGE, ADA), (CARLA, OPERATOR)],
)
def test_for_everybody_else_there_is_no_such_person(
    carla_invited: Rules, command: Callable[..., Callable[[], int]], user_id: UUID, by: UUID
) -> None:
    rules = carla_invited
    rules.when(command(rules, user_id=user_id, by=by)).refused(NoSuchPerson)


def test_who_invited_and_the_user_manager_both_may(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(resend(rules, EMIL, by=BEN)).then(resent(EMIL, by=BEN))
    rules.when(withdraw(rules, EMIL, by=ADA)).then(*withdrawn(EMIL, EMILS, by=ADA))


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
def test_nobody_looks_after_the_invitation_of_who_was_erased(
    carla_invited: Rules, command: Callable[..., Callable[[], int]]
) -> None:
    about = {"user_id": CARLA}
    rules = carla_invited.given(
        fact(
            Erasure.ErasureRequested,
            erasure_of(CARLA),
            by=ADA,
            at=YESTERDAY,
            practice_id=UUID(int=1),
            due_at=YESTERDAY,
            **about,
        ),
        fact(Erasure.PersonErased, erasure_of(CARLA), by=SWEEPER, at=YESTERDAY, **about),
    )
    rules.when(command(rules)).refused(NoSuchPerson)


def test_who_corrects_an_address_waits_for_the_turn_of_a_destruction(carla_invited: Rules) -> None:
    rules, held = carla_invited, list[bool]()
    rules.log.rivals.append(lambda: held.append(rules.shredder.lock.locked()))
    amend(rules)()
    assert (held, rules.shredder.lock.locked()) == ([True], False)


def test_of_two_corrections_to_one_address_at_once_one_is_made(carla_invited: Rules) -> None:
    rules = carla_invited
    both = [amend(rules, user_id=one, by=ADA) for one in (CARLA, EMIL)]
    assert all_at_once(both) == ["AddressIsTaken", "done"]


def test_a_correction_and_a_withdrawal_at_once_leave_no_address_behind(
    carla_invited: Rules,
) -> None:
    rules = carla_invited
    all_at_once([amend(rules), withdraw(rules)])
    assert rules.inviting.holder(CARLAS_ADDRESS) is None
    assert rules.inviting.holder(RIGHT_ADDRESS) in (None, CARLA)
    withdraw(rules)()
    assert rules.inviting.holder(RIGHT_ADDRESS) is None


def test_an_address_that_somebody_has_elsewhere_stays_hers(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(amend(rules, DORAS_ADDRESS)).refused(AddressIsTaken)
    assert rules.inviting.holder(DORAS_ADDRESS) == DORA
