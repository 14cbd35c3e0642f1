"""How destruction is stopped: user managers and auditors place legal holds and lift them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import OPERATOR, Log, find, get, save, until_unopposed
from domain.legal_hold import LegalHolds, NoSuchHold, Subject, hold_reason, holds_on
from domain.message import Message
from domain.ports import Sealed, Shredder, Vault
from domain.practice import NoSuchPractice, Practice, practice_of
from domain.reason import require_reason
from domain.refusal import Refusal
from domain.user import User


class NoSuchSubject(Refusal):
    """There is no such person, thread or practice, or it is not theirs to hold."""


class ContentIsHeld(Refusal):
    """A legal hold lies on it; nothing of it is destroyed."""


def is_held(log: Log, subject_ids: Iterable[UUID | None]) -> bool:
    """Say whether a hold lies on any of these subjects."""
    registers = (find(log, LegalHolds, holds_on(one)) for one in subject_ids if one is not None)
    return any(register.open for register in registers if register is not None)


@dataclass(frozen=True, slots=True)
class Holding:
    """Commands of who must keep evidence; `by` is a user manager, or OPERATOR for an auditor."""

    log: Log
    vault: Vault
    shredder: Shredder

    def place(
        self,
        *,
        hold_id: UUID,
        subject: Subject,
        subject_id: UUID,
        reason: str,
        by: UUID,
        at: datetime,
    ) -> int:
        """Stop every destruction of a subject; once this returns nothing of it is destroyed.

        Placing the same hold again changes nothing. Raises NotAUserManager, NoSuchSubject or
        ReasonIsUnusable.
        """
        reason = require_reason(reason)

        def command() -> int:
            practice_id = self._practice_of(by)
            self._require_theirs(subject, subject_id, practice_id)
            register = find(self.log, LegalHolds, holds_on(subject_id))
            register = register or LegalHolds.begin(subject, subject_id, by=by, at=at)
            sealed = self._sealed(reason, hold_id, register)
            register.place(hold_id=hold_id, practice_id=practice_id, reason=sealed, by=by, at=at)
            return save(self.log, register)

        with self.shredder.turn():
            return until_unopposed(command)

    def lift(self, *, hold_id: UUID, subject_id: UUID, reason: str, by: UUID, at: datetime) -> int:
        """Let destruction catch up; lifting the same hold again changes nothing.

        Raises NotAUserManager, NoSuchHold (also for one of another practice or of an auditor) or
        ReasonIsUnusable.
        """
        reason = require_reason(reason)

        def command() -> int:
            register = get(self.log, LegalHolds, holds_on(subject_id), NoSuchHold)
            sealed = self._sealed(reason, hold_id, register)
            register.lift(
                hold_id=hold_id, practice_id=self._practice_of(by), reason=sealed, by=by, at=at
            )
            return save(self.log, register)

        return until_unopposed(command)

    def _practice_of(self, by: UUID) -> UUID | None:
        """Return for which practice somebody acts, None for an auditor."""
        if by == OPERATOR:
            return None
        practice_id = practice_of(self.log, by)
        if practice_id is None:
            raise NoSuchSubject
        get(self.log, Practice, practice_id, NoSuchPractice).require_user_manager(by)
        return practice_id

    def _require_theirs(self, subject: Subject, subject_id: UUID, practice_id: UUID | None) -> None:
        """Raise NoSuchSubject unless the subject exists and concerns that practice."""
        concerned = self._concerned(subject, subject_id)
        if not concerned or (practice_id is not None and practice_id not in concerned):
            raise NoSuchSubject

    def _concerned(self, subject: Subject, subject_id: UUID) -> set[UUID | None]:
        """Return the practices that a subject concerns; nothing if there is no such subject."""
        match subject:
            case Subject.PRACTICE:
                return {subject_id} if find(self.log, Practice, subject_id) else set()
            case Subject.PERSON:
                user = find(self.log, User, subject_id)
                return {user.practice_id, user.invited_from} if user else set()
            case Subject.THREAD:
                first = find(self.log, Message, subject_id)
                if first is None or first.thread_id != subject_id:
                    return set()
                return {practice_of(self.log, one) for one in (first.sender_id, first.recipient_id)}

    def _sealed(self, reason: str, hold_id: UUID, register: LegalHolds) -> Sealed:
        return self.vault.seal(reason, hold_reason(hold_id, register.version + 1))
