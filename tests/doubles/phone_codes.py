"""Codes that prove a phone, and the count of them, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.phone_codes import Limit, again_at


@dataclass
class Code:
    user_id: UUID
    digits: str
    ends_at: datetime


@dataclass
class MemoryPhoneCodes:
    """The port `PhoneCodes`; the first code is 000001, the next 000002."""

    codes: dict[UUID, Code] = field(default_factory=dict)
    drawn: int = 0

    def draw(self, code_id: UUID, user_id: UUID, *, at: datetime, ends_at: datetime) -> None:
        del at
        if code_id not in self.codes:
            self.drawn += 1
            self.codes[code_id] = Code(user_id, f"{self.drawn:06}", ends_at)

    def digits(self, code_id: UUID, *, at: datetime) -> str | None:
        code = self.codes.get(code_id)
        return code.digits if code is not None and at < code.ends_at else None

    def matches(self, code_id: UUID, given: str, *, at: datetime) -> bool:
        return self.digits(code_id, at=at) == given

    def discard(self, code_id: UUID) -> None:
        self.codes.pop(code_id, None)

    def forget(self, user_id: UUID) -> None:
        """Destroy what is there for a person, as the port `Credentials` does."""
        for code_id in [one for one, code in self.codes.items() if code.user_id == user_id]:
            del self.codes[code_id]


@dataclass
class MemoryCodePace:
    """The port `CodePace`."""

    times: dict[UUID, list[datetime]] = field(default_factory=dict)

    def admit(self, counted: Mapping[UUID, Sequence[Limit]], *, at: datetime) -> datetime | None:
        ends = [again_at(self.times.get(one, ()), counted[one], at=at) for one in counted]
        again = max((end for end in ends if end), default=None)
        if again is None:
            for one in counted:
                self.times.setdefault(one, []).append(at)
        return again
