"""How long a CT scan takes to arrive, beside a Flask that writes what comes into a file.

Both are served by granian with one worker, over loopback, and both have the bytes on the disk
before they answer. Ours also seals them, notes how far it is, and says what kind of file it is.
Every file is removed before the next one comes, so that memory for it need not be found anew.
"""

import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from statistics import median
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from adapters.obstore_blobs import flush_to_disk
from bench.figure import Figure
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.parts.web import THREADS
from runtime.sandbox_cards import free_port
from tests.fixtures.files import dicom
from tests.fixtures.product import ROOT, Person, Product, eventually
from web.uploads import BODY, PIECE, VERSION

SIZE = 250_000_000
ROUNDS = 9
ADA = "ada@sample-dental.example"
FORM = UUID(int=1)
HEAD = dicom()
NOISE = bytes(range(256)) * (PIECE // 256)

Send = Callable[[], float]
"""Sends the file and returns the seconds from the first byte to the answer."""


def uploading(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Send the same file to both in turns, once before it counts."""
    del on
    with TemporaryDirectory(dir=ROOT / "bench") as place:
        folder = Path(place)
        with portal(folder) as ours, plain_server(folder) as theirs:
            ours()
            theirs()
            rounds = [(ours(), theirs()) for _ in range(ROUNDS)]
    mine, others = map(median, zip(*rounds, strict=True))
    yield Figure(
        "upload.250mb", SIZE / mine / 1e6, "MB/s", others / mine, "a plain Flask stream to disk"
    )


def scan() -> Iterator[bytes]:
    """Give a file that begins like a CT scan."""
    yield HEAD
    left = SIZE - len(HEAD)
    while left:
        yield NOISE[:left]
        left -= min(left, len(NOISE))


@contextmanager
def portal(folder: Path) -> Iterator[Send]:
    """Run the product with one web process; give what uploads the file as somebody signed in."""
    product = Product(folder / "data")
    product.folder.mkdir()
    product.start()
    try:
        practice = (
            "--name",
            "Sample Dental",
            "--email",
            ADA,
            "--full-name",
            "Ada",
            "--tier",
            "paid",
        )
        product.command("practice", "open", *practice)
        ada = product.person()
        ada.join(ADA, "Ada Sample")
        yield Portal(ada).send
    finally:
        product.stop()
        EmbeddedPostgres(product.folder / "postgres").delete()


@dataclass
class Portal:
    """Somebody who uploads by tus, and takes the file back at once."""

    person: Person

    def send(self) -> float:
        """Upload the file in one request, and remove it from the disk."""
        headers = self.headers()
        path = self.begun(headers)
        port = self.person.product.port
        took = sent(port, "PATCH", path, {**headers, "Upload-Offset": "0"})
        self.person.http.delete(self.person.at(path), headers=headers, timeout=30)
        rmtree(self.person.product.folder / "blobs" / UUID(path.rpartition("/")[2]).hex)
        return took

    def begun(self, headers: dict[str, str]) -> str:
        """Make room for the file; return the path that takes it."""
        told = {"filename": "scan.dcm", "form": str(FORM)}
        pairs = (f"{key} {b64encode(text.encode()).decode()}" for key, text in told.items())
        more = {"Upload-Length": str(SIZE), "Upload-Metadata": ",".join(pairs)}
        where = self.person.at("/uploads")
        answer = self.person.http.post(where, headers={**headers, **more}, timeout=30)
        answer.raise_for_status()
        return urlsplit(answer.headers["Location"]).path

    def headers(self) -> dict[str, str]:
        """Return what every request of an upload carries."""
        token = self.person.form("/compose")["csrf_token"]
        return {
            "Tus-Resumable": VERSION,
            "Content-Type": BODY,
            "X-CSRFToken": token,
            "Cookie": "; ".join(f"{one.name}={one.value}" for one in self.person.http.cookies),
        }


def sent(port: int, method: str, path: str, headers: dict[str, str]) -> float:
    """Return the seconds until a good answer to the file."""
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, scan(), {**headers, "Content-Length": str(SIZE)})
    answer = connection.getresponse()
    text = answer.read()
    took = time.perf_counter() - started
    connection.close()
    assert answer.status in {200, 204}, (answer.status, text)
    return took


@contextmanager
def plain_server(folder: Path) -> Iterator[Send]:
    """Run the baseline; give what uploads the file to it."""
    port = free_port()
    command = [sys.executable, "-m", "bench.uploading", str(port), str(folder / "plain")]
    with Popen(command, cwd=ROOT, stdin=PIPE) as server:  # noqa: S603 - this Python, our own words
        try:
            eventually(lambda: answers(port), "the baseline")
            yield lambda: sent(port, "POST", "/", {})
        finally:
            server.terminate()


def answers(port: int) -> bool:
    """Say whether somebody listens."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.connect()
    except OSError:
        return False
    connection.close()
    return True


def plain() -> Flask:
    """Return a Flask that writes what comes into a file, as simply as can be."""
    app = Flask(__name__)
    file = Path(sys.argv[2])

    @app.post("/")
    def take() -> Response:
        with file.open("wb") as opened:
            while piece := request.stream.read(PIECE):
                opened.write(piece)
        flush_to_disk(file)
        file.unlink()
        return Response("taken")

    return app


def serve(port: int) -> None:
    """Serve the baseline as the product's pages are served, with one worker."""
    Granian(
        "bench.uploading:plain",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
