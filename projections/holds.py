"""Which legal holds lie on whom and what? For user managers and auditors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.legal_hold import LegalHolds
from domain.ports import Sealed
from projections.change import Amend, Change, Insert
from projections.projection import Projection


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold; without a practice an auditor placed it. Reasons are sealed."""

    hold_id: UUID
    subject: str
    subject_id: UUID
    practice_id: UUID | None
    placed_by: UUID
    placed_at: datetime
    reason: Sealed
    lifted_by: UUID | None
    lifted_at: datetime | None
    lifting_reason: Sealed | None


HOLD = """
SELECT
    hold_id, subject, subject_id, practice_id, placed_by, placed_at, reason, lifted_by, lifted_at,
    lifting_reason
FROM holds.hold JOIN holds.register USING (register_id)
"""


@dataclass(frozen=True, slots=True)
class Holds:
    """Questions about legal holds, newest first; those that lie come before those that lay."""

    pool: ConnectionPool[Any]

    def placed_by_practice(self, practice_id: UUID) -> list[Hold]:
        """Return all holds that the user managers of a practice placed."""
        return self._holds("WHERE practice_id = %s", practice_id)

    def placed_by_auditors(self) -> list[Hold]:
        """Return all holds that auditors placed."""
        return self._holds("WHERE practice_id IS NULL")

    def all(self) -> list[Hold]:
        """Return all holds, whoever placed them."""
        return self._holds("")

    def hold(self, hold_id: UUID) -> Hold | None:
        """Return one hold."""
        found = self._holds("WHERE hold_id = %s", hold_id)
        return found[0] if found else None

    def _holds(self, which: LiteralString, *asked: UUID) -> list[Hold]:
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Hold))
            rows: list[Hold] = cursor.execute(
                HOLD + which + " ORDER BY lifted_at IS NOT NULL, placed_at DESC, hold_id", asked
            ).fetchall()
        return rows


def opened(event: LegalHolds.RegisterOpened, _: int) -> Iterable[Change]:
    """Return a subject on which holds can lie."""
    yield Insert(
        "register",
        {"register_id": event.originator_id},
        {"subject": event.subject, "subject_id": event.subject_id},
    )


def placed(event: LegalHolds.LegalHoldPlaced, _: int) -> Iterable[Change]:
    """Return a new hold."""
    yield Insert(
        "hold",
        {"hold_id": event.hold_id},
        {
            "register_id": event.originator_id,
            "practice_id": event.practice_id,
            "placed_by": event.by,
            "placed_at": event.timestamp,
            "reason": event.reason,
            "lifted_by": None,
            "lifted_at": None,
            "lifting_reason": None,
        },
    )


def lifted(event: LegalHolds.LegalHoldLifted, _: int) -> Iterable[Change]:
    """Return that a hold lies no more."""
    values = {
        "lifted_by": event.by,
        "lifted_at": event.timestamp,
        "lifting_reason": event.reason,
    }
    yield Amend("hold", {"hold_id": event.hold_id}, values)


HOLDS = Projection(
    "holds",
    {
        LegalHolds.RegisterOpened: opened,
        LegalHolds.LegalHoldPlaced: placed,
        LegalHolds.LegalHoldLifted: lifted,
    },
)
