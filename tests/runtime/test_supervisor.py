import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.supervisor import Part
from tests.fixtures.product import ROOT, eventually

SUPERVISOR = """
import os, sys
from runtime.supervisor import Supervisor
environment = {**os.environ, "PLACE": sys.argv[2]}
Supervisor({"part": ([sys.executable, "-c", sys.argv[1]], environment)}).run()
"""
NOTE_A_START = """
import os, pathlib, sys
with open(os.environ["PLACE"], "a") as file:
    file.write("started\\n")
"""
FAITHFUL = NOTE_A_START + "sys.stdin.read()\npathlib.Path(os.environ['PLACE'] + '.end').touch()\n"
STUBBORN = NOTE_A_START + "import time\nwhile True: time.sleep(1)\n"


def supervise(part: str, place: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", SUPERVISOR, part, str(place)], cwd=ROOT, stderr=subprocess.DEVNULL
    )


def starts(place: Path) -> int:
    return place.read_text().count("started") if place.exists() else 0


def test_a_part_that_dies_is_started_again(tmp_path: Path) -> None:
    place = tmp_path / "starts"
    supervisor = supervise(NOTE_A_START, place)
    eventually(lambda: starts(place) >= 3, "three starts")
    supervisor.terminate()
    assert supervisor.wait(20) == 0


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_part_ends_with_its_supervisor_however_that_ends(
    tmp_path: Path, way: signal.Signals
) -> None:
    place = tmp_path / "starts"
    supervisor = supervise(FAITHFUL, place)
    eventually(lambda: starts(place) == 1, "the start")
    supervisor.send_signal(way)
    supervisor.wait(20)
    eventually((tmp_path / "starts.end").exists, "the end of the part")
    assert starts(place) == 1


def test_a_part_that_does_not_listen_is_ended_by_force(tmp_path: Path) -> None:
    place = tmp_path / "starts"
    part = Part("part", [sys.executable, "-c", STUBBORN], {"PLACE": str(place)})
    part.keep_up()
    eventually(lambda: starts(place) == 1, "the start")
    part.end()
    part.wait(deadline=0)
    assert part.returncode == -signal.SIGKILL
