"""Sees to it that what has ended is destroyed, what ends soon announced, and who is due erased.

Who did not answer an invitation, or does not read, is reminded; and files that went with no message
are cleared away.

It has no key: it destroys what it cannot open. Any number may run; they take turns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.remains import KeptRemains
from domain.destroying import Destroying
from domain.ports import Shredder
from domain.refusal import Refusal
from domain.reminding import Reminding
from projections.endings import Endings
from projections.reminders import Reminders

BATCH = 100
"""How much of each kind is done in a round."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Does what is due, however often it is cut off."""

    endings: Endings
    reminders: Reminders
    remains: KeptRemains
    destroying: Destroying
    reminding: Reminding
    shredder: Shredder
    clock: Callable[[], datetime]

    def sweep(self) -> int:
        """Do the next of what is due; return how much was done."""
        told = self._announce() + self._remind() + self._nudge()
        return told + self._destroy() + self._erase() + self._clear_away()

    def run(self, wait: Callable[[bool], bool]) -> None:
        """Sweep for good; `wait(idle)` pauses between rounds and says whether to go on."""
        while wait(self.sweep() == 0):
            pass

    def _announce(self) -> int:
        now = self.clock()
        found = self.endings.to_announce(now, BATCH)
        return sum(recorded(self.destroying.announce, one, now) for one in found)

    def _remind(self) -> int:
        now = self.clock()
        found = self.reminders.to_remind(now, BATCH)
        return sum(recorded(self.reminding.remind, one, now) for one in found)

    def _nudge(self) -> int:
        now = self.clock()
        found = self.reminders.to_nudge(now, BATCH)
        return sum(recorded(self.reminding.nudge, together, now) for together in found)

    def _destroy(self) -> int:
        now = self.clock()
        found = self.endings.due(now, BATCH)
        return sum(self._destroyed(one, now) for one in found)

    def _destroyed(self, message_id: UUID, now: datetime) -> int:
        with self.shredder.turn():
            return recorded(self.destroying.destroy_content, message_id, now)

    def _erase(self) -> int:
        now = self.clock()
        found = self.endings.to_erase(now, BATCH)
        if not found:
            return 0
        with self.shredder.turn():
            return sum(self._erased(user_id, address_id, now) for user_id, address_id in found)

    def _erased(self, user_id: UUID, address_id: UUID | None, now: datetime) -> int:
        def erase(user_id: UUID, *, at: datetime) -> int:
            return self.destroying.erase(user_id, address_id=address_id, at=at)

        return recorded(erase, user_id, now)

    def _clear_away(self) -> int:
        now = self.clock()
        found = self.remains.unwanted(now, BATCH)
        return sum(self._cleared_away(one, owner_id, now) for one, owner_id in found)

    def _cleared_away(self, attachment_id: UUID, owner_id: UUID, now: datetime) -> int:
        try:
            with self.shredder.turn():
                self.destroying.destroy_upload(attachment_id, owner_id=owner_id, at=now)
        except Refusal:
            return 0
        return 1


def recorded(command: Callable[..., int], about: UUID | Sequence[UUID], at: datetime) -> int:
    """Give a command; say whether it recorded anything.

    It is refused where the read models lag behind, or a hold was placed meanwhile.
    """
    try:
        return int(command(about, at=at) > 0)
    except Refusal:
        return 0
