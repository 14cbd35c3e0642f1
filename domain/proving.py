"""How a person proves her phone: who has to, to which number a code goes, and what a code opens.

Where somebody else has given her number, such as the doctor who invited her, the code goes there
and nowhere else: who only has her mail does not get in with a phone of his own.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.changing_email import PasswordIsWrong
from domain.erasing import NoSuchPerson
from domain.invitation import Status
from domain.notification import Channel
from domain.phone_codes import (
    FOR_A_NETWORK,
    FOR_A_PERSON,
    CodePace,
    Limit,
    PhoneCodes,
    TooManyCodes,
)
from domain.phone_proof import (
    CODE_LASTS,
    CodeIsWrong,
    PhoneIsNotProved,
    PhoneIsUnknown,
    PhoneProof,
    phone_proof_of,
)
from domain.ports import Passwords, Vault, personal, place_of
from domain.practice import Practice
from domain.two_step import TwoStepPolicy
from domain.user import User


def two_step_policy(log: Log, practice_id: UUID | None) -> TwoStepPolicy:
    """Return whom a practice asks to prove a phone; nobody, if there is no such practice."""
    practice = find(log, Practice, practice_id) if practice_id else None
    return practice.two_step if practice else TwoStepPolicy()


def given_by_the_sender(
    vault: Vault, *, user_id: UUID, phone: str, by: UUID, at: datetime
) -> PhoneProof:
    """Return what is known of the phone of somebody new, unsaved; `phone` is in E.164."""
    proof = PhoneProof.begin(user_id, by=by, at=at)
    place = personal(user_id, "phone", proof.version + 1)
    proof.give(vault.seal(phone, place), by=by, at=at)
    return proof


@dataclass(frozen=True, slots=True)
class Proving:
    """Commands about phones and the codes that prove them."""

    log: Log
    vault: Vault
    codes: PhoneCodes
    pace: CodePace
    passwords: Passwords

    def is_asked_to_register(self, user: User) -> bool:
        """Say whether an invited person gives a code before she is registered."""
        proof = self._known(user.id)
        if proof is not None and proof.was_given_by_another:
            return True
        return two_step_policy(self.log, user.invited_from).covers(user.kind)

    def is_asked_to_reset(self, user_id: UUID) -> bool:
        """Say whether a person gives a code before she sets a password by mail."""
        user, proof = find(self.log, User, user_id), self._known(user_id)
        if user is None or (proof is not None and proof.is_proved):
            return user is not None
        return two_step_policy(self.log, user.practice_id or user.invited_from).covers(user.kind)

    def phone_of(self, user_id: UUID) -> str | None:
        """Return the number to which her codes go, in E.164; None as long as there is none."""
        proof = self._known(user_id)
        return self._number(proof) if proof else None

    def is_proved(self, user_id: UUID) -> bool:
        """Say whether she has shown that the phone is hers."""
        proof = self._known(user_id)
        return proof is not None and proof.is_proved

    def takes_what_is_typed(self, user_id: UUID) -> bool:
        """Say whether codes go to the number that an invited person types herself."""
        proof = self._known(user_id)
        return proof is None or not proof.was_given_by_another

    def proved_code(self, user_id: UUID) -> UUID | None:
        """Return which code proved her phone last, None if the phone is not proved."""
        proof = self._known(user_id)
        return proof.proved_code if proof else None

    def change_phone(self, *, user_id: UUID, phone: str, password: str, at: datetime) -> int:
        """Give another number (E.164) of one's own account; the same as before changes nothing.

        A wrong password is recorded. Raises NoSuchPerson or PasswordIsWrong.
        """
        is_right = self.passwords.matches(user_id, password)

        def command() -> tuple[UUID | None, int]:
            if not is_right:
                user = get(self.log, User, user_id, NoSuchPerson)
                user.refuse_sign_in(at=at)
                return None, save(self.log, user)
            proof = self._known(user_id) or PhoneProof.begin(user_id, by=user_id, at=at)
            if phone == self._number(proof):
                return None, 0
            void = proof.code_id
            sealed = self.vault.seal(phone, personal(user_id, "phone", proof.version + 1))
            proof.change(sealed, at=at)
            return void, save(self.log, proof)

        void, notification_id = until_unopposed(command)
        if not is_right:
            raise PasswordIsWrong
        return self._without_the_void(void, notification_id)

    def request_code(
        self,
        *,
        user_id: UUID,
        code_id: UUID,
        channel: Channel,
        phone: str | None = None,
        network: str | None = None,
        at: datetime,
    ) -> int:
        """Have a code sent, which voids the one before.

        `phone` (E.164) is what the person says herself, or is known of her from elsewhere: it
        counts unless somebody else has given her number, or she has an account with one. `network`
        is who asks, None if nobody can tell. Raises PhoneIsUnknown or TooManyCodes.
        """
        number = self._number_for(self._known(user_id), phone)
        if number is None:
            raise PhoneIsUnknown
        self._require_within_limits(user_id, number, network, at)
        self.codes.draw(code_id, user_id, at=at, ends_at=at + CODE_LASTS)

        def command() -> tuple[UUID | None, int]:
            proof = self._known(user_id) or PhoneProof.begin(user_id, by=user_id, at=at)
            void = proof.code_id
            if self._number(proof) != self._number_for(proof, phone):
                sealed = self.vault.seal(number, personal(user_id, "phone", proof.version + 1))
                proof.give(sealed, by=user_id, at=at)
            proof.request_code(code_id=code_id, channel=channel, at=at)
            return void, save(self.log, proof)

        return self._without_the_void(*until_unopposed(command))

    def give_code(self, *, user_id: UUID, code: str, at: datetime) -> int:
        """Prove the phone. Raises CodeIsWrong."""

        def command() -> int:
            proof = self.proved_by(user_id, code, at=at)
            notification_id = save(self.log, proof)
            self.used(proof)
            return notification_id

        return until_unopposed(command)

    def proved_by(self, user_id: UUID, code: str, *, at: datetime) -> PhoneProof:
        """Return the proof that a right code makes, unsaved; a wrong one is counted at once.

        Of two tries at the same moment one is saved first and the other is judged anew, so that
        each counts. Raises CodeIsWrong.
        """
        proof = get(self.log, PhoneProof, phone_proof_of(user_id), CodeIsWrong)
        code_id = proof.open_code(at)
        if self.codes.matches(code_id, code, at=at):
            proof.verify(at=at)
            return proof
        proof.refuse(at=at)
        save(self.log, proof)
        if not proof.tries_left(at):
            self.codes.discard(code_id)
        raise CodeIsWrong(proof.tries_left(at))

    def used(self, proof: PhoneProof) -> None:
        """Destroy the code that has proved a phone, once that is saved."""
        if proof.proved_code is not None:
            self.codes.discard(proof.proved_code)

    def require_shown(
        self, user_id: UUID, code_id: UUID | None, *, phone: str | None, at: datetime
    ) -> bool:
        """Say whether the proof is left out; it is only if no number of the person is known.

        `code_id` is the code that was given by who asks, `phone` what is known of her from
        elsewhere. Raises PhoneIsNotProved.
        """
        if not self.is_asked_to_reset(user_id):
            return False
        proof = self._known(user_id)
        if proof is not None and proof.is_shown_by(code_id, at):
            return False
        if phone or self.phone_of(user_id):
            raise PhoneIsNotProved
        return True

    def omitted(self, user_id: UUID, *, at: datetime) -> PhoneProof:
        """Return the record that a proof was left out, unsaved."""
        proof = self._known(user_id) or PhoneProof.begin(user_id, by=user_id, at=at)
        proof.omit(at=at)
        return proof

    def _known(self, user_id: UUID) -> PhoneProof | None:
        return find(self.log, PhoneProof, phone_proof_of(user_id))

    def _number(self, proof: PhoneProof) -> str | None:
        """Return the number in clear, None if there is none. Raises SealIsBroken."""
        if proof.phone is None:
            return None
        return self.vault.open(proof.phone, place_of(proof.phone, proof.user_id, "phone"))

    def _number_for(self, proof: PhoneProof | None, phone: str | None) -> str | None:
        """Return where a code goes: what is known, unless it was only typed and is typed anew."""
        known = self._number(proof) if proof else None
        if proof is None or known is None:
            return phone
        user = find(self.log, User, proof.user_id)
        is_typed = not proof.was_given_by_another and not proof.is_proved
        is_registering = user is not None and user.status is Status.INVITED
        return phone or known if is_typed and is_registering else known

    def _require_within_limits(
        self, user_id: UUID, number: str, network: str | None, at: datetime
    ) -> None:
        counted: dict[UUID, tuple[Limit, ...]] = {
            user_id: FOR_A_PERSON,
            self.vault.address_id(f"phone {number}"): FOR_A_PERSON,
        }
        if network is not None:
            counted[self.vault.address_id(f"network {network}")] = FOR_A_NETWORK
        again = self.pace.admit(counted, at=at)
        if again is not None:
            raise TooManyCodes(again)

    def _without_the_void(self, code_id: UUID | None, notification_id: int) -> int:
        if code_id is not None:
            self.codes.discard(code_id)
        return notification_id
