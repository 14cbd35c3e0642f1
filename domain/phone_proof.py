"""A phone proof: that a person has the phone whose number was given, shown by a code sent there.

Invariants:
- a person has one, whose identifier is derived from hers; it is about one number at a time;
- a code is good for ten minutes and five tries; a newer one voids the one before;
- a new number is not proved by the code of another;
- who was given a number by somebody else cannot give another one before she has proved that one.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, FirstEvent
from domain.notification import Channel
from domain.ports import Sealed
from domain.refusal import Refusal

CODE_LASTS = timedelta(minutes=10)
"""As NIST SP 800-63B-4, section 3.1.3.1, allows at most."""

MOST_TRIES = 5
"""Of a million codes: whoever guesses is right once in 200,000 codes."""

PROOF_LASTS = timedelta(minutes=30)
"""So long may pass between the right code and what it was asked for."""


class PhoneIsUnknown(Refusal):
    """There is no number to which a code could go."""


class PhoneIsNotProved(Refusal):
    """A code has to be given first, by the same browser."""


class CodeIsWrong(Refusal):
    """The code is not the one that counts, or none counts: whatever it is, the answer is one."""

    def __init__(self, tries_left: int = 0) -> None:
        super().__init__("the code is wrong")
        self.tries_left = tries_left


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
            """Remember the number and who gave it; codes for another one are void."""
            aggregate.phone = self.phone
            aggregate.given_by = self.by
            aggregate.is_proved = False
            aggregate.code_id = None
            aggregate.proved_code = None

    class PhoneChanged(Event):
        """A registered person gave another number than she had; sealed as `phone`, not proved."""

        TOPIC = "phone-proof.phone-changed"
        user_id: UUID
        phone: Sealed

        def apply(self, aggregate: "PhoneProof") -> None:
            """Remember the number; codes for another one are void."""
            aggregate.phone = self.phone
            aggregate.given_by = self.by
            aggregate.is_proved = False
            aggregate.code_id = None
            aggregate.proved_code = None

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
            aggregate.proved_code = self.code_id
            aggregate.proved_at = self.timestamp

    class PhoneProofOmitted(Event):
        """A password was set without a code, since no phone of the person was known."""

        TOPIC = "phone-proof.omitted"
        user_id: UUID

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.phone: Sealed | None = None
        self.given_by: UUID | None = None
        self.is_proved = False
        self.proved_code: UUID | None = None
        self.proved_at: datetime | None = None
        self.code_id: UUID | None = None
        self.code_ends_at: datetime | None = None
        self.tries = 0

    @classmethod
    def begin(cls, user_id: UUID, *, by: UUID, at: datetime) -> Self:
        """Begin to keep what is known of a person's phone."""
        return cls._create(
            cls.PhoneProofBegun, id=phone_proof_of(user_id), timestamp=at, by=by, user_id=user_id
        )

    @property
    def was_given_by_another(self) -> bool:
        """Say whether the number is what somebody else knows of her, such as who invited her."""
        return self.phone is not None and self.given_by != self.user_id

    def give(self, phone: Sealed, *, by: UUID, at: datetime) -> None:
        """Give a number before there is an account."""
        self.trigger_event(self.PhoneGiven, timestamp=at, by=by, user_id=self.user_id, phone=phone)

    def change(self, phone: Sealed, *, at: datetime) -> None:
        """Give another number than before, by the person herself."""
        self.trigger_event(
            self.PhoneChanged, timestamp=at, by=self.user_id, user_id=self.user_id, phone=phone
        )

    def request_code(self, *, code_id: UUID, channel: Channel, at: datetime) -> None:
        """Have a code sent, which voids the one before; a call is a channel too.

        Raises PhoneIsUnknown.
        """
        if self.phone is None:
            raise PhoneIsUnknown
        self.trigger_event(
            self.PhoneCodeRequested,
            timestamp=at,
            by=self.user_id,
            user_id=self.user_id,
            code_id=code_id,
            channel=channel,
            code_ends_at=at + CODE_LASTS,
        )

    def tries_left(self, at: datetime) -> int:
        """Return how often the code that counts may still be tried; 0 if none counts."""
        is_over = self.code_ends_at is None or at >= self.code_ends_at
        return 0 if self.code_id is None or is_over else MOST_TRIES - self.tries

    def open_code(self, at: datetime) -> UUID:
        """Return the code that counts. Raises CodeIsWrong if none does."""
        if self.code_id is None or not self.tries_left(at):
            raise CodeIsWrong
        return self.code_id

    def refuse(self, *, at: datetime) -> None:
        """Count a wrong try. Raises CodeIsWrong if no code counts."""
        self._trigger(self.PhoneCodeRefused, at)

    def verify(self, *, at: datetime) -> None:
        """Record that the right code was given. Raises CodeIsWrong if none counts."""
        self._trigger(self.IdentityVerified, at)

    def omit(self, *, at: datetime) -> None:
        """Record that a password is set without a code."""
        self.trigger_event(
            self.PhoneProofOmitted, timestamp=at, by=self.user_id, user_id=self.user_id
        )

    def is_shown_by(self, code_id: UUID | None, at: datetime) -> bool:
        """Say whether that code proved the phone, and not too long ago."""
        if code_id is None or code_id != self.proved_code or self.proved_at is None:
            return False
        return at < self.proved_at + PROOF_LASTS

    def _trigger(
        self, event: "type[PhoneProof.PhoneCodeRefused | PhoneProof.IdentityVerified]", at: datetime
    ) -> None:
        code_id = self.open_code(at)
        self.trigger_event(
            event, timestamp=at, by=self.user_id, user_id=self.user_id, code_id=code_id
        )


def phone_proof_of(user_id: UUID) -> UUID:
    """Return the identifier of a person's phone proof."""
    return uuid5(user_id, "phone-proof")
