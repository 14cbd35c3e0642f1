"""Carla and her phone: what happened to it, and what is asked of it in tests of its proof."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from domain.notification import Channel
from domain.phone_proof import (
    PhoneProof,
    phone_proof_of,
)
from domain.practice import Practice
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    CARLA,
    CARLA_IS_A_PATIENT,
    CARLA_WAS_INVITED,
    NOW,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    YESTERDAY,
    sealed,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PROOF = phone_proof_of(CARLA)
CODE = UUID("00000000-0000-0000-0000-00000000c0d1")
NEWER = UUID("00000000-0000-0000-0000-00000000c0d2")
GIVEN, TYPED = "+12025550187", "+12025550123"
HALF_A_MINUTE = timedelta(seconds=30)
LATER = NOW + HALF_A_MINUTE


def policy(*, colleagues: bool = False, patients: bool = False) -> Fact:
    told = {"colleagues": colleagues, "patients": patients, "told": [ADA]}
    return fact(Practice.TwoStepPolicyChanged, SAMPLE_DENTAL, by=ADA, at=YESTERDAY, **told)


def begun(by: UUID) -> Fact:
    return fact(PhoneProof.PhoneProofBegun, PROOF, by=by, at=NOW, user_id=CARLA)


def phone(number: str, by: UUID, version: int = 2, at: datetime = NOW) -> Fact:
    kept = sealed(number, CARLA, "phone", version)
    return fact(PhoneProof.PhoneGiven, PROOF, by=by, at=at, user_id=CARLA, phone=kept)


def requested(code_id: UUID = CODE, channel: str = "text", at: datetime = NOW) -> Fact:
    told = {"channel": channel, "code_id": code_id, "code_ends_at": at + timedelta(minutes=10)}
    return fact(PhoneProof.PhoneCodeRequested, PROOF, by=CARLA, at=at, user_id=CARLA, **told)


def tried(event: type[PhoneProof.Event], code_id: UUID = CODE, at: datetime = NOW) -> Fact:
    return fact(event, PROOF, by=CARLA, at=at, user_id=CARLA, code_id=code_id)


GIVEN_BY_ADA = (begun(ADA), phone(GIVEN, ADA))
INVITED = (*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *CARLA_WAS_INVITED)
REGISTERED = (*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *CARLA_IS_A_PATIENT)


def request(
    rules: Rules,
    code_id: UUID = CODE,
    *,
    typed: str | None = None,
    network: str | None = None,
    at: datetime = NOW,
) -> Callable[[], int]:
    return lambda: rules.proving.request_code(
        user_id=CARLA,
        code_id=code_id,
        channel=Channel.TEXT,
        phone=typed,
        network=network,
        at=at,
    )


def give(rules: Rules, code: str, at: datetime = NOW) -> Callable[[], int]:
    return lambda: rules.proving.give_code(user_id=CARLA, code=code, at=at)


def code_of(rules: Rules, code_id: UUID = CODE, at: datetime = NOW) -> str:
    digits = rules.codes.digits(code_id, at=at)
    assert digits is not None
    return digits
