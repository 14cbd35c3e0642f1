"""A carrier of mails that costs next to nothing: it takes what comes and answers after a while.

As SendGrid it answers 202 with `X-Message-Id`; the first mails are shown at `/mails`, the subjects
of all at `/subjects`, oldest first.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

LOOPBACK = "127.0.0.1"
SHOWN = 2_000
"""So many mails are shown whole; of all others only the subjects are kept."""

SUBJECT = re.compile(rb'"subject": "([^"]*)"')


@dataclass
class Carrier:
    """Takes mails, and answers after so many seconds."""

    seconds: float
    mails: list[bytes] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and hang up."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if head.startswith("POST"):
            self.keep(await reader.readexactly(length_of(head)))
            await asyncio.sleep(self.seconds)
            said = f"HTTP/1.1 202 Accepted\r\nX-Message-Id: {len(self.subjects)}\r\n"
            writer.write(f"{said}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        else:
            shown = self.shown(head.split()[1])
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + shown)
        await writer.drain()
        writer.close()

    def keep(self, mail: bytes) -> None:
        """Keep what came, whole as long as there are few."""
        found = SUBJECT.search(mail)
        self.subjects.append(found[1].decode() if found else "")
        if len(self.mails) < SHOWN:
            self.mails.append(mail)

    def shown(self, path: str) -> bytes:
        """Return what is shown at a path, as JSON."""
        if path == "/mails":
            return b"[%s]" % b",".join(self.mails)
        return json.dumps(self.subjects if path == "/subjects" else len(self.subjects)).encode()

    async def serve(self) -> None:
        """Listen on a free port, and say on which one."""
        server = await asyncio.start_server(self.answer, LOOPBACK, 0, backlog=256)
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - to the one who started us
        await server.serve_forever()


def length_of(head: str) -> int:
    """Return how long the body of a request is."""
    fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
    return int(fields["content-length"])


@contextmanager
def carrier(seconds: float) -> Iterator[str]:
    """Run one in a process of its own; yield its address."""
    process = subprocess.Popen(  # noqa: S603 - this Python, our own words
        [sys.executable, "-m", "bench.carrier", str(seconds)], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the carrier does not say where it listens")
        yield f"http://{LOOPBACK}:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def mails_at(url: str) -> list[dict[str, Any]]:  # Any: parsed JSON
    """Return the first that came, whole, oldest first."""
    with urlopen(f"{url}/mails") as answer:  # noqa: S310 - our own address
        mails: list[dict[str, Any]] = json.load(answer)
    return mails


def subjects_at(url: str) -> list[str]:
    """Return the subjects of all that came, oldest first."""
    with urlopen(f"{url}/subjects") as answer:  # noqa: S310 - our own address
        subjects: list[str] = json.load(answer)
    return subjects


def count_at(url: str) -> int:
    """Return how much came."""
    with urlopen(f"{url}/count") as answer:  # noqa: S310 - our own address
        return int(answer.read())


if __name__ == "__main__":
    asyncio.run(Carrier(float(sys.argv[1])).serve())
