"""Who proves a phone, to which number the code goes, and what it opens."""

from collections.abc import Callable
from uuid import UUID

from domain.changing_email import PasswordIsWrong
from domain.notification import Channel
from domain.phone_codes import TooManyCodes
from domain.phone_proof import CodeIsWrong, PhoneIsNotProved, PhoneIsUnknown, PhoneProof
from domain.ports import personal
from domain.user import User
from tests.domain.people import (
    BEN,
    BEN_IS_FREE,
    BEN_WAS_INVITED,
    CARLA,
    DORA,
    DORA_IS_ELSEWHERE,
    NOW,
    sealed,
)
from tests.domain.phones import (
    CODE,
    GIVEN,
    GIVEN_BY_ADA,
    INVITED,
    LATER,
    NEWER,
    PROOF,
    REGISTERED,
    TYPED,
    begun,
    give,
    phone,
    policy,
    request,
    requested,
    tried,
)
from tests.domain.rules import Rules
from tests.scenario import fact


def asked_to_register(rules: Rules, user_id: UUID) -> bool:
    return rules.proving.is_asked_to_register(rules.now(User, user_id))


def test_the_policy_of_the_practice_that_invited_says_who_is_asked_to_register(
    rules: Rules,
) -> None:
    rules.given(*INVITED, *BEN_WAS_INVITED, policy(patients=True))
    assert [asked_to_register(rules, one) for one in (CARLA, BEN)] == [True, False]


def test_who_was_given_a_number_by_the_sender_is_asked_whatever_the_policy(rules: Rules) -> None:
    rules.given(*INVITED)
    assert not asked_to_register(rules, CARLA)
    rules.given(*GIVEN_BY_ADA)
    assert asked_to_register(rules, CARLA)


def test_a_number_that_she_typed_herself_asks_nobody(rules: Rules) -> None:
    rules.given(*INVITED, begun(CARLA), phone(TYPED, CARLA))
    assert not asked_to_register(rules, CARLA)


def test_at_a_reset_the_policy_of_her_own_practice_counts_or_of_the_one_that_invited(
    rules: Rules,
) -> None:
    rules.given(*REGISTERED, *BEN_IS_FREE, *DORA_IS_ELSEWHERE)
    rules.given(policy(colleagues=True, patients=True))
    asked = [rules.proving.is_asked_to_reset(one) for one in (CARLA, BEN, DORA, UUID(int=1))]
    assert asked == [True, True, False, False]


def test_who_has_proved_a_phone_is_asked_at_every_reset(rules: Rules) -> None:
    rules.given(*REGISTERED, *GIVEN_BY_ADA, requested())
    assert not rules.proving.is_asked_to_reset(CARLA)
    rules.given(tried(PhoneProof.IdentityVerified))
    assert rules.proving.is_asked_to_reset(CARLA)


def test_the_code_goes_to_the_number_that_the_sender_gave_whatever_is_typed(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    rules.when(request(rules, typed=TYPED)).then(requested())
    assert rules.proving.phone_of(CARLA) == GIVEN
    assert not rules.proving.takes_what_is_typed(CARLA)


def test_without_one_it_goes_to_the_number_that_is_typed_and_to_another_one_typed_later(
    rules: Rules,
) -> None:
    rules.given(*INVITED)
    rules.when(request(rules, typed=GIVEN)).then(begun(CARLA), phone(GIVEN, CARLA), requested())
    rules.when(request(rules, NEWER, typed=TYPED, at=LATER)).then(
        phone(TYPED, CARLA, 4, at=LATER), requested(NEWER, at=LATER)
    )
    assert rules.codes.digits(CODE, at=LATER) is None
    assert rules.proving.takes_what_is_typed(CARLA)


def test_who_has_an_account_with_a_number_is_not_sent_codes_elsewhere(rules: Rules) -> None:
    rules.given(*REGISTERED, begun(CARLA), phone(GIVEN, CARLA))
    rules.when(request(rules, typed=TYPED)).then(requested())
    assert rules.proving.phone_of(CARLA) == GIVEN


def test_who_is_registering_and_has_proved_a_number_is_not_sent_codes_elsewhere(
    rules: Rules,
) -> None:
    rules.given(*INVITED, begun(CARLA), phone(GIVEN, CARLA), requested())
    rules.given(tried(PhoneProof.IdentityVerified))
    rules.when(request(rules, NEWER, typed=TYPED)).then(requested(NEWER))


def test_without_any_number_there_is_no_code(rules: Rules) -> None:
    rules.given(*REGISTERED)
    rules.when(request(rules)).refused(PhoneIsUnknown)
    assert rules.codes.codes == {}


def test_a_number_is_changed_with_the_password_and_is_not_proved(rules: Rules) -> None:
    rules.given(*REGISTERED, *GIVEN_BY_ADA, requested(), tried(PhoneProof.IdentityVerified))
    rules.passwords.passwords[CARLA] = "quiet-lantern"

    def change(number: str, password: str = "quiet-lantern") -> Callable[[], int]:  # noqa: S107 - a test's
        return lambda: rules.proving.change_phone(
            user_id=CARLA, phone=number, password=password, at=NOW
        )

    changed = fact(
        PhoneProof.PhoneChanged,
        PROOF,
        by=CARLA,
        at=NOW,
        user_id=CARLA,
        phone=sealed(TYPED, CARLA, "phone", 5),
    )
    wrong = fact(User.SignInRefused, CARLA, by=CARLA, at=NOW)
    rules.when(change(TYPED, "another one")).refused(PasswordIsWrong, wrong)
    rules.when(change(GIVEN)).then()
    rules.when(change(TYPED)).then(changed)
    rules.when(change(TYPED)).then()
    assert not rules.proving.is_proved(CARLA)


def test_changing_the_number_destroys_the_code_that_is_on_its_way(rules: Rules) -> None:
    rules.given(*REGISTERED, *GIVEN_BY_ADA)
    rules.passwords.passwords[CARLA] = "quiet-lantern"
    request(rules)()
    rules.proving.change_phone(user_id=CARLA, phone=TYPED, password="quiet-lantern", at=NOW)
    assert rules.codes.codes == {}
    rules.when(give(rules, "000001")).refused(CodeIsWrong)


def test_one_person_is_sent_few_codes_whatever_number_she_types(rules: Rules) -> None:
    rules.given(*INVITED)
    request(rules, typed=TYPED)()
    outcome = rules.when(request(rules, NEWER, typed=GIVEN))
    outcome.refused(TooManyCodes)
    assert isinstance(outcome.refusal, TooManyCodes)
    assert outcome.refusal.again_at == LATER


def test_one_phone_is_sent_few_codes_whoever_types_it(rules: Rules) -> None:
    rules.given(*INVITED, *BEN_WAS_INVITED)
    rules.proving.request_code(
        user_id=BEN, code_id=NEWER, channel=Channel.CALL, phone=TYPED, at=NOW
    )
    rules.when(request(rules, typed=TYPED)).refused(TooManyCodes)
    assert CODE not in rules.codes.codes


def test_what_must_be_shown_before_a_password_is_set(rules: Rules) -> None:
    def shown(code_id: UUID | None, known: str | None = None) -> Callable[[], bool]:
        return lambda: rules.proving.require_shown(CARLA, code_id, phone=known, at=NOW)

    rules.given(*REGISTERED)
    assert rules.when(shown(None)).answer is False
    rules.given(policy(patients=True))
    assert rules.when(shown(None)).answer is True
    rules.when(shown(None, TYPED)).refused(PhoneIsNotProved)
    rules.given(*GIVEN_BY_ADA, requested(), tried(PhoneProof.IdentityVerified))
    rules.when(shown(None)).refused(PhoneIsNotProved)
    rules.when(shown(NEWER)).refused(PhoneIsNotProved)
    assert rules.when(shown(CODE)).answer is False


def test_the_number_lies_sealed_in_its_place(rules: Rules) -> None:
    rules.given(*INVITED)
    request(rules, typed=TYPED)()
    kept = rules.now(PhoneProof, PROOF).phone
    assert kept is not None
    assert rules.vault.open(kept, personal(CARLA, "phone", 2)) == TYPED
