"""People as the pages show them: names and addresses opened for this one request."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.ports import Place, Sealed, place_of
from domain.pseudonym import pseudonym
from domain.refusal import Refusal
from projections.roster import Person
from web.portal import portal


class PersonIsNotShownYet(Refusal):
    """The roster has not come to the invitation yet; a moment later it will have."""


@dataclass(frozen=True, slots=True)
class Face:
    """A person with a name that can be read; of who was erased a pseudonym is left."""

    person: Person
    full_name: str | None
    address: str

    @property
    def name(self) -> str:
        """Return the name, or the address of who has not told one yet."""
        return self.full_name or self.address

    @property
    def initials(self) -> str:
        """Return up to two letters for a round badge."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def first_and_practice(self) -> str:
        """Return name and practice as the recipient line shows them."""
        practice = self.person.practice_name
        return f"{self.name}, {practice}" if practice else self.name


def faces_of(people: Iterable[Person]) -> list[Face]:
    """Return the faces of people, with one look at the keys for all of them."""
    people = list(people)
    values = [value for who in people for value in (sealed_name(who), sealed_address(who))]
    opened = iter(portal().vault.open_all([value for value in values if value]))
    return [
        Face(
            person=who,
            full_name=next(opened) if who.full_name else None,
            address=next(opened) or pseudonym(who.user_id),
        )
        for who in people
    ]


def faces(user_ids: Iterable[UUID]) -> dict[UUID, Face]:
    """Return faces by identifier; the unknown are left out."""
    return {
        face.person.user_id: face for face in faces_of(portal().roster.people(user_ids).values())
    }


def face_of(who: Person) -> Face:
    """Return the face of one person."""
    return faces_of([who])[0]


def sealed_name(who: Person) -> tuple[Sealed, Place] | None:
    """Return the sealed name with its place."""
    if who.full_name is None:
        return None
    return who.full_name, place_of(who.full_name, who.user_id, "full_name")


def sealed_address(who: Person) -> tuple[Sealed, Place]:
    """Return the sealed address with its place."""
    return who.email, place_of(who.email, who.user_id, "email")
