"""A log and a vault with which somebody else is quicker."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from eventlog.log import IN_MEMORY, EventLog
from tests.doubles.vault import MemoryVault


class ContestedLog(EventLog):
    """A log in memory; each rival acts once, just before the next save."""

    def __init__(self, *rivals: Callable[[], object]) -> None:
        super().__init__(IN_MEMORY)
        self.rivals = list(rivals)

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        if self.rivals:
            self.rivals.pop(0)()
        return super().save(*objs, **kwargs)


class ContestedVault(MemoryVault):
    """A vault in memory; a rival acts once, just before the given look at an address."""

    def __init__(self, rival: Callable[[], object], before_look: int) -> None:
        super().__init__()
        self.rival, self.looks_left = rival, before_look

    def address_id(self, address: str) -> UUID:
        self.looks_left -= 1
        if self.looks_left == 0:
            self.rival()
        return super().address_id(address)
