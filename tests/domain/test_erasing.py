"""Who has somebody erased, when it is due, and how it is called off in time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.erasing import ErasingOneself, NoSuchPerson
from domain.erasure import Erasure, PersonWasErased, erasure_of
from domain.ports import KeyKind
from domain.practice import USUAL_RETENTION, NotAUserManager, Practice
from domain.refusal import Refusal
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_PAYS,
    NOW,
    OTHER_DENTAL,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    VAULT,
    opened,
)
from tests.domain.rules import Rules
from tests.doubles.vault import MemoryVault
from tests.scenario import Fact, fact

EVERYBODY = (
    *SAMPLE_DENTAL_IS_OPEN,
    *opened(OTHER_DENTAL, "Other Dental", DORA),
    *(*ADA_PAYS, *BEN_IS_FREE, *CARLA_IS_A_PATIENT, *DORA_PAYS),
)
DUE = NOW + timedelta(days=USUAL_RETENTION)


@pytest.fixture
def rules() -> Rules:
    """Two practices; the keys are this test's own."""
    return Rules(vault=MemoryVault(set(VAULT.keys), VAULT.sealed)).given(*EVERYBODY)


def ask(rules: Rules, user_id: UUID, by: UUID = ADA, at: datetime = NOW) -> Callable[[], int]:
    return lambda: rules.erasing.request(user_id=user_id, by=by, at=at)


def withdraw(rules: Rules, user_id: UUID, by: UUID = ADA, at: datetime = NOW) -> Callable[[], int]:
    return lambda: rules.erasing.withdraw(user_id=user_id, by=by, at=at)


def requested(user_id: UUID, due_at: datetime = DUE) -> Fact:
    told = {"user_id": user_id, "practice_id": SAMPLE_DENTAL, "due_at": due_at}
    return fact(Erasure.ErasureRequested, erasure_of(user_id), by=ADA, at=NOW, **told)


def withdrawn(user_id: UUID) -> Fact:
    return fact(Erasure.ErasureWithdrawn, erasure_of(user_id), by=ADA, at=NOW, user_id=user_id)


@pytest.mark.parametrize("user_id", [BEN, CARLA])
def test_a_member_or_a_patient_is_erased_when_the_retention_is_over(
    rules: Rules, user_id: UUID
) -> None:
    rules.when(ask(rules, user_id)).then(requested(user_id))
    rules.when(ask(rules, user_id, at=NOW + timedelta(days=1))).then()


def test_the_practices_own_retention_counts_and_a_later_change_of_it_does_not(
    rules: Rules,
) -> None:
    rules.given(fact(Practice.RetentionChanged, SAMPLE_DENTAL, by=ADA, at=NOW, days=10))
    rules.when(ask(rules, BEN)).then(requested(BEN, NOW + timedelta(days=10)))
    rules.given(fact(Practice.RetentionChanged, SAMPLE_DENTAL, by=ADA, at=NOW, days=0))
    assert rules.now(Erasure, erasure_of(BEN)).due_at == NOW + timedelta(days=10)


@pytest.mark.parametrize(
    ("user_id", "by", "refusal"),
    [
        (ADA, ADA, ErasingOneself),
        (CARLA, BEN, NotAUserManager),
        (BEN, CARLA, NoSuchPerson),
        (BEN, DORA, NoSuchPerson),
        (DORA, ADA, NoSuchPerson),
        (UUID(int=1), ADA, NoSuchPerson),
    ],
)
def test_nobody_is_erased_by_who_may_not_ask(
    rules: Rules, user_id: UUID, by: UUID, refusal: type[Refusal]
) -> None:
    rules.when(ask(rules, user_id, by=by)).refused(refusal)


def test_an_erasure_is_called_off_by_the_same_practice_as_often_as_one_likes(rules: Rules) -> None:
    rules.when(withdraw(rules, BEN)).then()
    rules.given(requested(BEN))
    rules.when(withdraw(rules, BEN, by=DORA)).refused(NoSuchPerson)
    rules.when(withdraw(rules, BEN)).then(withdrawn(BEN))
    rules.when(withdraw(rules, BEN)).then()
    rules.when(ask(rules, BEN)).then(
        fact(
            Erasure.ErasureRequestedAgain,
            erasure_of(BEN),
            by=ADA,
            at=NOW,
            user_id=BEN,
            due_at=DUE,
        )
    )


def test_what_was_done_is_neither_called_off_nor_asked_for_again(rules: Rules) -> None:
    rules.given(requested(BEN, NOW))
    rules.destroying.erase(BEN, address_id=None, at=NOW)
    rules.when(withdraw(rules, BEN)).refused(PersonWasErased)
    rules.when(ask(rules, BEN)).refused(PersonWasErased)


def test_who_is_being_erased_is_not_called_back_in_the_middle_of_it(rules: Rules) -> None:
    rules.given(requested(BEN, NOW))
    answers: list[object] = []

    def call_off() -> None:
        answers.append(rules.when(withdraw(rules, BEN)).refusal)

    calling = threading.Thread(target=call_off)
    with rules.shredder.turn():
        calling.start()
        calling.join(timeout=0.2)
        assert answers == []
        rules.destroying.erase(BEN, address_id=None, at=NOW)
    calling.join()
    assert [type(one) for one in answers] == [PersonWasErased]
    assert (KeyKind.PERSONAL, BEN) not in rules.vault.keys
