"""Read models and events that the product does not have, to see what becomes of them."""

from collections.abc import Iterable
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg.sql import SQL, Identifier

from domain.aggregate import Aggregate, FirstEvent
from eventlog.log import Recorded
from projections.change import Change, Insert
from projections.entitlements import ENTITLEMENTS
from projections.projection import Projection
from runtime.stores import Stores
from tests.fixtures.clock import START
from tests.projections.rows import Rows, all_rows, runner

ADA = UUID("00000000-0000-0000-0000-0000000000aa")


class Weather(Aggregate):
    """Something that no read model has ever heard of."""

    TOPIC = "test-weather"

    class Event(Aggregate.Event):
        """Something about the weather."""

    class RainFell(Event, FirstEvent):
        """It rained."""

        TOPIC = "test-weather.rain-fell"

    @classmethod
    def rain(cls, place: int) -> "Weather":
        return cls._create(cls.RainFell, id=UUID(int=place), timestamp=START, by=ADA)


def unknown(stores: Stores, topic: str) -> None:
    """Append an event that no program can read."""
    stores.log.recorder.insert_events([StoredEvent(UUID(int=404), 1, topic, b"\xff")])


class Count(Projection):
    """Counts every event, with a row each in the table of something else."""

    def __init__(self) -> None:
        super().__init__("entitlements", {})

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield Insert(
            "entitlement",
            {"user_id": UUID(int=recorded.position)},
            {"made_by_version": recorded.position, "made_at": START},
        )


def counted(stores: Stores) -> int:
    with stores.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM entitlements.entitlement").fetchone()
    return int(row[0]) if row else 0


class Stumbling(Count):
    """Fails at the third event."""

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield from super().changes(recorded)
        if recorded.position == 3:
            raise ZeroDivisionError("Carla Weiss, +12025550123")


class WritingNonsense(Count):
    """Writes what the table refuses at the third event."""

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield from super().changes(recorded)
        if recorded.position == 3:
            yield Insert("entitlement", {"user_id": ADA}, {"granted": True})


class StumblingAt50(Projection):
    """Is what the entitlements are, up to an event in the middle of a batch."""

    def __init__(self) -> None:
        super().__init__("entitlements", {})

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        if recorded.position == 50:
            raise ZeroDivisionError
        yield from ENTITLEMENTS.changes(recorded)


def all_rows_of_fresh(stores: Stores) -> dict[str, Rows]:
    """Return what the read models hold once they have grown from nothing, and empty them."""
    runner(stores).catch_up()
    shown = all_rows(stores.pool)
    forget(stores)
    return shown


def forget(stores: Stores) -> None:
    """Let all read models begin anew."""
    with stores.pool.connection() as connection:
        connection.execute("UPDATE projection.position SET position = 0, notification_id = 0")
        for schema, tables in all_rows(stores.pool).items():
            for table in tables:
                connection.execute(SQL("DELETE FROM {}").format(Identifier(schema, table)))
