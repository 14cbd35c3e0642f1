"""How a practice has somebody erased, and thinks better of it in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.erasure import Erasure, erasure_of
from domain.ports import Shredder
from domain.practice import NoSuchPractice, Practice, practice_of
from domain.refusal import Refusal
from domain.user import User


class NoSuchPerson(Refusal):
    """There is no such person, or she is not that practice's; the answer is the same."""


class ErasingOneself(Refusal):
    """A user manager asks another one for that."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """Commands of user managers about people of their practice, and whom it invited."""

    log: Log
    shredder: Shredder

    def request(self, *, user_id: UUID, by: UUID, at: datetime) -> int:
        """Have a person erased when the practice's retention is over; it keeps its first day.

        Raises NotAUserManager, NoSuchPerson, ErasingOneself or PersonWasErased.
        """

        def command() -> int:
            practice = self._practice_for(user_id, by)
            if user_id == by:
                raise ErasingOneself
            due_at = at + timedelta(days=practice.retention)
            erasure = find(self.log, Erasure, erasure_of(user_id))
            if erasure is None:
                erasure = Erasure.request(
                    user_id, practice_id=practice.id, due_at=due_at, by=by, at=at
                )
            else:
                erasure.request_again(due_at=due_at, by=by, at=at)
            return save(self.log, erasure)

        return until_unopposed(command)

    def withdraw(self, *, user_id: UUID, by: UUID, at: datetime) -> int:
        """Let a person's data stay; nothing to withdraw changes nothing.

        It waits for its turn, so that nobody is half erased when it is withdrawn. Raises
        NotAUserManager, NoSuchPerson or PersonWasErased.
        """

        def command() -> int:
            self._practice_for(user_id, by)
            erasure = find(self.log, Erasure, erasure_of(user_id))
            if erasure is None:
                return 0
            erasure.withdraw(by=by, at=at)
            return save(self.log, erasure)

        with self.shredder.turn():
            return until_unopposed(command)

    def _practice_for(self, user_id: UUID, by: UUID) -> Practice:
        """Return the practice for which somebody acts, which must be the person's own."""
        practice_id = practice_of(self.log, by)
        if practice_id is None:
            raise NoSuchPerson
        practice = get(self.log, Practice, practice_id, NoSuchPractice)
        practice.require_user_manager(by)
        user = get(self.log, User, user_id, NoSuchPerson)
        if (user.practice_id or user.invited_from) != practice_id:
            raise NoSuchPerson
        return practice
