"""The list of occasions on which somebody is told something."""

from collections.abc import Callable
from types import MappingProxyType, ModuleType

from notifiers import (
    bought_for_you,
    card_changed,
    card_expiry,
    expiry,
    invoice_summary,
    lapsed,
    lapsed_colleague,
    new_message,
    price_change,
    receipt,
    refund,
    refund_owed,
    registration,
    renewal_cancelled,
    renewal_trouble,
    set_password,
)
from notifiers.desk import Desk
from notifiers.notice import Correspondent, Event, Letter, Notice

OCCASIONS: tuple[ModuleType, ...] = (
    registration,
    set_password,
    new_message,
    expiry,
    receipt,
    bought_for_you,
    refund_owed,
    refund,
    renewal_trouble,
    renewal_cancelled,
    lapsed,
    lapsed_colleague,
    price_change,
    card_expiry,
    card_changed,
    invoice_summary,
)

WRITERS: MappingProxyType[str, Callable[[Notice, Correspondent, Desk], Letter]] = MappingProxyType(
    {occasion.OCCASION: occasion.write for occasion in OCCASIONS}
)


def plan(event: Event) -> tuple[Notice, ...]:
    """Return every notice that an event owes."""
    planned = (occasion.plan(event) for occasion in OCCASIONS)
    return tuple(notice for notice in planned if notice)
