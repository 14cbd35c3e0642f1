"""Writes the page about every event that the house records, `docs/events.md`, from the catalogue.

`python -m domain.catalogue_page` prints the page; nobody edits it by hand.
"""

from inspect import getdoc
from typing import get_args

from domain.aggregate import Aggregate
from domain.catalogue import AGGREGATES, events_of, payload_of, personal_data_of

OPENING = """\
# Events

`make docs` writes this page from `domain/catalogue.py`; do not edit it.

An event is a fact that stays forever. Each says to whom or what it happened (`originator_id`), as
which version (`originator_version`), when (`timestamp`, in UTC) and who did it (`by`); the tables
say what else it holds. `Sealed` values open only with a key from the vault.

Personal data: *pseudonymous* events hold identifiers, times, enumerations, and what is public
anyway; *sealed* events hold sealed values as well.
"""

TABLE_HEAD = """\
| event | topic | meaning | fields | personal data |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([OPENING, *(section(aggregate) for aggregate in AGGREGATES)])


def section(aggregate: type[Aggregate]) -> str:
    """Return the table of one aggregate's events."""
    rows = "".join(row(event) for event in events_of(aggregate))
    return f"## {aggregate.__name__}\n\n{getdoc(aggregate)}\n\n{TABLE_HEAD}{rows}"


def row(event: type[Aggregate.Event]) -> str:
    """Return one event's line of the table."""
    fields = [f"`{name}`: {type_name(kind)}" for name, kind in payload_of(event).items()]
    cells = [
        f"`{event.__name__}`",
        f"`{vars(event)['TOPIC']}`",
        meaning(event),
        ", ".join(fields) or "none",
        str(personal_data_of(event)),
    ]
    return f"| {' | '.join(cells)} |\n"


def meaning(event: type[Aggregate.Event]) -> str:
    """Return the first sentence of an event's description."""
    description = " ".join((getdoc(event) or "").split())
    return description.partition(". ")[0].rstrip(".") + "."


def type_name(kind: object) -> str:
    """Return how the page calls a field's type."""
    alternatives = " or ".join(type_name(part) for part in get_args(kind))
    return alternatives or str(getattr(kind, "__name__", kind)).replace("NoneType", "nothing")


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - it is a command
