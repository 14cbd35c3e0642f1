"""The time zones that people may choose: names of places in the IANA database, by continent."""

from functools import cache
from zoneinfo import available_timezones

CONTINENTS = (
    *("America", "Pacific", "Atlantic", "Europe", "Africa", "Asia", "Indian", "Australia"),
    *("Antarctica", "Arctic"),
)
"""In the order in which they are shown; all other names are abbreviations and old spellings."""


@cache
def zones() -> dict[str, list[tuple[str, str]]]:
    """Return names and what a page calls them, by continent: "New York" for America/New_York."""
    known = sorted(available_timezones())
    return {
        continent: [(name, place(name)) for name in known if name.startswith(f"{continent}/")]
        for continent in CONTINENTS
    }


@cache
def names() -> frozenset[str]:
    """Return all names that may be chosen."""
    return frozenset(name for group in zones().values() for name, _ in group) | {"UTC"}


def place(name: str) -> str:
    """Return the place of a time zone as a person reads it."""
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
