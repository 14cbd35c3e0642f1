"""A read model that cannot go on stands still alone, and says at which event."""

import pytest
from eventsourcing.utils import get_topic

from projections.entitlements import ENTITLEMENTS
from projections.progress import Progress
from projections.projection import Event, Projection
from projections.roster import ROSTER
from projections.runner import PROJECTIONS, Runner
from runtime.stores import Stores
from tests.projections.history import history
from tests.projections.oddities import (
    Stumbling,
    StumblingAt50,
    Weather,
    WritingNonsense,
    all_rows_of_fresh,
    counted,
    unknown,
)
from tests.projections.rows import all_rows, append, everywhere, positions, runner

OTHERS = [one for one in PROJECTIONS if one is not ENTITLEMENTS]
"""All that do not stumble."""


def past() -> list[Event]:
    return history(seed=7, commands=400)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(Stumbling(), "ZeroDivisionError"), (WritingNonsense(), "NotNullViolation")],
)
def test_a_read_model_that_fails_stands_still_alone_and_the_event_is_named(
    stores: Stores, caplog: pytest.LogCaptureFixture, broken: Projection, reason: str
):
    append(stores, past())
    Runner(stores.log, stores.pool, [broken, *OTHERS]).catch_up()
    head, failure = len(past()), f"position 3, {get_topic(type(past()[2]))}: {reason}"
    assert positions(stores.pool) == {**everywhere(head), "entitlements": 2}
    assert counted(stores) == 2
    assert caplog.messages == [f"projection entitlements stands still at {failure}"]
    assert Progress(stores.pool).failures() == {"entitlements": failure}
    assert "Carla" not in caplog.text


def test_an_event_that_cannot_be_read_stops_only_who_has_to_read_it(
    stores: Stores, caplog: pytest.LogCaptureFixture
):
    append(stores, past())
    unknown(stores, "message.read")
    append(stores, [Weather.rain(1).pending_events[0]])
    runner(stores).catch_up()
    head = len(past())
    who_reads_it = {"inbox": head, "endings": head, "reminders": head}
    assert positions(stores.pool) == {**everywhere(head + 2), **who_reads_it}
    failure = f"position {head + 1}, message.read: MapperDeserialisationError"
    assert sorted(caplog.messages) == [
        f"projection {name} stands still at {failure}" for name in sorted(who_reads_it)
    ]


def test_a_read_model_that_stands_still_is_not_tried_again_at_once(
    stores: Stores, caplog: pytest.LogCaptureFixture
):
    append(stores, past())
    broken = Runner(stores.log, stores.pool, [Stumbling()])
    broken.catch_up()
    broken.catch_up()
    assert len(caplog.messages) == 1


def test_a_read_model_that_was_repaired_goes_on_where_it_stood(stores: Stores):
    append(stores, past())
    Runner(stores.log, stores.pool, [StumblingAt50(), ROSTER]).catch_up()
    assert Progress(stores.pool).failures().keys() == {"entitlements"}
    runner(stores).catch_up()
    assert positions(stores.pool) == everywhere(len(past()))
    assert Progress(stores.pool).failures() == {}
    shown = all_rows(stores.pool)
    assert all_rows_of_fresh(stores) == shown
