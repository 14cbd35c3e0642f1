"""A read model can be thrown away: rebuilt it is the same, and nobody notices the change."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

import psycopg
import pytest

from domain.catalogue import EVENTS
from domain.user import User
from projections.entitlements import Entitlements
from projections.inbox import Inbox
from projections.positions import lock_position
from projections.progress import Progress
from projections.projection import Event, Projection
from projections.rebuild import Rebuild
from projections.roster import ROSTER, Roster
from projections.runner import BATCH, PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.meanwhile import all_the_time, meanwhile
from tests.fixtures.product import eventually
from tests.projections.history import history, long_past
from tests.projections.oddities import forget
from tests.projections.rows import (
    all_rows,
    append,
    cut,
    positions,
    remembered,
    rows_of,
    runner,
    schemas,
)

pytestmark = pytest.mark.as_owner

EACH = pytest.mark.parametrize("projection", PROJECTIONS, ids=[one.name for one in PROJECTIONS])


def pieces(events: list[Event], seed: int) -> Iterator[list[Event]]:
    """Cut a history into pieces of varying length."""
    chance = random.Random(seed)  # noqa: S311 - the same pieces each time
    while events:
        length = chance.choice([1, 1, 2, 3, 10, 40])
        yield events[:length]
        events = events[length:]


def rebuild(stores: Stores, *projections: Projection) -> None:
    for projection in projections:
        Rebuild(stores.log, stores.pool, projection).run()


def test_the_long_past_tells_of_every_event_there_is():
    assert {type(event) for event in long_past()} == set(EVENTS.values())
    assert len(long_past()) > BATCH


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_rebuilt_is_the_same_as_grown_bit_by_bit(stores: Stores, seed: int):
    for piece in pieces(history(seed, commands=1_200), seed):
        remembered(stores, piece)
    grown = all_rows(stores.pool)
    rebuild(stores, *PROJECTIONS)
    assert all_rows(stores.pool) == grown
    assert {f"{name}.{table}" for name, tables in grown.items() for table in tables} == {
        *("roster.practice", "roster.person", "roster.user_manager"),
        *("inbox.message", "inbox.file", "entitlements.entitlement", "entitlements.tier_change"),
        *("billing.purchase", "billing.subscription", "billing.payer", "billing.card_page"),
        *("billing.report", "billing.plan", "billing.reconciliation", "billing.difference"),
        *("endings.message", "endings.person", "holds.hold", "holds.register"),
        *("reach.email_change", "reach.former_email"),
        *("reach.person", "reminders.person", "reminders.message"),
        *("deliveries.notice", "deliveries.step"),
    }
    assert all(rows for tables in grown.values() for rows in tables.values())


def test_grown_in_one_go_is_the_same_as_grown_bit_by_bit(stores: Stores):
    for piece in pieces(long_past(), seed=5):
        remembered(stores, piece)
    grown = all_rows(stores.pool)
    forget(stores)
    runner(stores).catch_up()
    assert all_rows(stores.pool) == grown


@EACH
def test_rebuilt_while_others_append_and_follow_it_misses_nothing_and_never_goes_back(
    stores: Stores, projection: Projection
):
    middle, seen = len(long_past()) // 2, [0]
    remembered(stores, long_past()[:middle])
    follower, web = runner(stores), Progress(stores.pool)
    others = (follower.advance_all, lambda: seen.append(web.positions()[projection.name]))
    with all_the_time(*others), meanwhile(appends(stores, long_past()[middle:])):
        rebuild(stores, *[projection] * 8)
    follower.catch_up()
    assert seen == sorted(seen)
    shown = rows_of(stores.pool, projection.name)
    rebuild(stores, projection)
    assert positions(stores.pool)[projection.name] == stores.log.head() == len(long_past())
    assert rows_of(stores.pool, projection.name) == shown


@EACH
def test_what_is_appended_until_the_switch_is_in_what_is_switched_to(
    stores: Stores, projection: Projection
):
    remembered(stores, long_past()[:-50])
    with meanwhile_locked(stores, projection, lambda: rebuild(stores, projection)):
        append(stores, long_past()[-50:])
    assert positions(stores.pool)[projection.name] == len(long_past())


@contextmanager
def meanwhile_locked(
    stores: Stores, projection: Projection, act: Callable[[], object]
) -> Iterator[None]:
    """Let a rebuild come as far as the switch, and no further before the block ends."""
    with stores.pool.connection() as busy, ExitStack() as until_the_end:
        lock_position(busy, projection)
        until_the_end.enter_context(meanwhile(act))
        try:
            eventually(lambda: waiting(stores), "the rebuild to wait for its turn")
            yield
        finally:
            busy.rollback()


def waiting(stores: Stores) -> bool:
    """Say whether somebody waits for a lock in this database."""
    with stores.pool.connection() as connection:
        row = connection.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
            )
            """
        ).fetchone()
    return bool(row and row[0])


def appends(stores: Stores, events: list[Event]) -> Callable[[], object]:
    return lambda: [append(stores, piece) for piece in pieces(events, seed=6)]


def test_a_rebuild_tells_how_many_events_it_has_read(stores: Stores):
    append(stores, long_past())
    told: list[int] = []
    position = Rebuild(stores.log, stores.pool, ROSTER).run(told.append)
    assert sum(told) == len(long_past())
    assert position == positions(stores.pool)["roster"] == len(long_past())


def test_a_rebuild_leaves_nothing_lying_about(stores: Stores):
    remembered(stores, long_past())
    rebuild(stores, *PROJECTIONS)
    assert schemas(stores.pool) == set()


class Killed(BaseException):
    """What ends a process in the middle of its work."""


def killed_at(share: float) -> Callable[[int], None]:
    """Return a progress that ends the process as soon as so much of the past was read."""
    read, events = [0], int(share * len(long_past()))

    def progress(more: int) -> None:
        read[0] += more
        if read[0] >= events:
            raise Killed

    return progress


@EACH
@pytest.mark.parametrize("share", [0.01, 0.6, 1])
def test_a_rebuild_that_was_killed_leaves_the_old_and_the_next_one_works(
    stores: Stores, projection: Projection, share: float
):
    shown = remembered(stores, long_past())
    with pytest.raises(Killed):
        Rebuild(stores.log, stores.pool, projection).run(killed_at(share))
    assert all_rows(stores.pool) == shown
    rebuild(stores, projection)
    assert all_rows(stores.pool) == shown
    assert schemas(stores.pool) == set()


def test_a_rebuild_whose_connections_are_cut_leaves_the_old_and_the_next_one_works(
    stores: Stores, server: EmbeddedPostgres
):
    shown = remembered(stores, long_past())
    with pytest.raises(psycopg.OperationalError):
        Rebuild(stores.log, stores.pool, ROSTER).run(lambda _: cut(stores, server))
    assert all_rows(stores.pool) == shown
    rebuild(stores, ROSTER)
    assert all_rows(stores.pool) == shown


def test_what_a_killed_rebuild_replaced_already_is_dropped_by_the_next(stores: Stores):
    shown = remembered(stores, long_past())
    with stores.pool.connection() as connection:
        connection.execute("CREATE SCHEMA roster_replaced CREATE TABLE person (user_id uuid)")
    rebuild(stores, ROSTER)
    assert all_rows(stores.pool) == shown
    assert schemas(stores.pool) == set()


def test_two_rebuilds_of_one_read_model_take_turns(stores: Stores):
    shown = remembered(stores, long_past())
    again = at_once(*[lambda: Rebuild(stores.log, stores.pool, ROSTER).run()] * 3)
    assert again == [len(long_past())] * 3
    assert all_rows(stores.pool) == shown


def test_who_reads_all_the_time_notices_nothing_of_a_rebuild(stores: Stores, database_url: str):
    remembered(stores, long_past())
    people = [event.originator_id for event in long_past() if isinstance(event, User.UserInvited)]
    with Stores.open(database_url) as web:
        expected, seen = look(web, people), set()
        readers = [lambda: seen.add(look(web, people))] * 4
        with all_the_time(*readers) as looks:
            rebuild(stores, *PROJECTIONS * 10)
    assert seen == {expected}
    assert min(looks) > 10


def look(stores: Stores, people: list[UUID]) -> str:
    """Return what several pages show, as text."""
    roster, inbox, tiers = Roster(stores.pool), Inbox(stores.pool), Entitlements(stores.pool)
    first = roster.person(people[0])
    assert first is not None
    assert first.practice_id is not None
    return str(
        [
            sorted(map(str, roster.people(people).values())),
            roster.members(first.practice_id),
            inbox.received_by(first.user_id),
            sorted(map(str, tiers.of_all(people).values())),
        ]
    )


def test_somebody_who_reads_for_long_keeps_no_other_reader_waiting(
    stores: Stores, database_url: str
):
    remembered(stores, long_past())
    people = [long_past()[2].originator_id]
    hasty = Stores.open(f"{database_url} options='-c statement_timeout=3s'")
    with hasty as web, stores.pool.connection() as slow:
        expected = look(web, people)
        slow.execute("SELECT FROM roster.person")
        with meanwhile(lambda: rebuild(stores, ROSTER)):
            try:
                seen = [look(web, people) for _ in range(300)]
            finally:
                slow.rollback()
    assert set(seen) == {expected}
