"""How people come into the house: a practice opens, a member is added, a stranger is written to.

An invitation and the claim to its address are always saved together, so that two invitations of one
address at the same moment make one user.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.address import AddressIsTaken, EmailAddress, normalised
from domain.aggregate import OPERATOR, Log, find, save, until_unopposed
from domain.ports import Vault, personal
from domain.practice import NoSuchPractice, Practice
from domain.role import Kind
from domain.user import User


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An invited person with the claim to the address, not saved yet."""

    user: User
    claim: EmailAddress


@dataclass(frozen=True, slots=True)
class Inviting:
    """Commands that invite."""

    log: Log
    vault: Vault

    def holder(self, address: str) -> UUID | None:
        """Return whose address it is, or None. Raises AddressIsMalformed."""
        claim = find(self.log, EmailAddress, self.vault.address_id(normalised(address)))
        return claim.user_id if claim else None

    def claim(self, address: str, user_id: UUID, by: UUID, at: datetime) -> EmailAddress:
        """Return the claim to an address; who has it already shows when saving."""
        address_id = self.vault.address_id(address)
        released = find(self.log, EmailAddress, address_id)
        if released is None or released.user_id is not None:
            return EmailAddress.claim(address_id=address_id, user_id=user_id, by=by, at=at)
        released.reclaim(user_id=user_id, by=by, at=at)
        return released

    def newcomer(
        self,
        *,
        user_id: UUID,
        address: str,
        kind: Kind,
        practice_id: UUID | None,
        invited_from: UUID | None,
        full_name: str | None = None,
        by: UUID,
        at: datetime,
    ) -> Newcomer:
        """Return the invited person, sealed and unsaved; who has the address shows when saving.

        Raises AddressIsMalformed.
        """
        address = normalised(address)
        name_place = personal(user_id, "full_name", 1)
        user = User.invite(
            user_id=user_id,
            kind=kind,
            practice_id=practice_id,
            invited_from=invited_from,
            email=self.vault.seal(address, personal(user_id, "email", 1)),
            full_name=self.vault.seal(full_name, name_place) if full_name else None,
            by=by,
            at=at,
        )
        return Newcomer(user, self.claim(address, user_id, by, at))

    def open_practice(
        self,
        *,
        practice_id: UUID,
        user_id: UUID,
        name: str,
        address: str,
        full_name: str,
        paid: bool,
        at: datetime,
    ) -> int:
        """Open a practice with its first doctor as user manager; opening it again changes nothing.

        Raises PracticeNameIsUnusable, AddressIsMalformed or AddressIsTaken.
        """

        def command() -> int:
            if self._was_invited(user_id, address):
                return 0
            practice = Practice.register(practice_id=practice_id, name=name, by=OPERATOR, at=at)
            first = self.newcomer(
                user_id=user_id,
                address=address,
                kind=Kind.DOCTOR,
                practice_id=practice_id,
                invited_from=practice_id,
                full_name=full_name,
                by=OPERATOR,
                at=at,
            )
            practice.appoint_user_manager(user_id=user_id, by=OPERATOR, at=at)
            if paid:
                first.user.grant_tier(by=OPERATOR, at=at)
            return save(self.log, practice, first.user, first.claim)

        return until_unopposed(command)

    def add_member(
        self, *, practice_id: UUID, user_id: UUID, address: str, kind: Kind, at: datetime
    ) -> int:
        """Add a free account to a practice's main account; adding it again changes nothing.

        Raises NoSuchPractice, AddressIsMalformed or AddressIsTaken.
        """

        def command() -> int:
            if find(self.log, Practice, practice_id) is None:
                raise NoSuchPractice
            if self._was_invited(user_id, address):
                return 0
            member = self.newcomer(
                user_id=user_id,
                address=address,
                kind=kind,
                practice_id=practice_id,
                invited_from=practice_id,
                by=OPERATOR,
                at=at,
            )
            return save(self.log, member.user, member.claim)

        return until_unopposed(command)

    def _was_invited(self, user_id: UUID, address: str) -> bool:
        """Say whether the address is already this person's; raise AddressIsTaken if another's."""
        holder = self.holder(address)
        if holder not in (None, user_id):
            raise AddressIsTaken
        return holder is not None
