"""Whoever waits for long work sees how far it has come, how fast it goes and how long it takes."""

import os
import pty
import re
import sys
import time
from contextlib import suppress
from itertools import count

import pytest

from runtime.progress_bar import progress_bar


def test_a_terminal_shows_position_speed_and_time_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "time", count(1000).__next__)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        with progress_bar("inbox", 400) as advance:
            for _ in range(3):
                advance(100)
            terminal.flush()
            monkeypatch.undo()
    shown = all_of(reader)
    assert re.search(r"inbox\s+\[#+-*\]\s+300/400\s+\d\d:\d\d:\d\d\s+[\d,]+ events/s", shown), shown


def all_of(reader: int) -> str:
    """Return what was shown on a terminal that is closed by now; Linux says so with an error."""
    shown = b""
    with suppress(OSError):
        while piece := os.read(reader, 65536):
            shown += piece
    os.close(reader)
    return shown.decode()


def test_what_turned_out_to_be_less_ends_full(capsys: pytest.CaptureFixture[str]):
    with progress_bar("inbox", 400) as advance:
        advance(100)
    assert "inbox" in capsys.readouterr().out
