"""What was once stored can be read for ever; how a golden file is added, `golden_files.py` says."""

from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from domain.aggregate import FirstEvent
from domain.catalogue import AGGREGATES, EVENTS
from tests.domain.golden_files import (
    GOLDEN,
    add_golden,
    as_stored_today,
    golden_file,
    newest_version,
)
from tests.domain.rules import Rules
from tests.domain.samples import FIRST_EVENTS, SAMPLES
from tests.scenario import Fact

FILES = sorted(GOLDEN.iterdir())
KINDS = {str(vars(kind)["TOPIC"]): kind for kind in AGGREGATES}


def topic_of(file: Path) -> str:
    return file.name.rpartition(".v")[0]


def stored_in(file: Path, *, version: int) -> StoredEvent:
    topic = topic_of(file)
    return StoredEvent(SAMPLES[topic].of, version, topic, file.read_bytes())


def history_with(file: Path) -> list[StoredEvent]:
    """Return an event with which the file's aggregate begins, then the file's if it is another."""
    first = FIRST_EVENTS[topic_of(file).partition(".")[0]]
    beginning = golden_file(first, newest_version(first))
    begins = issubclass(EVENTS[topic_of(file)], FirstEvent)
    history = [file] if begins else [beginning, file]
    return [stored_in(each, version=number) for number, each in enumerate(history, start=1)]


def test_every_version_of_every_catalogued_event_has_a_golden_file() -> None:
    assert (
        sorted(
            golden_file(topic, version)
            for topic in EVENTS
            for version in range(1, newest_version(topic) + 1)
        )
        == FILES
    )


@pytest.mark.parametrize("topic", EVENTS)
def test_the_newest_golden_file_is_what_is_stored_today(topic: str) -> None:
    golden = golden_file(topic, newest_version(topic))
    assert as_stored_today(topic).state == golden.read_bytes()
    assert as_stored_today(topic).topic == topic


@pytest.mark.parametrize("topic", EVENTS)
def test_the_newest_golden_file_is_read_as_the_sample(rules: Rules, topic: str) -> None:
    stored = stored_in(golden_file(topic, newest_version(topic)), version=1)
    assert Fact.told_by(rules.log.mapper.to_domain_event(stored)) == SAMPLES[topic]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_golden_file_replays_into_its_aggregate(rules: Rules, file: Path) -> None:
    history = history_with(file)
    rules.log.recorder.insert_events(history)
    sample = SAMPLES[topic_of(file)]
    aggregate = rules.now(KINDS[topic_of(file).partition(".")[0]], sample.of)
    assert (aggregate.id, aggregate.version) == (sample.of, len(history))
    assert aggregate.modified_on == sample.at


def test_a_golden_file_that_is_there_is_never_written_over() -> None:
    before = golden_file("user.invited", 1).read_bytes()
    with pytest.raises(FileExistsError):
        add_golden("user.invited")
    assert golden_file("user.invited", 1).read_bytes() == before
