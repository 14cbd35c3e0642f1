"""How may this person be told, and when is it day for her? For notices, and for her own pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from domain.erasure import Erasure
from domain.mailbox import Mailbox
from domain.phone_proof import PhoneProof
from domain.ports import Sealed, sealed_in_version
from domain.profile import NoticesBy, Profile
from domain.user import User
from projections.change import Amend, Change, Ensure, Insert, Values
from projections.projection import Projection


@dataclass(frozen=True, slots=True)
class Reachable:
    """How one person may be told; who chose nothing is told by e-mail.

    `notices` is how she wants to be told of messages. `time_zone` is a name of the IANA database,
    None if she chose none. `phone` is the number that was given last for two-step proofs and texts,
    sealed in its place as `phone`; only where `phone_is_proved` has she shown that it is hers.
    Mails to the address that was recorded in version `failed_version` of her account came back at
    `failed_at`, with the enhanced status code `failed_status` (RFC 3463) or "", and nobody has
    confirmed it since; None if nothing came back.
    """

    user_id: UUID
    notices: NoticesBy = NoticesBy.EMAIL
    time_zone: str | None = None
    phone: Sealed | None = None
    phone_is_proved: bool = False
    failed_version: int | None = None
    failed_at: datetime | None = None
    failed_status: str | None = None

    def fails(self, address: Sealed) -> bool:
        """Say whether mails to this address of hers come back; a later one is not to blame."""
        return self.failed_version == sealed_in_version(address)


@dataclass(frozen=True, slots=True)
class EmailChange:
    """An address that is to be confirmed, sealed in its place as `new_email`.

    `version` is that of the account in which it was given; once it was confirmed it is that of the
    confirmation, and `email` is None.
    """

    version: int
    email: Sealed | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Questions about how people may be told."""

    pool: ConnectionPool[Any]

    def of(self, user_id: UUID) -> Reachable:
        """Return how one person may be told."""
        return self.of_all([user_id])[user_id]

    def of_all(self, user_ids: Iterable[UUID]) -> dict[UUID, Reachable]:
        """Return how several people may be told, each of them."""
        asked = list(set(user_ids))
        with self.pool.connection() as connection:
            rows = (
                connection.cursor(row_factory=dict_row)
                .execute(
                    """
                    SELECT user_id, notices, time_zone, phone, phone_is_proved, failed_version,
                        failed_at, failed_status
                    FROM reach.person WHERE user_id = ANY(%s)
                    """,
                    (asked,),
                )
                .fetchall()
            )
        found = {row["user_id"]: reachable(row) for row in rows}
        return {user_id: found.get(user_id, Reachable(user_id)) for user_id in asked}

    def email_change(self, user_id: UUID) -> EmailChange | None:
        """Return the last thing that happened to a person's address, None if nothing ever did."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(EmailChange))
            row: EmailChange | None = cursor.execute(
                "SELECT version, email FROM reach.email_change WHERE user_id = %s", (user_id,)
            ).fetchone()
        return row

    def former_email(self, user_id: UUID, version: int) -> Sealed | None:
        """Return the address that a person had until that version of her account.

        It is sealed in its place as `former_email`.
        """
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT email FROM reach.former_email WHERE user_id = %s AND version = %s",
                (user_id, version),
            ).fetchone()
        return row[0] if row else None


def reachable(row: dict[str, Any]) -> Reachable:
    """Return what a row says."""
    return Reachable(**{**row, "notices": NoticesBy(row["notices"])})


FAILS_NOT: Values = {"failed_version": None, "failed_at": None, "failed_status": None}
NO_PHONE: Values = {"phone": None, "phone_is_proved": False}
CHOSE_NOTHING: Values = {"notices": NoticesBy.EMAIL.value, "time_zone": None}


def begun(
    event: Profile.ProfileBegun | PhoneProof.PhoneProofBegun | Mailbox.MailboxBegun, _: int
) -> Iterable[Change]:
    """Return a person of whom something is known now, or was before."""
    yield Ensure("person", {"user_id": event.user_id}, {**CHOSE_NOTHING, **NO_PHONE, **FAILS_NOT})


def notices_chosen(event: Profile.NoticesChosen, _: int) -> Iterable[Change]:
    """Return how a person wants to be told."""
    yield person(event.user_id, {"notices": event.notices})


def time_zone_chosen(event: Profile.TimeZoneChosen, _: int) -> Iterable[Change]:
    """Return by which clock a person lives."""
    yield person(event.user_id, {"time_zone": event.time_zone})


def phone_given(event: PhoneProof.PhoneGiven | PhoneProof.PhoneChanged, _: int) -> Iterable[Change]:
    """Return a number that is not proved."""
    yield person(event.user_id, {"phone": event.phone, "phone_is_proved": False})


def phone_proved(event: PhoneProof.IdentityVerified, _: int) -> Iterable[Change]:
    """Return that the phone is hers."""
    yield person(event.user_id, {"phone_is_proved": True})


def came_back(event: Mailbox.MailCameBack, _: int) -> Iterable[Change]:
    """Return that mails to an address come back."""
    failure = {
        "failed_version": event.address_version,
        "failed_at": event.timestamp,
        "failed_status": event.status,
    }
    yield person(event.user_id, failure)


def confirmed(event: Mailbox.AddressConfirmed, _: int) -> Iterable[Change]:
    """Return that mails are sent to the address again."""
    yield person(event.user_id, FAILS_NOT)


def erased(event: Erasure.PersonErased, _: int) -> Iterable[Change]:
    """Return that nothing of this is known of a person any more."""
    yield person(event.user_id, {**CHOSE_NOTHING, **NO_PHONE, **FAILS_NOT})
    yield Amend("email_change", {"user_id": event.user_id}, {"email": None})


def readdressing(event: User.EmailChangeRequested, _: int) -> Iterable[Change]:
    """Return an address that is to be confirmed."""
    yield from email_change(event, event.email)


def readdressed(event: User.EmailChanged, _: int) -> Iterable[Change]:
    """Return that nothing is left to be confirmed, and the address before."""
    yield from email_change(event, None)
    key = {"user_id": event.originator_id, "version": event.originator_version}
    yield Insert("former_email", key, {"email": event.former_email})


def email_change(event: User.Event, email: Sealed | None) -> Iterable[Change]:
    """Return the last thing that happened to an address."""
    key, now = {"user_id": event.originator_id}, {"version": event.originator_version}
    yield Ensure("email_change", key, {**now, "email": email})
    yield Amend("email_change", key, {**now, "email": email})


def person(user_id: UUID, values: Values) -> Change:
    """Return how a person may be told now."""
    return Amend("person", {"user_id": user_id}, values)


REACH = Projection(
    "reach",
    {
        Profile.ProfileBegun: begun,
        Profile.NoticesChosen: notices_chosen,
        Profile.TimeZoneChosen: time_zone_chosen,
        PhoneProof.PhoneProofBegun: begun,
        PhoneProof.PhoneGiven: phone_given,
        PhoneProof.PhoneChanged: phone_given,
        PhoneProof.IdentityVerified: phone_proved,
        Mailbox.MailboxBegun: begun,
        Mailbox.MailCameBack: came_back,
        Mailbox.AddressConfirmed: confirmed,
        User.EmailChangeRequested: readdressing,
        User.EmailChanged: readdressed,
        Erasure.PersonErased: erased,
    },
)
