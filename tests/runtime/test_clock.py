"""The clock of the house; a sandbox may run ahead of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.clock import SANDBOX_CLOCK, new_id, now, seconds_in_file, set_ahead


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that says how far ahead this process is."""
    file = tmp_path / "sandbox" / "clock"
    monkeypatch.setenv(SANDBOX_CLOCK, str(file))
    return file


def ahead() -> float:
    """Return by how many hours the clock is ahead."""
    return round((now() - datetime.now(UTC)) / timedelta(hours=1), 2)  # noqa: TID251 - what is tested is how far the clock is from this


@pytest.mark.usefixtures("file")
def test_without_a_file_the_time_is_the_real_one() -> None:
    assert ahead() == 0


def test_a_sandbox_is_ahead_as_soon_as_it_is_told_and_further_when_told_again(file: Path) -> None:
    set_ahead(file, 3 * 3600)
    assert ahead() == 3
    set_ahead(file, 5 * 3600)
    assert ahead() == 5
    assert seconds_in_file(file) == 5 * 3600


def test_where_the_file_is_not_named_nobody_reads_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ahead(file, 3600)
    monkeypatch.setenv(SANDBOX_CLOCK, "")
    assert ahead() == 0


def test_who_reads_while_it_is_written_reads_one_of_both(file: Path) -> None:
    set_ahead(file, 3600)
    set_ahead(file, 7200)
    assert [path.name for path in file.parent.iterdir()] == ["clock"]


def test_identifiers_are_drawn_at_random() -> None:
    drawn = {new_id() for _ in range(100)}
    assert len(drawn) == 100
    assert {one.version for one in drawn} == {4}
