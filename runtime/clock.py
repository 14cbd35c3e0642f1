"""The one clock of the house, and the one place where identifiers are drawn."""

from datetime import UTC, datetime
from uuid import UUID, uuid4


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a random identifier (RFC 9562, version 4)."""
    return uuid4()
