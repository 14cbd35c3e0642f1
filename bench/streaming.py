"""How fast large files are sealed and opened beside the bare cipher, and in how much memory.

Each measurement runs in a process of its own, whose memory is counted from when all is loaded. The
stream arrives in pieces of 256 KiB, as the pages read it; the bare cipher has whole chunks at hand.
"""

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.blobs import Blob, Blobs
from adapters.obstore_blobs import FolderBlobs, flush_to_disk
from adapters.sealed_chunks import CHUNK
from adapters.sealed_files import SealedReader, SealedWriter, Written
from bench.figure import Figure
from bench.memory import UNIT, most_so_far
from runtime.embedded_postgres import EmbeddedPostgres

FILE = UUID(int=1)
KEY = bytes(range(32))
PIECE = 1 << 18
ROUND = 1024 * CHUNK
ROUNDS = 4
"""Of 1 GiB each."""

FOLDER_ROUND = ROUND // 4
"""Bytes of a round that goes to disk: a large CT scan."""

Work = Callable[[], object]


class Kept:
    """Blobs in memory, or nowhere at all."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._kept: dict[str, bytes] = {}

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Keep a blob if that is wanted."""
        if self._keeps:
            self._kept[name] = bytes(data)

    def read(self, name: str, start: int, length: int) -> memoryview:
        """Return bytes of a blob."""
        return memoryview(self._kept[name])[start : start + length]

    def names(self, folder: str = "") -> Iterator[Blob]:
        """Give nothing."""
        del folder
        return iter(())

    def delete(self, names: Iterable[str]) -> None:
        """Delete blobs."""
        for name in names:
            self._kept.pop(name, None)

    def flush(self, names: Iterable[str]) -> None:
        """Do nothing."""


def streaming(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Seal and open streams of 1 GiB, and seal a smaller one into a folder."""
    del on
    against = {
        "seal.stream": "AESGCM over the same chunks",
        "open.stream": "AESGCM over the same chunks",
        "verify.stream": "AESGCM over the same chunks",
        "seal.folder": "writing the same without sealing, flushed",
    }
    for name, baseline in against.items():
        ours, theirs, memory = measured(name)
        size = FOLDER_ROUND if name == "seal.folder" else ROUND
        yield Figure(name, size / ours / 1e6, "MB/s", theirs / ours, baseline)
        yield Figure(f"{name}.memory", memory, "MB above idle", 64 / memory, "64 MB")


def measured(name: str) -> tuple[float, float, float]:
    """Return our seconds, the baseline's, and our megabytes above idle, of a process of its own."""
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-m", "bench.streaming", name],
        check=True,
        capture_output=True,
        text=True,
    )
    ours, theirs, memory = map(float, done.stdout.split())
    return ours, theirs, memory


def sealed_into(blobs: Blobs, pieces: list[bytes], size: int) -> Written:
    """Seal so many bytes that arrive in these pieces, again and again."""
    writer = SealedWriter(blobs, KEY, FILE, Written(), os.urandom(4).hex(), lambda _: None)
    for number in range(size // PIECE):
        writer.write(pieces[number % len(pieces)])
    return writer.finish()


def used_up(pieces: Iterable[bytes]) -> None:
    """Take all pieces of a stream."""
    for _ in pieces:
        pass


@contextmanager
def sealing() -> Iterator[tuple[Work, Work]]:
    """Give our sealing of a round, and the cipher's."""
    chunk, cipher, nonce = os.urandom(CHUNK), AESGCM(KEY), os.urandom(12)
    pieces = [chunk[spot : spot + PIECE] for spot in range(0, CHUNK, PIECE)]

    def bare() -> None:
        for _ in range(ROUND // CHUNK):
            cipher.encrypt(nonce, chunk, b"place")

    yield lambda: sealed_into(Kept(keeps=False), pieces, ROUND), bare


@contextmanager
def opening(*, verifies: bool) -> Iterator[tuple[Work, Work]]:
    """Give our opening of a round, and the cipher's; a file of 32 MiB is opened several times."""
    chunk, cipher, nonce, length = os.urandom(CHUNK), AESGCM(KEY), os.urandom(12), 32 * CHUNK
    pieces = [chunk[spot : spot + PIECE] for spot in range(0, CHUNK, PIECE)]
    blobs = Kept(keeps=True)
    written = sealed_into(blobs, pieces, length)
    sealed = cipher.encrypt(nonce, chunk, b"place")

    def ours() -> None:
        for _ in range(ROUND // length):
            reader = SealedReader(blobs, KEY, FILE, length, written.parts, written.digest)
            reader.verify() if verifies else used_up(reader.stream(0, length))

    def bare() -> None:
        for _ in range(ROUND // CHUNK):
            cipher.decrypt(nonce, sealed, b"place")

    yield ours, bare


@contextmanager
def into_folder() -> Iterator[tuple[Work, Work]]:
    """Give our sealing into a folder, and writing the same into one file there."""
    with TemporaryDirectory(dir=Path(__file__).parent) as folder:
        place = Path(folder)
        blobs = FolderBlobs(place)
        pieces = [os.urandom(PIECE) for _ in range(16)]

        def ours() -> None:
            blobs.delete(sealed_into(blobs, pieces, FOLDER_ROUND).parts)

        def plain() -> None:
            file = place / "plain"
            with file.open("wb") as opened:
                for number in range(FOLDER_ROUND // PIECE):
                    opened.write(pieces[number % len(pieces)])
            flush_to_disk(file)
            file.unlink()

        yield ours, plain


WORK = {
    "seal.stream": sealing,
    "open.stream": lambda: opening(verifies=False),
    "verify.stream": lambda: opening(verifies=True),
    "seal.folder": into_folder,
}


def resident() -> float:
    """Return the megabytes that this process has now, or where that is not told, had at most."""
    status = Path("/proc/self/status")
    found = status.exists() and re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(found[1]) * UNIT / 1e6 if found else most_so_far()


def seconds(work: Work) -> float:
    """Return the seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(name: str) -> None:
    """Print our median seconds of a round, the baseline's, and our megabytes above idle."""
    with WORK[name]() as (ours, theirs):
        idle = resident()
        rounds = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
        memory = max(1.0, most_so_far() - idle)
    print(*map(statistics.median, zip(*rounds, strict=True)), memory)  # noqa: T201 - its purpose


if __name__ == "__main__":
    main(sys.argv[1])
