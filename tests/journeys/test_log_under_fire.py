"""The log while writers, sequencers and the server itself are killed: told once, kept once.

Runs for a few seconds; SOAK_SECONDS makes it as long as wanted (`make soak`).
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from eventlog.ledger import Ledger
from eventlog.merkle import consistency_holds, inclusion_holds, root_hash
from eventlog.verification import verify
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate
from runtime.starting import order
from tests.fixtures.product import ROOT, eventually
from tests.journeys.log_writer import CONTESTED

SECONDS = float(os.environ.get("SOAK_SECONDS", "4"))
WRITERS = 3


class Processes:
    """Writers and sequencers that are started again whenever they were killed."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder, self._database_url = folder, database_url
        self._names = (f"writer-{number}" for number in count())
        self._writers = [self._writer() for _ in range(WRITERS)]
        self._sequencers = [self._sequencer() for _ in range(2)]
        self.kills = 0

    def _writer(self) -> subprocess.Popen[bytes]:
        name = next(self._names)
        return start("tests.journeys.log_writer", self._database_url, name, str(self._notes))

    def _sequencer(self) -> subprocess.Popen[bytes]:
        return start("runtime.parts.sequencer", DATABASE_URL=self._database_url)

    @property
    def _notes(self) -> Path:
        return self._folder / "notes.txt"

    def noted(self) -> dict[str, str]:
        """Return what became of each append, by its token."""
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        return {token: outcome for outcome, token in map(str.split, lines)}

    def kill_one(self, chance: random.Random) -> None:
        """Kill a writer or a sequencer, and start another one."""
        self.kills += 1
        if chance.random() < 0.6:
            kill(self._writers.pop(chance.randrange(WRITERS)))
            self._writers.append(self._writer())
        else:
            kill(self._sequencers.pop(chance.randrange(2)))
            self._sequencers.append(self._sequencer())

    def end(self) -> None:
        """Kill all."""
        for process in (*self._writers, *self._sequencers):
            kill(process)


def start(module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start a Python module as a process of its own."""
    return subprocess.Popen(  # noqa: S603 - this Python, our own words
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "BASE_URL": "http://localhost", **environment},
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that flushes, and that may be killed."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    migrate(server.start())
    yield server
    server.delete()


def under_fire(
    processes: Processes, seconds: float, fire: Callable[[random.Random], object]
) -> None:
    """Let processes work while something goes wrong again and again."""
    chance = random.Random(7)  # noqa: S311 - the same misfortune each time
    eventually(lambda: "acknowledged" in processes.noted().values(), "the first append")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = len(processes.noted())
        fire(chance)
        eventually(lambda seen=before: len(processes.noted()) > seen, "appends to go on")


def test_writers_and_sequencers_that_are_killed_lose_nothing_and_double_nothing(
    durable: EmbeddedPostgres, tmp_path: Path
):
    processes = Processes(tmp_path, durable.url)
    try:
        under_fire(processes, SECONDS, processes.kill_one)
    finally:
        processes.end()
    assert processes.kills > 3
    require_everything_right(durable.url, processes.noted())


def test_a_server_that_is_killed_under_load_keeps_what_it_acknowledged(
    durable: EmbeddedPostgres, tmp_path: Path
):
    processes = Processes(tmp_path, durable.url)

    def crash(_: random.Random) -> None:
        with psycopg.connect(durable.superuser_url) as superuser:
            row = superuser.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        folder = Path(row[0])
        os.kill(int((folder / "postmaster.pid").read_text().split()[0]), 9)
        eventually(lambda: not durable.is_running, "the end of the server")
        durable.start()

    try:
        under_fire(processes, SECONDS, crash)
    finally:
        processes.end()
    require_everything_right(durable.url, processes.noted())


def require_everything_right(database_url: str, noted: dict[str, str]) -> None:
    """Hold the log against what its writers wrote down."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        order(database_url)
        rows = connection.execute(
            """
            SELECT position, originator_id, originator_version, topic, state, leaf
            FROM eventlog.ledger JOIN eventlog.domain_events USING (notification_id)
            ORDER BY position
            """
        ).fetchall()
        kept = connection.execute("SELECT count(*) FROM eventlog.domain_events").fetchone()
        require_told_truly(rows, noted)
        require_one_order(rows)
        assert kept == (len(rows),)
        require_proofs(connection, [bytes(row[5]) for row in rows])
        assert verify(connection).size == len(rows)
    assert Counter(noted.values())["acknowledged"] > 20
    assert any(row[1] == CONTESTED for row in rows)


def require_told_truly(rows: list[Any], noted: dict[str, str]) -> None:
    """What was acknowledged is there once and whole, and what was refused is not."""
    times = Counter(bytes(row[4]).decode() for row in rows)
    for token, outcome in noted.items():
        is_contested = int(token.rpartition("/")[2]) % 3 == 0
        whole = 1 if is_contested else 2
        assert times[token] in {"acknowledged": {whole}, "refused": {0}}.get(outcome, {0, whole})


def require_one_order(rows: list[Any]) -> None:
    """Positions have no gap, versions of an aggregate rise one by one, leaves are those of rows."""
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    newest: Counter[Any] = Counter()
    for _, originator_id, version, topic, state, leaf in rows:
        assert version == newest[originator_id] + 1
        newest[originator_id] = version
        fields = (originator_id.bytes, version.to_bytes(8), topic.encode(), bytes(state))
        entry = b"\x00\x04" + b"".join(len(field).to_bytes(4) + field for field in fields)
        assert bytes(leaf) == sha256(b"\x00" + entry).digest()


def require_proofs(connection: psycopg.Connection, leaves: list[bytes]) -> None:
    """The root is that over the leaves, and proofs of some positions and sizes hold."""
    ledger, size = Ledger(connection), len(leaves)
    root = ledger.root(size)
    assert root == root_hash(leaves)
    for position in {1, size // 3, size // 2, size} - {0}:
        proof = ledger.inclusion(position, size)
        assert inclusion_holds(leaves[position - 1], position - 1, size, proof, root)
        before = (position, root_hash(leaves[:position]))
        assert consistency_holds(before, (size, root), ledger.consistency(position, size))
