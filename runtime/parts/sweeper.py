"""The part that destroys what has ended; it has no key at all."""

from collections.abc import Callable
from datetime import datetime

from adapters.blobs import Blobs
from adapters.credentials import PostgresCredentials
from adapters.obstore_blobs import blobs_at
from adapters.remains import KeptRemains
from adapters.shredder import PostgresShredder
from domain.destroying import Destroying
from domain.reminding import Reminding
from projections.endings import Endings
from projections.reminders import Reminders
from runtime.clock import now
from runtime.parts.life import at_intervals, end_with_starter
from runtime.settings import read_settings
from runtime.stores import Stores
from runtime.sweeper import Sweeper

PAUSE_SECONDS = 1.0
"""How long after its end a message is destroyed at most, if there is nothing else to do."""


def sweeper_of(stores: Stores, blobs: Blobs, clock: Callable[[], datetime] = now) -> Sweeper:
    """Return the sweeper with all that it needs."""
    shredder = PostgresShredder(stores.pool)
    credentials = PostgresCredentials(stores.pool)
    remains = KeptRemains(stores.pool, blobs)
    destroying = Destroying(stores.log, shredder, credentials, remains)
    return Sweeper(
        Endings(stores.pool),
        Reminders(stores.pool),
        remains,
        destroying,
        Reminding(stores.log),
        shredder,
        clock,
    )


def main() -> None:
    """Sweep until told to stop."""
    end_with_starter()
    settings = read_settings()
    blobs = blobs_at(settings.blobs)
    with Stores.open(str(settings.database_url)) as stores:
        sweeper_of(stores, blobs).run(at_intervals(PAUSE_SECONDS))


if __name__ == "__main__":
    main()
