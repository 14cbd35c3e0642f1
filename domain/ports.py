"""What the rules need from the outside world, in their own words: secrets and credentials.

Each port is fulfilled in `adapters/`, and by an in-memory double in `tests/doubles/`.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol
from uuid import UUID

from domain.refusal import Refusal

Sealed = NewType("Sealed", str)
"""A sealed value: `<version>.<base64url of nonce and AES-256-GCM ciphertext>`."""


class SealIsBroken(Refusal):
    """The value was altered, moved from its place, or its key is gone."""


class KeyKind(StrEnum):
    """Which master key a data key hangs under."""

    CONTENT = "content"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs; it opens nowhere else.

    `owner` is the aggregate, whose identifier also names the data key. `version` is the version of
    the aggregate whose event carries the value.
    """

    kind: KeyKind
    owner: UUID
    field: str
    version: int


def content(message_id: UUID, field: str) -> Place:
    """Return the place of a message's subject or body, which its first event carries."""
    return Place(KeyKind.CONTENT, message_id, field, 1)


def personal(user_id: UUID, field: str, version: int) -> Place:
    """Return the place of what a person is or said, in the event of that version."""
    return Place(KeyKind.PERSONAL, user_id, field, version)


def sealed_in_version(sealed: Sealed) -> int:
    """Return the aggregate version that a sealed value says it belongs to (it is authenticated)."""
    return int(sealed.partition(".")[0])


def place_of(sealed: Sealed, user_id: UUID, field: str) -> Place:
    """Return the place that a person's sealed value says it is from; else it does not open."""
    return personal(user_id, field, sealed_in_version(sealed))


class Vault(Protocol):
    """Seals and opens values; finds addresses without storing them."""

    def seal(self, text: str, place: Place) -> Sealed:
        """Seal under the data key of the place's owner, making the key if there is none yet."""

    def seal_all(self, values: Sequence[tuple[str, Place]]) -> list[Sealed]:
        """Seal several with one look at the key of each owner."""

    def open(self, sealed: Sealed, place: Place) -> str:
        """Open a value, or raise SealIsBroken."""

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        """Open many with one look at the keys; what cannot be opened is None."""

    def address_id(self, address: str) -> UUID:
        """Return the keyed fingerprint of a normalised e-mail address as an identifier."""


class Shredder(Protocol):
    """Destroys keys, and so ends what was sealed under them; it needs no key itself."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait for one's turn: nobody else destroys, or stops a destruction, as long as it lasts.

        It ends with its holder, however that ends.
        """

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        """Destroy the data keys of these owners for good; those without one change nothing.

        It works on the connection that holds the turn; who has no turn takes one just for this.
        """


class LinkPurpose(StrEnum):
    """What a link in a mail is good for."""

    REGISTER = "register"
    SET_PASSWORD = "set-password"  # noqa: S105 - the name of a purpose, not a secret
    CONFIRM_EMAIL = "confirm-email"
    SUPPORT = "support"
    STOP_NOTICES = "stop-notices"
    """Works again and again until its end: it only ends mails about messages."""


class LinkIsNotValid(Refusal):
    """The link is unknown, altered, for something else, or its time has passed."""


class LinkWasUsed(Refusal):
    """The link did its work before."""

    def __init__(self, user_id: UUID) -> None:
        super().__init__("the link was used")
        self.user_id = user_id


def marked(token: str, version: int) -> str:
    """Return a token that says for which version of somebody's address it was mailed.

    It is known by its hash as a whole, so that nobody can change the number.
    """
    return token if version == 1 else f"{version}.{token}"


def version_of(token: str) -> int:
    """Return for which version of the address a token was mailed; one that says nothing, for 1."""
    number, dot, _ = token.partition(".")
    return int(number) if dot and number.isascii() and number.isdigit() else 1


class Links(Protocol):
    """One-time links: known only by a hash, harmless to look at, consumed once."""

    def mint(
        self,
        user_id: UUID,
        purpose: LinkPurpose,
        *,
        at: datetime,
        expires_at: datetime,
        version: int = 1,
    ) -> str:
        """Return a new token of at least 128 bits of chance, which says for which version it is."""

    def owner(self, token: str, purpose: LinkPurpose, *, at: datetime) -> UUID:
        """Return whose link this is; raise LinkIsNotValid or LinkWasUsed. Changes nothing."""

    def consume_all(self, user_id: UUID, purpose: LinkPurpose, *, at: datetime) -> None:
        """End every link of that person for that purpose. Repeating it changes nothing."""


class Passwords(Protocol):
    """Password hashes, which the log never sees; passwords are compared as `password.one_form`."""

    def weakness(self, password: str, context: Iterable[str]) -> str | None:
        """Return why the password is too easy to guess, as a sentence, or None."""

    def set_by_link(self, token: str, password: str, *, at: datetime) -> UUID:
        """Consume a set-password link and store the password, both or neither.

        Returns whose password it is. Raises LinkIsNotValid or LinkWasUsed. Ends all other
        set-password links of the person.
        """

    def matches(self, user_id: UUID | None, password: str) -> bool:
        """Say whether the password is this person's; for None take as long and say no."""


class Credentials(Protocol):
    """Everything by which a person gets in."""

    def forget(self, user_id: UUID) -> None:
        """Destroy password, links, codes and sessions of a person; she is out at once."""
