"""When a term is renewed, how long a refused card keeps the tier, and when somebody is told.

Every number of the renewal is here.
"""

from datetime import datetime, timedelta

RENEWED_BEFORE = timedelta(days=3)
"""So long before a term ends its renewal is charged."""

PRICE_ANNOUNCED_BEFORE = timedelta(days=10)
"""So long before a term ends its payer is told that the next one costs something else."""

GRACE = timedelta(days=7)
"""So long after the first refusal the tier is kept; a term that is paid is never shortened."""

TRIED_AGAIN_ON = (3, 6)
"""Days of the grace period on which the card is tried again; if in vain, the payer is told."""

CARD_EXPIRY_ANNOUNCED_BEFORE = timedelta(days=31)
"""So long before a card expires its payer is told, if she pays for anything."""


def renewal_is_due(ends_at: datetime, at: datetime) -> bool:
    """Say whether a renewal is charged now: some days before, or late but not too late."""
    return ends_at - RENEWED_BEFORE <= at < ends_at + GRACE


def price_is_announced(ends_at: datetime, at: datetime) -> bool:
    """Say whether a changed price can still be told in time for the next term."""
    return ends_at - PRICE_ANNOUNCED_BEFORE <= at < ends_at - RENEWED_BEFORE


def day_of_grace(grace_ends_at: datetime, at: datetime) -> int:
    """Return how many whole days ago the grace period began."""
    return (at - (grace_ends_at - GRACE)).days


def retry_is_due(grace_ends_at: datetime, tried_on: int, at: datetime) -> bool:
    """Say whether a day has come on which the card is tried again by itself."""
    today = day_of_grace(grace_ends_at, at)
    return any(tried_on < day <= today for day in TRIED_AGAIN_ON)


def kept_until(ends_at: datetime, grace_ends_at: datetime) -> datetime:
    """Return until when the tier is kept; a term that is paid is never shortened by grace."""
    return max(ends_at, grace_ends_at)
