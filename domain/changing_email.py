"""How a person changes her e-mail address, and whoever reads mail at the new one confirms it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.address import EmailAddress, normalised
from domain.aggregate import Log, find, get, save, until_unopposed
from domain.erasure import require_not_erased
from domain.inviting import Inviting
from domain.ports import (
    LinkIsNotValid,
    LinkPurpose,
    Links,
    Passwords,
    Vault,
    personal,
    place_of,
    version_of,
)
from domain.refusal import Refusal
from domain.user import User

USED_UP = (LinkPurpose.CONFIRM_EMAIL, LinkPurpose.SET_PASSWORD, LinkPurpose.STOP_NOTICES)
"""What the links are for that do nothing any more once another address was confirmed."""


class PasswordIsWrong(Refusal):
    """Who is signed in gave another password than the account's."""


class AddressIsTheSame(Refusal):
    """The address is hers already."""


@dataclass(frozen=True, slots=True)
class ChangingEmail:
    """Commands about a person's own address."""

    log: Log
    vault: Vault
    links: Links
    passwords: Passwords
    inviting: Inviting

    def request(self, *, user_id: UUID, address: str, password: str, at: datetime) -> int:
        """Have a link sent to the new address; whether somebody has it already is not said.

        A wrong password is recorded. Links that were sent before do nothing any more. Raises
        PasswordIsWrong, AddressIsMalformed, AddressIsTheSame, ConfirmationsAreTooMany or
        PersonWasErased.
        """
        address = normalised(address)
        is_right = self.passwords.matches(user_id, password)

        def command() -> int:
            require_not_erased(self.log, user_id)
            user = get(self.log, User, user_id, LinkIsNotValid)
            if not is_right:
                user.refuse_sign_in(at=at)
                return save(self.log, user)
            if self.inviting.holder(address) == user_id:
                raise AddressIsTheSame
            place = personal(user_id, "new_email", user.version + 1)
            user.request_email_change(self.vault.seal(address, place), at=at)
            self.links.consume_all(user_id, LinkPurpose.CONFIRM_EMAIL, at=at)
            return save(self.log, user)

        position = until_unopposed(command)
        if not is_right:
            raise PasswordIsWrong
        return position

    def to_confirm(self, token: str, *, at: datetime) -> str:
        """Return the address that a link confirms; changes nothing.

        The link says in which version of the account the address was given. Raises LinkIsNotValid
        or LinkWasUsed.
        """
        user_id = self.links.owner(token, LinkPurpose.CONFIRM_EMAIL, at=at)
        user = get(self.log, User, user_id, LinkIsNotValid)
        sealed = user.address_to_confirm(version_of(token))
        return self.vault.open(sealed, place_of(sealed, user_id, "new_email"))

    def confirm(self, token: str, *, at: datetime) -> int:
        """Let the new address be hers and the former one nobody's, in one append.

        The links are consumed after the record is safe, those to set a password and to stop mails
        as well: they went to the former address. Raises LinkIsNotValid, LinkWasUsed or
        AddressIsTaken.
        """
        user_id = self.links.owner(token, LinkPurpose.CONFIRM_EMAIL, at=at)

        def command() -> int:
            address = self.to_confirm(token, at=at)
            user = get(self.log, User, user_id, LinkIsNotValid)
            former = self.vault.open(user.email, place_of(user.email, user_id, "email"))
            claim = self._claim(address, user_id, at)
            place = user.version + 1
            user.change_email(
                self.vault.seal(address, personal(user_id, "email", place)),
                former=self.vault.seal(former, personal(user_id, "former_email", place)),
                at=at,
            )
            released = find(self.log, EmailAddress, self.vault.address_id(former))
            if released is None:
                return save(self.log, user, claim)
            released.release(user_id=user_id, by=user_id, at=at)
            return save(self.log, user, claim, released)

        position = until_unopposed(command)
        for purpose in USED_UP:
            self.links.consume_all(user_id, purpose, at=at)
        return position

    def _claim(self, address: str, user_id: UUID, at: datetime) -> EmailAddress:
        address_id = self.vault.address_id(address)
        claim = find(self.log, EmailAddress, address_id)
        if claim is None:
            return EmailAddress.claim(address_id=address_id, user_id=user_id, by=user_id, at=at)
        claim.reclaim(user_id=user_id, by=user_id, at=at)
        return claim
