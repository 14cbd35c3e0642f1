"""A phone and the codes that prove it."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.notification import Channel
from domain.phone_proof import CodeIsWrong, PhoneIsUnknown, PhoneProof, phone_proof_of
from tests.domain.people import ADA, CARLA, MOMENT, NOW, sealed
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PROOF = phone_proof_of(CARLA)
CODE = UUID("00000000-0000-0000-0000-00000000c0d1")
NEWER = UUID("00000000-0000-0000-0000-00000000c0d2")
TEN_MINUTES = timedelta(minutes=10)
HALF_AN_HOUR = timedelta(minutes=30)

BEGUN = fact(PhoneProof.PhoneProofBegun, PROOF, by=ADA, at=NOW, user_id=CARLA)


def given(number: str = "+12025550187", version: int = 2, by: UUID = ADA) -> Fact:
    phone = sealed(number, CARLA, "phone", version)
    return fact(PhoneProof.PhoneGiven, PROOF, by=by, at=NOW, user_id=CARLA, phone=phone)


def requested(code_id: UUID = CODE) -> Fact:
    told = {"channel": "text", "code_ends_at": NOW + TEN_MINUTES, "code_id": code_id}
    return fact(PhoneProof.PhoneCodeRequested, PROOF, by=CARLA, at=NOW, user_id=CARLA, **told)


def tried(event: type[PhoneProof.Event], code_id: UUID = CODE) -> Fact:
    return fact(event, PROOF, by=CARLA, at=NOW, user_id=CARLA, code_id=code_id)


REFUSED = tried(PhoneProof.PhoneCodeRefused)
VERIFIED = tried(PhoneProof.IdentityVerified)


def proof(rules: Rules, *past: Fact) -> PhoneProof:
    return rules.given(BEGUN, *past).now(PhoneProof, PROOF)


def test_without_a_number_no_code_is_requested(rules: Rules) -> None:
    unknown = proof(rules)
    with pytest.raises(PhoneIsUnknown):
        unknown.request_code(code_id=CODE, channel=Channel.TEXT, at=NOW)
    assert not unknown.was_given_by_another


@pytest.mark.parametrize(("by", "another"), [(ADA, True), (CARLA, False)])
def test_it_is_known_whether_somebody_else_gave_the_number(
    rules: Rules, by: UUID, *, another: bool
) -> None:
    assert proof(rules, given(by=by)).was_given_by_another is another


def test_a_code_is_good_for_ten_minutes(rules: Rules) -> None:
    waiting = proof(rules, given(), requested())
    assert waiting.open_code(NOW + TEN_MINUTES - MOMENT) == CODE
    with pytest.raises(CodeIsWrong):
        waiting.open_code(NOW + TEN_MINUTES)
    assert waiting.tries_left(NOW + TEN_MINUTES) == 0


def test_a_code_is_good_for_five_tries(rules: Rules) -> None:
    waiting = proof(rules, given(), requested())
    left = []
    for _ in range(5):
        waiting.refuse(at=NOW)
        left.append(waiting.tries_left(NOW))
    assert left == [4, 3, 2, 1, 0]
    for act in (waiting.refuse, waiting.verify):
        with pytest.raises(CodeIsWrong):
            act(at=NOW)


def test_a_newer_code_voids_the_one_before_and_has_its_own_tries(rules: Rules) -> None:
    waiting = proof(rules, given(), requested(), REFUSED, REFUSED, requested(NEWER))
    assert (waiting.open_code(NOW), waiting.tries_left(NOW)) == (NEWER, 5)


def test_the_right_code_proves_the_phone_and_is_used_up(rules: Rules) -> None:
    waiting = proof(rules, given(), requested())
    waiting.verify(at=NOW)
    assert waiting.is_proved
    with pytest.raises(CodeIsWrong):
        waiting.verify(at=NOW)


def test_what_was_shown_counts_for_half_an_hour_and_for_that_code_only(rules: Rules) -> None:
    proved = proof(rules, given(), requested(), VERIFIED)
    assert proved.is_shown_by(CODE, NOW + HALF_AN_HOUR - MOMENT)
    assert not proved.is_shown_by(CODE, NOW + HALF_AN_HOUR)
    assert not proved.is_shown_by(NEWER, NOW)
    assert not proved.is_shown_by(None, NOW)


def test_a_newer_code_does_not_take_back_what_was_shown(rules: Rules) -> None:
    proved = proof(rules, given(), requested(), VERIFIED, requested(NEWER))
    assert proved.is_proved
    assert proved.is_shown_by(CODE, NOW)


def test_another_number_is_not_proved_and_voids_codes_and_proofs(rules: Rules) -> None:
    changed = proof(rules, given(), requested(), VERIFIED, requested(NEWER))
    changed.change(sealed("+12025550144", CARLA, "phone", changed.version + 1), at=NOW)
    assert not changed.is_proved
    assert not changed.is_shown_by(CODE, NOW)
    with pytest.raises(CodeIsWrong):
        changed.open_code(NOW)
    assert not changed.was_given_by_another
