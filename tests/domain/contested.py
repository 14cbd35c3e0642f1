"""A log in which somebody else is quicker."""

from collections.abc import Callable
from typing import Any

from eventlog.log import IN_MEMORY, EventLog


class ContestedLog(EventLog):
    """A log in memory; each rival acts once, just before the next save."""

    def __init__(self, *rivals: Callable[[], object]) -> None:
        super().__init__(IN_MEMORY)
        self.rivals = list(rivals)

    def save(self, *objs: Any, **kwargs: Any) -> list[Any]:
        if self.rivals:
            self.rivals.pop(0)()
        return super().save(*objs, **kwargs)
