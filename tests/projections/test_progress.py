"""Who wants to see what was just written is told as soon as every read model shows it."""

import pytest

from projections.news import News
from projections.progress import Progress
from projections.projection import Event
from projections.roster import ROSTER
from projections.runner import Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.projections.history import history
from tests.projections.oddities import Stumbling
from tests.projections.rows import append, cut, positions, remembered, runner
from tests.projections.test_standing_still import OTHERS


def past() -> list[Event]:
    return history(seed=7, commands=400)


def test_who_waits_for_a_position_is_told_when_every_read_model_shows_it(stores: Stores):
    remembered(stores, past())
    progress = Progress(stores.pool)
    assert progress.positions() == positions(stores.pool)
    assert progress.wait(len(past()), seconds=0) is True
    assert progress.wait(0, seconds=0) is True


def test_who_waits_longer_than_the_bound_is_told_so(stores: Stores):
    remembered(stores, past()[:-1])
    append(stores, past()[-1:])
    runner(stores).advance([ROSTER])
    assert Progress(stores.pool).wait(len(past()), seconds=0.05) is False
    assert Progress(stores.pool).wait(len(past()) - 1, seconds=0) is True


def test_who_waits_while_the_runner_works_sees_it_happen(stores: Stores):
    append(stores, past())
    waited, _ = at_once(
        lambda: Progress(stores.pool).wait(len(past()), seconds=20), runner(stores).catch_up
    )
    assert waited is True


def test_who_waits_for_the_read_models_does_not_wait_for_one_that_stands_still(stores: Stores):
    append(stores, past())
    Runner(stores.log, stores.pool, [Stumbling(), *OTHERS]).catch_up()
    assert Progress(stores.pool).wait(len(past()), seconds=0) is True


@pytest.fixture(params=["told", "untold"])
def progress(stores: Stores, request: pytest.FixtureRequest) -> Progress:
    """Progress as the pages have it, and without anybody who tells."""
    news = News(stores.database_url) if request.param == "told" else None
    return Progress(stores.pool, news)


def test_who_waits_is_told_of_each_step(stores: Stores, progress: Progress):
    for number, event in enumerate(past()[:20], start=1):
        append(stores, [event])
        waited, _ = at_once(
            lambda at=number: progress.wait(at, seconds=30), runner(stores).catch_up
        )
        assert waited is True


def test_what_was_told_before_anybody_waited_is_seen(stores: Stores, progress: Progress):
    remembered(stores, past())
    assert progress.wait(len(past()), seconds=30) is True
    assert progress.wait(len(past()) + 1, seconds=0.1) is False


def test_who_waits_does_not_mind_a_lost_connection(
    stores: Stores, progress: Progress, server: EmbeddedPostgres
):
    remembered(stores, past()[:-1])
    assert progress.wait(len(past()) - 1, seconds=30) is True
    cut(stores, server)
    append(stores, past()[-1:])
    waited, _ = at_once(lambda: progress.wait(len(past()), seconds=30), runner(stores).catch_up)
    assert waited is True


def test_many_who_wait_share_one_connection(stores: Stores):
    append(stores, past())
    shared = Progress(stores.pool, News(stores.database_url))
    waits = [lambda: shared.wait(len(past()), seconds=30)] * 8
    *waited, _ = at_once(*waits, runner(stores).catch_up)
    assert waited == [True] * 8
    with stores.pool.connection() as connection:
        row = connection.execute(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN %'
            """
        ).fetchone()
    assert row == (1,)
