"""How many appends a second: ours, the library's, and a bare INSERT of the same row by pgbench."""

import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import psycopg

from bench.database import database, server
from bench.figure import Figure
from bench.library import LibraryLog, settings
from bench.messages import message
from bench.standby import server_with_standby
from eventlog.log import IN_MEMORY, EventLog
from runtime.embedded_account import Account
from runtime.embedded_place import programs_for
from runtime.embedded_postgres import EmbeddedPostgres

SECONDS = 3.0
ROUNDS = 3

BARE_TABLE = """
CREATE TABLE bare (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial NOT NULL UNIQUE,
    PRIMARY KEY (originator_id, originator_version)
)
"""

BARE_INSERT = """
INSERT INTO bare (originator_id, originator_version, topic, state)
VALUES (gen_random_uuid(), 1, 'message.sent', decode(repeat('7b', {length}), 'hex'));
"""


def written(kind: str, url: str, processes: int, threads: int) -> float:
    """Return appends a second of so many writers, each of which waits for its own."""
    command = [sys.executable, "-m", "bench.writer", kind, url, str(threads), str(SECONDS)]
    writers = [
        subprocess.Popen(  # noqa: S603 - this Python, our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    for writer in writers:
        if not writer.stdout or writer.stdout.readline() != "ready\n":
            raise RuntimeError("a writer did not start")
    for writer in writers:
        if writer.stdin:
            writer.stdin.write("go\n")
            writer.stdin.flush()
    counts = [int(writer.communicate()[0]) for writer in writers]
    if any(writer.returncode for writer in writers):
        raise RuntimeError("a writer failed")
    return sum(counts) / SECONDS


def bare(url: str, clients: int) -> float:
    """Return transactions a second of pgbench, prepared, with so many clients."""
    log = EventLog(IN_MEMORY)
    [event] = message().collect_events()
    length = len(log.mapper.to_stored_event(event).state)
    with NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BARE_INSERT.format(length=length))
        script.flush()
        done = subprocess.run(  # noqa: S603 - the program of the wheel on our own database
            [
                *(programs_for(Account()) / "pgbench", "-n", "-M", "prepared", "-f", script.name),
                *("-c", str(clients), "-j", str(min(clients, 2)), "-T", str(int(SECONDS)), url),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def appending(on: EmbeddedPostgres, name: str, processes: int, threads: int) -> Iterator[Figure]:
    """Measure the three in turns, and compare their medians."""
    with database(on) as ours, database(on, is_migrated=False) as theirs:
        with psycopg.connect(theirs, autocommit=True) as connection:
            connection.execute(BARE_TABLE)
        LibraryLog(settings(theirs, creates=True)).close()
        rounds = [
            (
                written("ours", ours, processes, threads),
                written("library", theirs, processes, threads),
                bare(theirs, processes * threads),
            )
            for _ in range(ROUNDS)
        ]
    own, library, pgbench = (statistics.median(one) for one in zip(*rounds, strict=True))
    yield Figure(f"{name}.vs-library", own, "appends/s", own / library, "the library's recorder")
    yield Figure(f"{name}.vs-pgbench", own, "appends/s", own / pgbench, "pgbench, bare INSERT")
    yield Figure(f"{name}.library", library, "appends/s", None, "")
    yield Figure(f"{name}.pgbench", pgbench, "appends/s", None, "")


def on_this_disk(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Measure 16 writers in 4 processes, 16 in one, and one alone."""
    yield from appending(on, "append.16", 4, 4)
    yield from appending(on, "append.16.one-process", 1, 16)
    yield from appending(on, "append.1", 1, 1)


def on_standby(_: EmbeddedPostgres) -> Iterator[Figure]:
    """Measure the same on a server whose commits wait for a standby."""
    with server_with_standby() as primary:
        yield from appending(primary, "append.16.standby", 4, 4)
        yield from appending(primary, "append.16.one-process.standby", 1, 16)


def on_slow_disk(_: EmbeddedPostgres) -> Iterator[Figure]:
    """Measure the same on a server of which each flush takes 1.3 ms longer, if cc can be found."""
    if shutil.which("cc") is None:
        print("no C compiler: the slow disk is left out")  # noqa: T201 - the table's own remark
        return
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        library = Path(folder) / "slow_disk.so"
        source = Path(__file__).with_name("slow_disk.c")
        subprocess.run(  # noqa: S603 - our own source
            ["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"],  # noqa: S607 - found
            check=True,
        )
        with server(preload=library) as slow:
            yield from appending(slow, "append.16.slow-disk", 4, 4)
            yield from appending(slow, "append.16.one-process.slow-disk", 1, 16)
