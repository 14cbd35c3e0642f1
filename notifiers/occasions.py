"""The list of occasions on which somebody is told something."""

from collections.abc import Callable
from types import MappingProxyType, ModuleType

from notifiers import expiry, new_message, receipt, registration, set_password
from notifiers.desk import Desk
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASIONS: tuple[ModuleType, ...] = (registration, set_password, new_message, expiry, receipt)

WRITERS: MappingProxyType[str, Callable[[Notice, Correspondent, Desk], Letter]] = MappingProxyType(
    {occasion.OCCASION: occasion.write for occasion in OCCASIONS}
)


def plan(event: Event) -> tuple[Notice, ...]:
    """Return every notice that an event owes."""
    planned = (occasion.plan(event) for occasion in OCCASIONS)
    return tuple(notice for notice in planned if notice)
