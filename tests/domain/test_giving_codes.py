"""Codes that are given: the right one counts once, all others count as tries."""

from datetime import timedelta

from domain.phone_proof import CodeIsWrong, PhoneProof
from tests.domain.people import CARLA, NOW
from tests.domain.phones import (
    CODE,
    GIVEN_BY_ADA,
    INVITED,
    LATER,
    NEWER,
    code_of,
    give,
    request,
    requested,
    tried,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once


def test_a_newer_code_destroys_the_one_before(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    former = code_of(rules)
    rules.when(request(rules, NEWER, at=LATER)).then(requested(NEWER, at=LATER))
    assert list(rules.codes.codes) == [NEWER]
    rules.when(give(rules, former, LATER)).refused(
        CodeIsWrong, tried(PhoneProof.PhoneCodeRefused, NEWER, LATER)
    )


def test_the_right_code_proves_the_phone_and_is_destroyed(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    code = code_of(rules)
    rules.when(give(rules, code)).then(tried(PhoneProof.IdentityVerified))
    assert rules.proving.is_proved(CARLA)
    assert rules.proving.proved_code(CARLA) == CODE
    assert rules.codes.codes == {}
    rules.when(give(rules, code)).refused(CodeIsWrong)


def test_whatever_is_wrong_the_refusal_is_one(rules: Rules) -> None:
    rules.when(give(rules, "000001")).refused(CodeIsWrong)
    rules.given(*INVITED, *GIVEN_BY_ADA)
    rules.when(give(rules, "000001")).refused(CodeIsWrong)
    request(rules)()
    over = NOW + timedelta(minutes=10)
    rules.when(give(rules, code_of(rules), over)).refused(CodeIsWrong)
    rules.when(give(rules, "999999")).refused(CodeIsWrong, tried(PhoneProof.PhoneCodeRefused))


def test_the_fifth_wrong_try_destroys_the_code(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    code, left = code_of(rules), []
    for _ in range(6):
        refusal = rules.when(give(rules, "999999")).refusal
        assert isinstance(refusal, CodeIsWrong)
        left.append(refusal.tries_left)
    assert left == [4, 3, 2, 1, 0, 0]
    assert rules.codes.codes == {}
    rules.when(give(rules, code)).refused(CodeIsWrong)


def test_of_two_tries_at_once_each_counts(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    rules.log.rivals.append(lambda: rules.when(give(rules, "999998")))
    rules.when(give(rules, "999999")).refused(
        CodeIsWrong, tried(PhoneProof.PhoneCodeRefused), tried(PhoneProof.PhoneCodeRefused)
    )


def test_of_thirty_who_guess_at_once_five_are_heard(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    before = rules.log.head()
    assert all_at_once([give(rules, f"{900_000 + one}") for one in range(30)]) == (
        ["CodeIsWrong"] * 30
    )
    assert rules.facts(after=before) == [tried(PhoneProof.PhoneCodeRefused)] * 5


def test_of_ten_who_know_the_code_one_is_first(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    told = all_at_once([give(rules, code_of(rules))] * 10)
    assert told == ["CodeIsWrong"] * 9 + ["done"]
