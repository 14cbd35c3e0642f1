"""How an invitation is looked after: sent once more, sent to another address, taken back.

It is done by who invited, and by the user managers of the practice that did; for everybody else
there is no such person.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.address import AddressIsTaken, EmailAddress, normalised
from domain.aggregate import Log, find, get, save, until_unopposed
from domain.erasing import NoSuchPerson
from domain.erasure import is_erased
from domain.invitation import OthersHaveWritten
from domain.inviting import Inviting
from domain.mailbox import Mailbox, mailbox_of
from domain.ports import Shredder, Vault, personal, place_of
from domain.practice import Practice, practice_of
from domain.user import User


@dataclass(frozen=True, slots=True)
class Invitations:
    """Commands about people who have not registered."""

    log: Log
    vault: Vault
    shredder: Shredder
    inviting: Inviting

    def resend(self, *, user_id: UUID, by: UUID, at: datetime) -> int:
        """Have the mail sent once more, and trust the address again; return 0 if it just was sent.

        Raises NoSuchPerson, AlreadyRegistered, InvitationWasWithdrawn or InvitationWasSentTooOften.
        """

        def command() -> int:
            user = self._invited(user_id, by)
            user.resend_invitation(by=by, at=at)
            mailbox = find(self.log, Mailbox, mailbox_of(user_id))
            if mailbox is None or not user.pending_events:
                return save(self.log, user)
            mailbox.confirm(by=by, at=at)
            return save(self.log, user, mailbox)

        return until_unopposed(command)

    def amend(self, *, user_id: UUID, address: str, by: UUID, at: datetime) -> int:
        """Correct the address, to which a new mail goes; the one that it has changes nothing.

        The former one is free in the same moment. It waits for its turn, so that nothing is sealed
        for who is being erased. Raises what `resend` raises, AddressIsMalformed, AddressIsTaken, or
        OthersHaveWritten: their messages would be read by who has the other address.
        """
        address = normalised(address)

        def command() -> int:
            user = self._invited(user_id, by)
            user.require_unanswered()
            self._require_nobody_else_wrote(user)
            holder = self.inviting.holder(address)
            if holder == user_id:
                return 0
            if holder is not None:
                raise AddressIsTaken
            former = self._claimed_address(user)
            place = personal(user_id, "email", user.version + 1)
            user.amend_invitation(self.vault.seal(address, place), by=by, at=at)
            former.release(user_id=user_id, by=by, at=at)
            claim = self.inviting.claim(address, user_id, by, at)
            return save(self.log, user, former, claim)

        with self.shredder.turn():
            return until_unopposed(command)

    def withdraw(self, *, user_id: UUID, by: UUID, at: datetime) -> int:
        """Take an invitation back, and free the address; doing so again changes nothing.

        Messages that wait for her stay until their end, and nobody can open them: who writes to the
        address again invites somebody anew, who sees nothing of what was before. Raises
        NoSuchPerson, AlreadyRegistered or OthersHaveWritten.
        """

        def command() -> int:
            user = self._invited(user_id, by)
            user.withdraw_invitation(by=by, at=at)
            if not user.pending_events:
                return 0
            self._require_nobody_else_wrote(user)
            former = self._claimed_address(user)
            former.release(user_id=user_id, by=by, at=at)
            return save(self.log, user, former)

        return until_unopposed(command)

    def _invited(self, user_id: UUID, by: UUID) -> User:
        """Return a person about whose invitation somebody may decide."""
        user = get(self.log, User, user_id, NoSuchPerson)
        if is_erased(self.log, user_id):
            raise NoSuchPerson
        if by != user.invited_by and not self._manages(by, {user.invited_from, user.practice_id}):
            raise NoSuchPerson
        return user

    def _require_nobody_else_wrote(self, user: User) -> None:
        """Raise OthersHaveWritten if somebody of another practice wrote to her as well."""
        own = {user.invited_from, user.practice_id} - {None}
        if any(practice_of(self.log, writer) not in own for writer in user.writers):
            raise OthersHaveWritten

    def _manages(self, user_id: UUID, practices: set[UUID | None]) -> bool:
        """Say whether somebody is user manager of one of these practices, her own."""
        own = practice_of(self.log, user_id)
        practice = find(self.log, Practice, own) if own and own in practices else None
        return practice is not None and user_id in practice.user_managers

    def _claimed_address(self, user: User) -> EmailAddress:
        """Return the claim to a person's present address."""
        address = self.vault.open(user.email, place_of(user.email, user.id, "email"))
        return get(self.log, EmailAddress, self.vault.address_id(address), NoSuchPerson)
