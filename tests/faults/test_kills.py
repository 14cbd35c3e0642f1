"""Writers and sequencers are killed with SIGKILL all the time; the log is whole afterwards."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.attempts import Notes, require_as_noted
from tests.faults.children import SEQUENCER, WRITER, Child, ordered, running, until_gone
from tests.faults.pace import for_a_while
from tests.faults.soundness import require_sound
from tests.fixtures.product import eventually

CHANCE = Random(7)  # noqa: S311 - chooses victims and moments, not keys
BETWEEN_KILLS = 0.4
"""Seconds at most, after which something was appended."""


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    """What the writers say."""
    return Notes(tmp_path / "notes")


def test_what_was_acknowledged_is_there_once_and_what_was_refused_is_not(
    database_url: str, notes: Notes
):
    words = (str(notes.path),)
    writers = [Child(f"writer {number}", database_url, WRITER, words) for number in range(3)]
    sequencers = [Child(f"sequencer {number}", database_url, SEQUENCER) for number in range(2)]
    with running(*writers, *sequencers):
        for _ in for_a_while(at_least=6):
            let_them_work(notes)
            victim = CHANCE.choice([*writers, *sequencers])
            victim.kill()
            victim.start()
        for writer in writers:
            writer.kill()
        until_gone(database_url, "writer%")
        eventually(lambda: ordered(database_url), "the order of all events")
    until_gone(database_url, "sequencer%")
    assert require_sound(database_url) > 0
    require_as_noted(database_url, notes)
    assert notes.noted("kept")
    assert notes.noted("refused")
    assert not notes.noted("failed")


def let_them_work(notes: Notes) -> None:
    """Wait until something was acknowledged, and then for some moment."""
    before, pause = notes.size(), time.monotonic() + CHANCE.uniform(0, BETWEEN_KILLS)
    eventually(lambda: notes.size() > before and time.monotonic() > pause, "writers at work")
