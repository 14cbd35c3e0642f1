"""Who is in my practice, and who is this person? For members, the mailer and support."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.ports import Sealed
from domain.practice import Practice
from domain.user import Status, User
from eventlog.log import Recorded
from projections.projection import Change, Projection


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the house; what identifies her in life is sealed."""

    user_id: UUID
    kind: str
    practice_id: UUID | None
    practice_name: str | None
    invited_from: UUID | None
    invited_by: UUID
    status: str
    is_user_manager: bool
    email: Sealed
    full_name: Sealed | None
    cell_phone: Sealed | None
    invited_at: datetime
    invitation_ends_at: datetime
    registered_at: datetime | None


PERSON = """
SELECT
    person.user_id, kind, person.practice_id, practice.name AS practice_name, invited_from,
    invited_by, status, user_manager.user_id IS NOT NULL AS is_user_manager, email, full_name,
    cell_phone, invited_at, invitation_ends_at, person.registered_at
FROM roster.person
LEFT JOIN roster.practice ON practice.practice_id = person.practice_id
LEFT JOIN roster.user_manager
    ON user_manager.practice_id = person.practice_id AND user_manager.user_id = person.user_id
"""


@dataclass(frozen=True, slots=True)
class Roster:
    """Questions about people and practices."""

    pool: ConnectionPool[Any]

    def person(self, user_id: UUID) -> Person | None:
        """Return one person."""
        found = self.people([user_id])
        return found.get(user_id)

    def people(self, user_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return several people by identifier; the unknown are left out."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Person))
            rows = cursor.execute(
                PERSON + "WHERE person.user_id = ANY(%s)", (list(set(user_ids)),)
            ).fetchall()
        return {row.user_id: row for row in rows}

    def members(self, practice_id: UUID) -> list[Person]:
        """Return the people of a practice, first invited first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Person))
            rows: list[Person] = cursor.execute(
                PERSON + "WHERE person.practice_id = %s ORDER BY invited_at, person.user_id",
                (practice_id,),
            ).fetchall()
        return rows

    def outsiders(self, practice_id: UUID) -> list[Person]:
        """Return the people whom a practice invited and who do not belong to it."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Person))
            rows: list[Person] = cursor.execute(
                PERSON
                + """
                WHERE invited_from = %(practice)s
                    AND person.practice_id IS DISTINCT FROM %(practice)s
                ORDER BY invited_at, person.user_id
                """,
                {"practice": practice_id},
            ).fetchall()
        return rows

    def practices_named(self, name: str) -> list[UUID]:
        """Return the practices of exactly that public name, whatever the case of its letters."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT practice_id FROM roster.practice WHERE searched_name = %s",
                (searched(name),),
            ).fetchall()
        return [row[0] for row in rows]

    def practice_name(self, practice_id: UUID | None) -> str | None:
        """Return the public name of a practice."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT name FROM roster.practice WHERE practice_id = %s", (practice_id,)
            ).fetchone()
        return row[0] if row else None

    def is_empty(self) -> bool:
        """Say whether nobody was ever invited."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT NOT EXISTS (SELECT FROM roster.person)").fetchone()
        return bool(row and row[0])


def changes(recorded: Recorded) -> Iterable[Change]:
    """Return what an event changes in the roster."""
    event = recorded.event
    match event:
        case Practice.PracticeRegistered():
            yield opened(event)
        case Practice.UserManagerAppointed():
            yield Change(
                "INSERT INTO user_manager VALUES (%(practice)s, %(user)s) ON CONFLICT DO NOTHING",
                {"practice": event.originator_id, "user": event.user_id},
            )
        case User.UserInvited():
            yield invited(event)
        case User.InvitationResent():
            yield Change(
                "UPDATE person SET invitation_ends_at = %(ends_at)s WHERE user_id = %(id)s",
                {"id": event.originator_id, "ends_at": event.invitation_ends_at},
            )
        case User.RegistrationCompleted():
            yield registered(event)
        case User.PasswordSet():
            yield Change(
                "UPDATE person SET status = %(status)s WHERE user_id = %(id)s",
                {"id": event.originator_id, "status": Status.ACTIVE},
            )
        case _:
            pass


def searched(name: str) -> str:
    """Return the form in which names of practices are compared (Unicode NFKC, caseless)."""
    return unicodedata.normalize("NFKC", name).casefold()


def opened(event: Practice.PracticeRegistered) -> Change:
    """Return a new practice."""
    return Change(
        """
        INSERT INTO practice (practice_id, name, searched_name, registered_at)
        VALUES (%(id)s, %(name)s, %(searched)s, %(at)s)
        """,
        {
            "id": event.originator_id,
            "name": event.name,
            "searched": searched(event.name),
            "at": event.timestamp,
        },
    )


def invited(event: User.UserInvited) -> Change:
    """Return a new person."""
    return Change(
        """
        INSERT INTO person (
            user_id, kind, practice_id, invited_from, invited_by, status, email, full_name,
            invited_at, invitation_ends_at
        ) VALUES (
            %(id)s, %(kind)s, %(practice_id)s, %(invited_from)s, %(by)s, %(status)s, %(email)s,
            %(full_name)s, %(at)s, %(ends_at)s
        )
        """,
        {
            "id": event.originator_id,
            "kind": event.kind,
            "practice_id": event.practice_id,
            "invited_from": event.invited_from,
            "by": event.by,
            "status": Status.INVITED,
            "email": event.email,
            "full_name": event.full_name,
            "at": event.timestamp,
            "ends_at": event.invitation_ends_at,
        },
    )


def registered(event: User.RegistrationCompleted) -> Change:
    """Return that a person gave her name and phone, and perhaps has a practice of her own."""
    return Change(
        """
        UPDATE person SET
            status = %(status)s, practice_id = %(practice_id)s, full_name = %(full_name)s,
            cell_phone = %(cell_phone)s, registered_at = %(at)s
        WHERE user_id = %(id)s
        """,
        {
            "id": event.originator_id,
            "status": Status.REGISTERED,
            "practice_id": event.practice_id,
            "full_name": event.full_name,
            "cell_phone": event.cell_phone,
            "at": event.timestamp,
        },
    )


ROSTER = Projection("roster", changes)
