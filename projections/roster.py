"""Who is in my practice, and who is this person? For members, the mailer and support."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.erasure import Erasure
from domain.invitation import Status
from domain.ports import Sealed
from domain.practice import Practice
from domain.profile import Profile
from domain.user import User
from projections.change import Amend, Change, Ensure, Insert, Values
from projections.practice_settings import SETTINGS, SETTLED, PracticeSettings, settings_at_first
from projections.projection import Projection


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
    usual_days: int | None
    erasure_due_at: datetime | None
    erased_at: datetime | None


PERSON = """
SELECT
    person.user_id, kind, person.practice_id, practice.name AS practice_name, invited_from,
    invited_by, status, user_manager.user_id IS NOT NULL AS is_user_manager, email, full_name,
    cell_phone, invited_at, invitation_ends_at, person.registered_at, usual_days, erasure_due_at,
    erased_at
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

    def invited_by(self, user_id: UUID) -> list[Person]:
        """Return the people whom somebody invited, last invited first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Person))
            rows: list[Person] = cursor.execute(
                PERSON + "WHERE invited_by = %s ORDER BY invited_at DESC, person.user_id",
                (user_id,),
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

    def settings(self, practice_id: UUID) -> PracticeSettings | None:
        """Return the settings of a practice."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(PracticeSettings))
            row: PracticeSettings | None = cursor.execute(SETTINGS, (practice_id,)).fetchone()
        return row

    def is_empty(self) -> bool:
        """Say whether nobody was ever invited."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT NOT EXISTS (SELECT FROM roster.person)").fetchone()
        return bool(row and row[0])


def searched(name: str) -> str:
    """Return the form in which names of practices are compared (Unicode NFKC, caseless)."""
    return unicodedata.normalize("NFKC", name).casefold()


def opened(event: Practice.PracticeRegistered, _: int) -> Iterable[Change]:
    """Return a new practice."""
    yield Insert(
        "practice",
        {"practice_id": event.originator_id},
        {
            "name": event.name,
            "searched_name": searched(event.name),
            "registered_at": event.timestamp,
            **settings_at_first(),
        },
    )


def appointed(event: Practice.UserManagerAppointed, _: int) -> Iterable[Change]:
    """Return that a person manages the users of a practice."""
    yield Ensure("user_manager", {"practice_id": event.originator_id, "user_id": event.user_id})


def invited(event: User.UserInvited, _: int) -> Iterable[Change]:
    """Return a new person."""
    yield Insert(
        "person",
        {"user_id": event.originator_id},
        {
            "kind": event.kind,
            "practice_id": event.practice_id,
            "invited_from": event.invited_from,
            "invited_by": event.by,
            "status": Status.INVITED.value,
            "email": event.email,
            "full_name": event.full_name,
            "cell_phone": None,
            "invited_at": event.timestamp,
            "invitation_ends_at": event.invitation_ends_at,
            "registered_at": None,
            "usual_days": None,
            "erasure_due_at": None,
            "erased_at": None,
        },
    )


def invited_again(event: User.InvitationResent, _: int) -> Iterable[Change]:
    """Return that an invitation ends later."""
    yield person(event, {"invitation_ends_at": event.invitation_ends_at})


def sent_elsewhere(event: User.InvitationAmended, _: int) -> Iterable[Change]:
    """Return that an invitation goes to another address, and ends later."""
    values = {"email": event.email, "invitation_ends_at": event.invitation_ends_at}
    yield person(event, values)


def taken_back(event: User.InvitationWithdrawn, _: int) -> Iterable[Change]:
    """Return that an invitation opens nothing any more."""
    yield person(event, {"status": Status.WITHDRAWN.value})


def registered(event: User.RegistrationCompleted, _: int) -> Iterable[Change]:
    """Return that a person gave her name and phone, and perhaps has a practice of her own."""
    yield person(
        event,
        {
            "status": Status.REGISTERED.value,
            "practice_id": event.practice_id,
            "full_name": event.full_name,
            "cell_phone": event.cell_phone,
            "registered_at": event.timestamp,
        },
    )


def readdressed(event: User.EmailChanged, _: int) -> Iterable[Change]:
    """Return a person's new address."""
    yield person(event, {"email": event.email})


def protected(event: User.PasswordSet, _: int) -> Iterable[Change]:
    """Return that a person can sign in."""
    yield person(event, {"status": Status.ACTIVE.value})


def preferred(event: Profile.UsualExpiryChanged, _: int) -> Iterable[Change]:
    """Return how long a person's messages live, as she chose it herself."""
    yield Amend("person", {"user_id": event.by}, {"usual_days": event.days})


def to_be_erased(
    event: Erasure.ErasureRequested | Erasure.ErasureRequestedAgain, _: int
) -> Iterable[Change]:
    """Return when a person is erased."""
    yield Amend("person", {"user_id": event.user_id}, {"erasure_due_at": event.due_at})


def not_to_be_erased(event: Erasure.ErasureWithdrawn, _: int) -> Iterable[Change]:
    """Return that a person stays."""
    yield Amend("person", {"user_id": event.user_id}, {"erasure_due_at": None})


def erased(event: Erasure.PersonErased, _: int) -> Iterable[Change]:
    """Return that only a pseudonym is left of a person."""
    yield Amend("person", {"user_id": event.user_id}, {"erased_at": event.timestamp})


def person(event: User.Event, values: Values) -> Change:
    """Return what is known of a person now."""
    return Amend("person", {"user_id": event.originator_id}, values)


ROSTER = Projection(
    "roster",
    {
        Practice.PracticeRegistered: opened,
        Practice.UserManagerAppointed: appointed,
        **SETTLED,
        User.UserInvited: invited,
        User.InvitationResent: invited_again,
        User.InvitationAmended: sent_elsewhere,
        User.InvitationWithdrawn: taken_back,
        User.RegistrationCompleted: registered,
        User.PasswordSet: protected,
        User.EmailChanged: readdressed,
        Profile.UsualExpiryChanged: preferred,
        Erasure.ErasureRequested: to_be_erased,
        Erasure.ErasureRequestedAgain: to_be_erased,
        Erasure.ErasureWithdrawn: not_to_be_erased,
        Erasure.PersonErased: erased,
    },
)
