"""A phone proof: that a person has the phone whose number was given, shown by a code sent there.

Invariants:
- a person has one, whose identifier is derived from hers; it is about one number at a time;
- a code is good for ten minutes and five tries; a newer one voids the one before;
- a new number is not proved by the code of another.
"""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Sealed


class PhoneProof(Aggregate):
    """One person's phone, and whether it is hers."""

    TOPIC = "phone-proof"

    class Event(Aggregate.Event):
        """Something that happened about a phone."""

    class PhoneProofBegun(Event, FirstEvent):
        """Somebody gave a phone number of a person for the first time."""

        TOPIC = "phone-proof.begun"
        user_id: UUID

    class PhoneGiven(Event):
        """Somebody gave the number; sealed under the person's key as `phone`. It is not proved."""

        TOPIC = "phone-proof.phone-given"
        user_id: UUID
        phone: Sealed

        def apply(self, aggregate: "PhoneProof") -> None:
            """Remember the number; codes for another one are void."""
            aggregate.phone = self.phone
            aggregate.is_proved = False
            aggregate.code_id = None

    class PhoneCodeRequested(Event):
        """A code was to be sent to the phone; the vault has it, sealed."""

        TOPIC = "phone-proof.code-requested"
        user_id: UUID
        code_id: UUID
        channel: str
        code_ends_at: datetime

        def apply(self, aggregate: "PhoneProof") -> None:
            """Remember the code that counts."""
            aggregate.code_id = self.code_id
            aggregate.code_ends_at = self.code_ends_at
            aggregate.tries = 0

    class PhoneCodeRefused(Event):
        """Somebody gave a wrong code."""

        TOPIC = "phone-proof.code-refused"
        user_id: UUID
        code_id: UUID

        def apply(self, aggregate: "PhoneProof") -> None:
            """Count the try."""
            aggregate.tries += 1

    class IdentityVerified(Event):
        """The person gave the right code, and so has the phone."""

        TOPIC = "phone-proof.identity-verified"
        user_id: UUID
        code_id: UUID

        def apply(self, aggregate: "PhoneProof") -> None:
            """Remember that the phone is hers; the code is used up."""
            aggregate.is_proved = True
            aggregate.code_id = None

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.phone: Sealed | None = None
        self.is_proved = False
        self.code_id: UUID | None = None
        self.code_ends_at: datetime | None = None
        self.tries = 0

    @classmethod
    def begin(cls, user_id: UUID, *, by: UUID, at: datetime) -> Self:
        """Begin to keep what is known of a person's phone."""
        return cls._create(
            cls.PhoneProofBegun, id=phone_proof_of(user_id), timestamp=at, by=by, user_id=user_id
        )


def phone_proof_of(user_id: UUID) -> UUID:
    """Return the identifier of a person's phone proof."""
    return uuid5(user_id, "phone-proof")
