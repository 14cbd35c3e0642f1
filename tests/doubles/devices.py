"""Devices in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.device import MOST_DEVICES


@dataclass
class MemoryDevices:
    used_at: dict[UUID, dict[str, datetime]] = field(default_factory=dict)
    drawn: int = 0

    def draw(self) -> str:
        self.drawn += 1
        return f"device-{self.drawn:020}"

    def knows(self, user_id: UUID, device: str) -> bool:
        return device in self.used_at.get(user_id, {})

    def remember(self, user_id: UUID, device: str, *, at: datetime) -> None:
        hers = self.used_at.setdefault(user_id, {})
        hers[device] = max(at, hers.get(device, at))
        while len(hers) > MOST_DEVICES:
            del hers[min(hers, key=lambda one: hers[one])]
