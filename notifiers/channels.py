"""The state of each channel, which all senders share: its circuit breaker and its pace.

After some failures of a carrier in a row its channel is closed for a while; then one notice alone
tries it, and opens it again or closes it for longer (Nygard, Release It!, circuit breaker). The
pace is a rate limit with a small burst (generic cell rate algorithm, ITU-T I.371, annex A).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from domain.notification import Channel

FAILURES_THAT_CLOSE = 5
"""So many failures of a carrier in a row close its channel."""

FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
"""How long it stays closed; doubled with each failure of a trial."""

LONGEST_PAUSE = timedelta(hours=1)
"""How long a carrier is left alone at most, whatever it asks; a rest that ends later than that is
one of a clock that has gone back."""

TRIAL_LASTS = timedelta(seconds=90)
"""After so long the outcome of a trial is not waited for any more."""

BURST = timedelta(seconds=1)
"""What was not sent in this time may be sent at once."""

USABLE = """
SELECT channel FROM notices.channel
WHERE channel = ANY(%(channels)s)
    AND (closed_until IS NULL OR closed_until <= %(now)s OR closed_until > %(now)s + %(longest)s)
    AND (free_at <= %(now)s OR free_at > %(now)s + %(longest)s)
    AND EXISTS (
        SELECT FROM notices.owed
        WHERE owed.channel = channel.channel AND state = 'owed' AND taken_by IS NULL
            AND next_try_at <= %(now)s AND position <= %(shown)s
    )
ORDER BY channel = 'email', channel
"""


@dataclass(frozen=True, slots=True)
class Room:
    """How many notices may be taken from a channel now; a trial is one alone."""

    most: int
    is_trial: bool


def usable(
    connection: Connection[Any], channels: Sequence[Channel], *, shown: int, now: datetime
) -> list[Channel]:
    """Return those channels that are open and on which something is due; that of mails last."""
    asked = {"channels": list(channels), "now": now, "shown": shown, "longest": LONGEST_PAUSE}
    return [Channel(row[0]) for row in connection.execute(USABLE, asked)]


def room(
    connection: Connection[Any], channel: Channel, *, rate: float, most: int, now: datetime
) -> Room:
    """Return how much may be taken; nobody else takes from the channel in this transaction.

    `rate` is in notices a second.
    """
    row = connection.execute(
        "SELECT failures, closed_until, free_at FROM notices.channel WHERE channel = %s FOR UPDATE",
        (channel,),
    ).fetchone()
    if row is None:
        return Room(0, is_trial=False)
    failures, closed_until, free_at = row
    if is_ahead(closed_until, now):
        return Room(0, is_trial=False)
    since = free_at if is_ahead(free_at, now) else min(max(free_at, now - BURST), now)
    fits = int((now - since).total_seconds() * rate) + 1 if since <= now else 0
    is_trial = failures >= FAILURES_THAT_CLOSE
    return Room(min(fits, 1 if is_trial else most), is_trial)


def used(
    connection: Connection[Any],
    channel: Channel,
    taken: int,
    *,
    rate: float,
    is_trial: bool,
    now: datetime,
) -> None:
    """Record how many were taken, in the transaction in which there was room for them."""
    if taken:
        connection.execute(
            """
            UPDATE notices.channel
            SET free_at = least(greatest(free_at, %(now)s - %(burst)s), %(now)s) + %(taken)s,
                closed_until = %(until)s
            WHERE channel = %(channel)s
            """,
            {
                "now": now,
                "burst": BURST,
                "taken": timedelta(seconds=taken / rate),
                "until": now + TRIAL_LASTS if is_trial else None,
                "channel": channel,
            },
        )


def works(connection: Connection[Any], channel: Channel, *, is_trial: bool, now: datetime) -> None:
    """Forget the failures of a carrier that has answered for itself; a trial opens its channel.

    What was under way when the channel was closed does not open it: the carrier may have asked to
    be left alone meanwhile.
    """
    connection.execute(
        """
        UPDATE notices.channel SET failures = 0, closed_until = NULL
        WHERE channel = %(channel)s AND failures > 0 AND (
            %(is_trial)s OR failures < %(most)s AND coalesce(closed_until, %(now)s) <= %(now)s
        )
        """,
        {"channel": channel, "is_trial": is_trial, "most": FAILURES_THAT_CLOSE, "now": now},
    )


def untried(connection: Connection[Any], channel: Channel) -> None:
    """Let another notice try a channel, since the one that should has said nothing about it."""
    connection.execute(
        "UPDATE notices.channel SET closed_until = NULL WHERE channel = %s AND failures >= %s",
        (channel, FAILURES_THAT_CLOSE),
    )


def fails(
    connection: Connection[Any],
    channel: Channel,
    *,
    is_trial: bool,
    pause: timedelta | None,
    now: datetime,
) -> None:
    """Count a failure of a carrier, and close its channel if it is one too many.

    `pause` is how long the carrier asked to be left alone, for which it has an hour at most. What
    was under way when the channel was closed does not close it for longer.
    """
    row = connection.execute(
        "SELECT failures, closed_until FROM notices.channel WHERE channel = %s FOR UPDATE",
        (channel,),
    ).fetchone()
    if row is None or (is_closed(row[0], row[1], now) and not is_trial):
        return
    failures = row[0] + 1
    rest = max(rest_after(failures), min(pause or timedelta(), LONGEST_PAUSE))
    connection.execute(
        "UPDATE notices.channel SET failures = %s, closed_until = %s WHERE channel = %s",
        (failures, now + rest if rest else None, channel),
    )


def is_closed(failures: int, closed_until: datetime | None, now: datetime) -> bool:
    """Say whether nothing but a trial leaves by a channel, or nothing at all."""
    return failures >= FAILURES_THAT_CLOSE or is_ahead(closed_until, now)


def is_ahead(moment: datetime | None, now: datetime) -> bool:
    """Say whether a moment is yet to come, and was not set by a clock that has gone back since."""
    return moment is not None and now < moment <= now + LONGEST_PAUSE


def rest_after(failures: int) -> timedelta:
    """Return how long a channel stays closed after so many failures in a row."""
    if failures < FAILURES_THAT_CLOSE:
        return timedelta()
    return min(FIRST_REST * float(2 ** min(failures - FAILURES_THAT_CLOSE, 20)), LONGEST_REST)
