"""Lists of the stand-in, the newest first and page by page.

After https://docs.stripe.com/api/pagination and https://docs.stripe.com/api/events/list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from adapters.sandbox.stripe_errors import StripeRefusal, missing
from adapters.sandbox.stripe_fields import Fields
from adapters.sandbox.stripe_objects import Json, listing

USUAL_PAGE = 10
LONGEST_PAGE = 100
BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda created, bound: created > bound,
    "gte": lambda created, bound: created >= bound,
    "lt": lambda created, bound: created < bound,
    "lte": lambda created, bound: created <= bound,
}


@dataclass(frozen=True, slots=True)
class ListOrder:
    """Which page of a list is wanted: of things made in a time, with fields of these values."""

    limit: int
    after: str | None
    bounds: dict[str, int]
    fields: dict[str, str]

    def page(self, items: Iterable[Json], *, kind: str, url: str) -> Json:
        """Return the page of `items`, which come newest first; raises StripeRefusal."""
        everything = list(items)
        rest = everything[self._start(everything, kind) :]
        wanted = [each for each in rest if self._wants(each)]
        return listing(wanted[: self.limit], url=url, has_more=len(wanted) > self.limit)

    def _start(self, items: list[Json], kind: str) -> int:
        if self.after is None:
            return 0
        for place, each in enumerate(items, start=1):
            if each["id"] == self.after:
                return place
        raise missing(kind, self.after, status=400)

    def _wants(self, item: Json) -> bool:
        in_time = all(BOUNDS[name](item["created"], at) for name, at in self.bounds.items())
        return in_time and all(item[name] == value for name, value in self.fields.items())


def list_order(fields: Fields, *filters: str) -> ListOrder:
    """Read which page is wanted, filtered by the named fields of what is listed."""
    limit = fields.whole_or_none("limit") or USUAL_PAGE
    if limit > LONGEST_PAGE:
        raise StripeRefusal("Invalid limit: must be between 1 and 100.", param="limit")
    bounds = {name: fields.moment(f"created[{name}]") for name in BOUNDS}
    asked = {name: fields.text(name) for name in filters}
    return ListOrder(
        limit=limit,
        after=fields.text("starting_after"),
        bounds={name: at for name, at in bounds.items() if at is not None},
        fields={name: value for name, value in asked.items() if value is not None},
    )
