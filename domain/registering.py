"""How an invited person becomes a registered one, and sets the password from the final mail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.address import AddressIsMalformed, normalised
from domain.aggregate import Aggregate, Log, get, save, until_unopposed
from domain.inviting import Inviting
from domain.password import require_good
from domain.phone_proof import PhoneIsNotProved, PhoneProof
from domain.ports import LinkIsNotValid, LinkPurpose, Links, Passwords, Vault, personal, version_of
from domain.practice import Practice
from domain.proving import Proving
from domain.refusal import Refusal
from domain.user import NotRegisteredYet, User

TERMS = "2026-11"
"""The version of the terms of use that a person accepts."""


class AddressIsNotTheInvitedOne(Refusal):
    """The person gave another address than the invitation was sent to."""


class TermsAreNotAccepted(Refusal):
    """Without the terms there is no account."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person fills in."""

    address: str
    cell_phone: str
    full_name: str
    practice_name: str
    accepts_terms: bool


@dataclass(frozen=True, slots=True)
class Registering:
    """Commands of an invited person."""

    log: Log
    vault: Vault
    links: Links
    passwords: Passwords
    inviting: Inviting
    proving: Proving

    def invited(self, token: str, *, at: datetime) -> User:
        """Return who may register with a link; changes nothing.

        A link that was mailed to an address which was corrected since is not valid. Raises
        LinkIsNotValid, LinkWasUsed, AlreadyRegistered, InvitationWasWithdrawn or
        InvitationHasExpired.
        """
        user_id = self.links.owner(token, LinkPurpose.REGISTER, at=at)
        user = get(self.log, User, user_id, LinkIsNotValid)
        if not user.is_registered and version_of(token) != user.address_version:
            raise LinkIsNotValid
        user.require_open_invitation(at)
        return user

    def complete(
        self, *, token: str, registration: Registration, code: str | None = None, at: datetime
    ) -> int:
        """Register the person; people of another practice found their own main account.

        Where a proof of the phone is asked for, `code` proves it in the same append, and the
        number that it proves is hers, whatever she typed. The link is consumed after the record is
        safe: a crash in between leaves a link that finds the registration done. Raises what
        `invited` raises, and TermsAreNotAccepted, AddressIsMalformed, AddressIsNotTheInvitedOne,
        PracticeNameIsUnusable, PhoneIsNotProved or CodeIsWrong.
        """

        def command() -> tuple[UUID, PhoneProof | None, int]:
            user = self.invited(token, at=at)
            self._require_acceptable(user, registration)
            proof = self._proof(user, code, at)
            phone = self.proving.phone_of(user.id) if proof else None
            practice = self._founded_practice(user, registration, at)
            version = user.version + 1
            user.complete_registration(
                practice_id=practice.id if practice else user.practice_id,
                full_name=self.vault.seal(
                    registration.full_name.strip(), personal(user.id, "full_name", version)
                ),
                cell_phone=self.vault.seal(
                    phone or registration.cell_phone, personal(user.id, "cell_phone", version)
                ),
                terms=TERMS,
                at=at,
            )
            beside: tuple[Aggregate | None, ...] = (proof, practice)
            changed = [one for one in beside if one is not None]
            return user.id, proof, save(self.log, *changed, user)

        user_id, proof, notification_id = until_unopposed(command)
        if proof is not None:
            self.proving.used(proof)
        self.links.consume_all(user_id, LinkPurpose.REGISTER, at=at)
        return notification_id

    def password_link_of(self, token: str, *, at: datetime) -> UUID:
        """Return whose link to set a password it is; changes nothing.

        One that was mailed to a former address is not valid. Raises LinkIsNotValid or LinkWasUsed.
        """
        owner = self.links.owner(token, LinkPurpose.SET_PASSWORD, at=at)
        if version_of(token) != get(self.log, User, owner, LinkIsNotValid).address_version:
            raise LinkIsNotValid
        return owner

    def set_password(
        self,
        *,
        token: str,
        password: str,
        context: list[str],
        code_id: UUID | None = None,
        phone: str | None = None,
        at: datetime,
    ) -> int:
        """Set the password by a link of the final mail, or of a reset; the link works once.

        `context` holds words that the password must not be made of. `code_id` is the code that was
        given by who holds the link, `phone` a number that is known of her otherwise; without any
        number the proof of the phone is left out, and that is recorded. Raises LinkIsNotValid,
        LinkWasUsed, PhoneIsNotProved or a PasswordIsUnusable.
        """
        owner = self.password_link_of(token, at=at)
        is_omitted = self.proving.require_shown(owner, code_id, phone=phone, at=at)
        require_good(password, self.passwords, context)
        user_id = self.passwords.set_by_link(token, password, at=at)

        def record() -> int:
            user = get(self.log, User, user_id, LinkIsNotValid)
            user.set_password(at=at)
            beside = (self.proving.omitted(user_id, at=at),) if is_omitted else ()
            return save(self.log, user, *beside)

        return until_unopposed(record)

    def request_password_reset(self, *, address: str, at: datetime) -> int:
        """Have a link sent to set the password; silent whether or not there is such a person."""

        def command() -> int:
            user = self._holder(address)
            if user is None:
                return 0
            try:
                user.request_password_reset(at=at)
            except NotRegisteredYet:
                return 0
            return save(self.log, user)

        return until_unopposed(command)

    def _proof(self, user: User, code: str | None, at: datetime) -> PhoneProof | None:
        """Return the proof of the phone, unsaved, if one is asked for. Raises PhoneIsNotProved."""
        if not self.proving.is_asked_to_register(user):
            return None
        if code is None:
            raise PhoneIsNotProved
        return self.proving.proved_by(user.id, code, at=at)

    def _holder(self, address: str) -> User | None:
        try:
            user_id = self.inviting.holder(address)
        except AddressIsMalformed:
            return None
        return get(self.log, User, user_id, LinkIsNotValid) if user_id else None

    def _require_acceptable(self, user: User, registration: Registration) -> None:
        if not registration.accepts_terms:
            raise TermsAreNotAccepted
        if self.inviting.holder(normalised(registration.address)) != user.id:
            raise AddressIsNotTheInvitedOne

    def _founded_practice(
        self, user: User, registration: Registration, at: datetime
    ) -> Practice | None:
        if not user.founds_a_practice:
            return None
        practice = Practice.register(
            practice_id=uuid5(user.id, "practice"),
            name=registration.practice_name,
            by=user.id,
            at=at,
        )
        practice.appoint_user_manager(user_id=user.id, by=user.id, at=at)
        return practice
