"""What can be asked of the past: the events of the last 30 days.

After https://docs.stripe.com/api/events/list, which names the 30 days.
"""

from dataclasses import dataclass

from adapters.sandbox.stripe_errors import StripeRefusal, missing
from adapters.sandbox.stripe_fields import Fields
from adapters.sandbox.stripe_lists import ListOrder, list_order
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Books

KEPT_FOR = 30 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class EventsOrder:
    """Which page of events is wanted, and of which types; no type means all of them."""

    which: ListOrder
    types: list[str]


def events_order(fields: Fields) -> EventsOrder:
    """Read which events are wanted, or raise StripeRefusal."""
    kind, kinds = fields.text("type"), fields.list_of("types")
    if kind and kinds:
        raise StripeRefusal("You may only specify one of these parameters: type, types.")
    return EventsOrder(list_order(fields), [kind] if kind else kinds)


def events_page(books: Books, order: EventsOrder, *, now: int) -> Json:
    """Return a page of events, the newest first."""
    found = [
        each
        for each in books.events()
        if each["created"] >= now - KEPT_FOR and each["type"] in (order.types or [each["type"]])
    ]
    return order.which.page(found, kind="event", url="/v1/events")


def one_event(books: Books, event_id: str, *, now: int) -> Json:
    """Return an event that is not too old."""
    for each in books.events():
        if each["id"] == event_id and each["created"] >= now - KEPT_FOR:
            return each
    raise missing("event", event_id)
