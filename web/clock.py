"""Moments as a page shows them: by the clock of who is signed in, in UTC if she chose none."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import g, has_app_context

from projections.reach import Reachable
from web.access import person
from web.portal import portal

NO_ZONE = "UTC"


def my_reach() -> Reachable:
    """Return how who is signed in may be told; it is asked once a request."""
    if "reach" not in g:
        g.reach = portal().reach.of(person().user_id)
    found: Reachable = g.reach
    return found


def zone() -> ZoneInfo:
    """Return by which clock a page shows moments."""
    is_known = has_app_context() and g.get("person") is not None
    chosen = my_reach().time_zone if is_known else None
    return ZoneInfo(chosen or NO_ZONE)


def day(on: date) -> str:
    """Return a day as a person reads it; of a moment, its day by her clock."""
    on = on.astimezone(zone()) if isinstance(on, datetime) else on
    return f"{on:%b} {on.day}, {on:%Y}"


def moment(at: datetime) -> str:
    """Return a moment as a person reads it."""
    at = at.astimezone(zone())
    return f"{at:%b} {at.day}, {at:%Y}, {at:%H:%M} {at:%Z}"
