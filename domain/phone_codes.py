"""What proving a phone needs from outside: codes that nobody reads, and a brake on sending them.

Each port is fulfilled in `adapters/`, and by an in-memory double in `tests/doubles/`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.refusal import Refusal


class PhoneCodes(Protocol):
    """Codes of six digits, each sealed under the key of the person to whom it is sent."""

    def draw(self, code_id: UUID, user_id: UUID, *, at: datetime, ends_at: datetime) -> None:
        """Draw six digits by chance; drawing for the same identifier again keeps the first."""

    def digits(self, code_id: UUID, *, at: datetime) -> str | None:
        """Return the digits, None once the code was discarded or is over."""

    def matches(self, code_id: UUID, given: str, *, at: datetime) -> bool:
        """Say whether these are the digits, in a time that does not tell how many are right."""

    def discard(self, code_id: UUID) -> None:
        """Destroy a code that was used or is void; again changes nothing."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any stretch of time as long as `within`."""

    count: int
    within: timedelta


FOR_A_PERSON = (
    Limit(1, timedelta(seconds=30)),
    Limit(5, timedelta(hours=1)),
    Limit(10, timedelta(days=1)),
)
"""How many codes a person, and how many a phone, is sent."""

FOR_A_NETWORK = (Limit(20, timedelta(hours=1)),)
"""How many codes are sent on behalf of one network address."""

LONGEST = timedelta(days=1)
"""What is older counts in no limit."""


class TooManyCodes(Refusal):
    """Enough codes were sent for now; `again_at` is when the next one can be."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__("too many codes")
        self.again_at = again_at


class CodePace(Protocol):
    """Counts what was sent, for all processes together."""

    def admit(self, counted: Mapping[UUID, Sequence[Limit]], *, at: datetime) -> datetime | None:
        """Count one more under each identifier and return None, if that is within all limits.

        Else nothing is counted, and it returns the moment from which it is.
        """


def again_at(
    times: Iterable[datetime], limits: Iterable[Limit], *, at: datetime
) -> datetime | None:
    """Return from when one more is within the limits, None if it is now.

    A limit is full while the `count`-th newest of those times lies within its stretch.
    """
    newest = sorted(times, reverse=True)
    ends = [
        newest[limit.count - 1] + limit.within for limit in limits if len(newest) >= limit.count
    ]
    return max((end for end in ends if end > at), default=None)
