"""Quiet hours: nobody is nudged at night, by the clock of the place where she lives."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_BEGINS, DAY_ENDS = time(8), time(20)


def end_of_quiet(moment: datetime, time_zone: str) -> datetime | None:
    """Return when it is day again in a time zone, None if it is day there now.

    `time_zone` is a name of the IANA database. Times are compared as clocks on the wall show them,
    so that a change of the clocks changes nothing about when it is day.
    """
    zone = ZoneInfo(time_zone)
    there = moment.astimezone(zone)
    if DAY_BEGINS <= there.time() < DAY_ENDS:
        return None
    day = there.date() + timedelta(days=int(there.time() >= DAY_ENDS))
    return datetime.combine(day, DAY_BEGINS, zone).astimezone(moment.tzinfo)
