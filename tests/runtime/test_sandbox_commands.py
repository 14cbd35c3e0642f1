"""Whoever tries the product lets a month pass with one command, in a sandbox only."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runtime.command_line import main
from runtime.settings import read_settings

REAL = {"STRIPE_SECRET_KEY": "sk_test_invented", "STRIPE_WEBHOOK_SECRET": "whsec_invented"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a sandbox."""
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path))
    return tmp_path


def let_pass(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sandbox", "ahead", *arguments])


def seconds(folder: Path) -> int:
    file = read_settings({"SECUREMAIL_DATA": str(folder)}).clock_file
    return int(file.read_text()) if file.exists() else 0


def test_days_that_pass_add_up(folder: Path) -> None:
    assert let_pass("--days", "28").output == "This sandbox is 28 days ahead.\n"
    assert let_pass("--days", "3", "--hours", "2").output == "This sandbox is 31 days ahead.\n"
    assert seconds(folder) == 31 * 86_400 + 7_200


@pytest.mark.parametrize("given", [("--days", "-1"), ("--days", "many"), ("--hours", "9999999")])
def test_time_passes_forward_and_by_bearable_steps_only(
    folder: Path, given: tuple[str, str]
) -> None:
    assert let_pass(*given).exit_code == 2
    assert seconds(folder) == 0


def test_where_cards_are_real_the_clock_stays_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    refused = let_pass("--days", "1")
    assert (refused.exit_code, "the clock stays as it is" in refused.output) == (1, True)
    assert seconds(folder) == 0
