"""The proof of the phone on the way to an account, and to a new password."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.corresponding import PhoneIsMissing, invited_by
from domain.phone_proof import CodeIsWrong, PhoneIsNotProved, PhoneProof, phone_proof_of
from domain.ports import LinkPurpose, LinkWasUsed
from domain.practice import NotAUserManager, Practice
from domain.registering import Registration, TermsAreNotAccepted
from domain.role import RecipientRole
from domain.two_step import TwoStepPolicy
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    CARLA,
    CARLAS_ADDRESS,
    EMILS_ADDRESS,
    MESSAGE,
    NOW,
    SAMPLE_DENTAL,
    SAMPLE_DENTAL_IS_OPEN,
    address_id,
    sealed,
)
from tests.domain.phones import (
    CODE,
    GIVEN,
    GIVEN_BY_ADA,
    INVITED,
    PROOF,
    REGISTERED,
    TYPED,
    begun,
    code_of,
    give,
    policy,
    request,
    tried,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

FORM = Registration(
    address=CARLAS_ADDRESS,
    cell_phone=TYPED,
    full_name="Carla Molar",
    practice_name="",
    accepts_terms=True,
)
EMIL = invited_by(MESSAGE)
WORDS = "quiet-lantern-orbit"


def link(rules: Rules, purpose: LinkPurpose = LinkPurpose.REGISTER) -> str:
    return rules.links.mint(CARLA, purpose, at=NOW, expires_at=NOW + timedelta(days=1))


def register(
    rules: Rules, token: str, code: str | None, form: Registration = FORM
) -> Callable[[], int]:
    return lambda: rules.registering.complete(token=token, registration=form, code=code, at=NOW)


def registered_with(number: str) -> Fact:
    return fact(
        User.RegistrationCompleted,
        CARLA,
        by=CARLA,
        at=NOW,
        practice_id=None,
        full_name=sealed("Carla Molar", CARLA, "full_name", 2),
        cell_phone=sealed(number, CARLA, "cell_phone", 2),
        terms="2026-11",
    )


def test_who_is_asked_registers_with_the_right_code_in_one_append(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    token = link(rules)
    rules.when(register(rules, token, None)).refused(PhoneIsNotProved)
    request(rules, typed=TYPED)()
    rules.when(register(rules, token, "999999")).refused(
        CodeIsWrong, tried(PhoneProof.PhoneCodeRefused)
    )
    before = rules.log.head()
    rules.when(register(rules, token, code_of(rules))).then(
        tried(PhoneProof.IdentityVerified), registered_with(GIVEN)
    )
    assert rules.log.head() == before + 2
    assert rules.codes.codes == {}
    rules.when(register(rules, token, "000001")).refused(LinkWasUsed)


def test_what_is_wrong_with_the_form_is_said_before_a_code_is_asked_for_or_tried(
    rules: Rules,
) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    form = replace(FORM, accepts_terms=False)
    for code in (None, "999999"):
        rules.when(register(rules, link(rules), code, form)).refused(TermsAreNotAccepted)


def test_who_is_not_asked_registers_without_a_code_and_with_the_number_that_was_typed(
    rules: Rules,
) -> None:
    rules.given(*INVITED)
    rules.when(register(rules, link(rules), None)).then(registered_with(TYPED))


def set_password(
    rules: Rules, token: str, code_id: UUID | None = None, known: str | None = None
) -> Callable[[], int]:
    return lambda: rules.registering.set_password(
        token=token, password=WORDS, context=[], code_id=code_id, phone=known, at=NOW
    )


def test_a_password_is_set_only_with_the_code_that_was_given(rules: Rules) -> None:
    rules.given(*REGISTERED, *GIVEN_BY_ADA, policy(patients=True))
    token = link(rules, LinkPurpose.SET_PASSWORD)
    request(rules)()
    rules.when(set_password(rules, token)).refused(PhoneIsNotProved)
    rules.when(set_password(rules, token, CODE)).refused(PhoneIsNotProved)
    give(rules, code_of(rules))()
    assert rules.passwords.passwords == {}
    outcome = rules.when(set_password(rules, token, CODE))
    assert (outcome.refusal, [one.of for one in outcome.appended]) == (None, [CARLA])
    assert rules.passwords.passwords == {CARLA: WORDS}


def test_without_any_number_the_password_is_set_and_that_is_recorded(rules: Rules) -> None:
    rules.given(*REGISTERED, policy(patients=True))
    token = link(rules, LinkPurpose.SET_PASSWORD)
    rules.when(set_password(rules, token, known=TYPED)).refused(PhoneIsNotProved)
    outcome = rules.when(set_password(rules, token))
    omitted = fact(PhoneProof.PhoneProofOmitted, PROOF, by=CARLA, at=NOW, user_id=CARLA)
    assert outcome.appended[1:] == [begun(CARLA), omitted]


def send(rules: Rules, role: RecipientRole, number: str | None) -> Callable[[], int]:
    return lambda: rules.corresponding.send(
        message_id=MESSAGE,
        sender_id=ADA,
        to=EMILS_ADDRESS,
        role=role,
        phone=number,
        subject="Lab results",
        body="They have come.",
        at=NOW,
    )


def test_the_number_of_somebody_new_is_given_in_the_append_of_the_invitation(
    rules: Rules,
) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, policy(patients=True))
    rules.when(send(rules, RecipientRole.PATIENT, None)).refused(PhoneIsMissing)
    outcome = rules.when(send(rules, RecipientRole.PATIENT, GIVEN))
    proof_id = phone_proof_of(EMIL)
    assert [one.of for one in outcome.appended] == [
        EMIL,
        address_id(EMILS_ADDRESS),
        proof_id,
        proof_id,
        MESSAGE,
    ]
    assert outcome.appended[3] == fact(
        PhoneProof.PhoneGiven,
        proof_id,
        by=ADA,
        at=NOW,
        user_id=EMIL,
        phone=sealed(GIVEN, EMIL, "phone", 2),
    )
    assert rules.proving.phone_of(EMIL) == GIVEN


def test_no_number_is_needed_for_whom_the_policy_does_not_cover(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, policy(patients=True))
    outcome = rules.when(send(rules, RecipientRole.STAFF_HERE, None))
    assert [one.of for one in outcome.appended] == [EMIL, address_id(EMILS_ADDRESS), MESSAGE]


def test_only_a_user_manager_turns_the_switches_and_the_same_again_changes_nothing(
    rules: Rules,
) -> None:
    def change(by: UUID) -> Callable[[], int]:
        chosen = TwoStepPolicy(colleagues=True)
        return lambda: rules.settling.change_two_step_policy(
            practice_id=SAMPLE_DENTAL, policy=chosen, by=by, at=NOW
        )

    rules.given(*SAMPLE_DENTAL_IS_OPEN)
    rules.when(change(BEN)).refused(NotAUserManager)
    told = {"colleagues": True, "patients": False, "told": [ADA]}
    changed = fact(Practice.TwoStepPolicyChanged, SAMPLE_DENTAL, by=ADA, at=NOW, **told)
    rules.when(change(ADA)).then(changed)
    rules.when(change(ADA)).then()


def test_erasure_takes_the_codes_with_it(rules: Rules) -> None:
    rules.given(*INVITED, *GIVEN_BY_ADA)
    request(rules)()
    rules.credentials.forget(BEN)
    assert list(rules.codes.codes) == [CODE]
    rules.credentials.forget(CARLA)
    assert rules.codes.codes == {}
