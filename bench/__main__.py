"""`make bench`: sealing, sending and seeing, each beside the bare calls underneath."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.keyring import Keyring
from adapters.vault import PostgresVault, decrypt, encrypt
from bench.figure import Figure, percentile, publish, seconds_each
from domain.aggregate import HOUSE, save
from domain.message import Message, SealedText
from domain.ports import Sealed, content
from eventlog.wake_up import WakeUp
from projections.progress import Progress
from projections.runner import Runner
from runtime.clock import now
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate
from runtime.stores import Stores

KIB = os.urandom(512).hex()
ADA, BEN = uuid5(HOUSE, "bench ada"), uuid5(HOUSE, "bench ben")
NUMBERS = iter(range(10**9))


def new_id() -> UUID:
    """Return an identifier that no other has."""
    return uuid5(HOUSE, f"bench {next(NUMBERS)}")


def message(body: Sealed, message_id: UUID) -> Message:
    """Return a message that is not saved."""
    return Message.send(
        message_id=message_id,
        sender_id=ADA,
        recipient_id=BEN,
        text=SealedText(body, body, len(body)),
        at=now(),
    )


def sealing() -> Iterator[Figure]:
    """Seal and open a text of 1 KiB under a key at hand."""
    key, nonce, text = os.urandom(32), os.urandom(12), KIB.encode()
    sealed, bare = encrypt(key, text, b"place"), AESGCM(key)
    against = "a cached AESGCM"
    ours = seconds_each(lambda: encrypt(key, text, b"place"), 5000)
    theirs = seconds_each(lambda: bare.encrypt(nonce, text, b"place"), 5000)
    yield Figure("seal.1kib", 1 / ours, "calls/s", theirs / ours, against)
    ours = seconds_each(lambda: decrypt(key, sealed, b"place"), 5000)
    theirs = seconds_each(lambda: bare.decrypt(sealed[:12], sealed[12:], b"place"), 5000)
    yield Figure("open.1kib", 1 / ours, "calls/s", theirs / ours, against)


def sending(stores: Stores) -> Iterator[Figure]:
    """Seal and append a message, beside the append of one that is sealed already."""
    vault = PostgresVault(stores.pool, Keyring.draw())

    def whole() -> int:
        message_id = new_id()
        return save(stores.log, message(vault.seal(KIB, content(message_id, "body")), message_id))

    def append() -> int:
        return save(stores.log, message(Sealed(KIB), new_id()))

    ours, bare = seconds_each(whole, 50), seconds_each(append, 50)
    yield Figure("send.1", 1 / ours, "messages/s", bare / ours, "the append alone")
    with projecting(stores):
        seen = sorted(seconds_until_seen(stores, append) for _ in range(200))
    yield Figure("append-to-visible.p50", percentile(seen, 50) * 1000, "ms", None, "")
    yield Figure("append-to-visible.p99", percentile(seen, 99) * 1000, "ms", None, "")


def seconds_until_seen(stores: Stores, append: Callable[[], int]) -> float:
    """Return how long after its append a message shows in the read models."""
    position = append()
    started = time.perf_counter()
    Progress(stores.pool).wait(position)
    return time.perf_counter() - started


@contextmanager
def projecting(stores: Stores) -> Iterator[None]:
    """Keep the read models up to date meanwhile, as the running product does."""
    going_on = threading.Event()
    going_on.set()
    wake_up = WakeUp(stores.database_url)

    def wait(idle: bool) -> bool:  # noqa: FBT001 - the runner's own signature
        if idle:
            wake_up.wait(0.5)
        return going_on.is_set()

    runner = threading.Thread(target=Runner(stores.log, stores.pool).run, args=(wait,))
    runner.start()
    yield
    going_on.clear()
    runner.join()
    wake_up.close()


def main() -> None:
    """Measure on a server of its own that flushes every change."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            migrate(server.start())
            with Stores.open(server.url) as stores:
                publish([*sealing(), *sending(stores)])
        finally:
            server.delete()


if __name__ == "__main__":
    main()
