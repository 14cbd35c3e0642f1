"""Keys are rotated, and a rotation is killed, while people write and read; they notice nothing."""

import os
import signal
import subprocess
import sys
import threading
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.key_files import read_key_file
from adapters.keyring import Keyring
from adapters.wrapped_keys import DataKeys
from projections.inbox import PAGE
from tests.fixtures.at_once import at_once
from tests.fixtures.product import ROOT, Person, Product, eventually

ADA, BEN, EVE = (f"{name}@sample-dental.example" for name in ("ada", "ben", "eve"))

OTHERS = 50_000
"""Data keys of messages that nobody looks at, so that rotating takes a moment."""


def joined(product: Product) -> tuple[Person, Person]:
    """Return two people of a practice, of whom one has written to the other."""
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
        *("--email", ADA, "--tier", "paid"),
    )
    ada, ben = product.person(), product.person()
    ada.join(ADA, "Ada Sample")
    assert ada.post("/compose", ada.message(BEN, "staff-in-my-practice", "First")).ok
    ben.join(BEN, "Ben Sample")
    return ada, ben


def fill(product: Product, keyring: Keyring) -> None:
    data_keys = DataKeys(ConnectionPool("", open=False), keyring)
    with (
        product.database() as connection,
        connection.cursor().copy(
            "COPY vault.data_key (kind, owner, wrapped, wrapped_by) FROM STDIN"
        ) as copy,
    ):
        for _ in range(OTHERS):
            owner = ("content", UUID(bytes=os.urandom(16)))
            copy.write_row((*owner, *data_keys.fresh(owner)[1]))


def rotation(product: Product) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "runtime", "key", "rotate"], cwd=ROOT, env=product.environment
    )


def is_under_way(product: Product) -> bool:
    with product.database() as connection:
        row = connection.execute(
            """
            SELECT count(DISTINCT wrapped_by) > 1 FROM vault.data_key WHERE kind = 'content'
            """
        ).fetchone()
    return bool(row and row[0])


def test_people_write_and_read_while_a_rotation_is_killed_and_brought_to_its_end(
    product: Product,
):
    ada, ben = joined(product)
    former = Keyring(read_key_file(product.folder / "keys.json").keys)
    fill(product, former)
    over = threading.Event()

    def rotate() -> int:
        try:
            killed = rotation(product)
            eventually(lambda: is_under_way(product), "half a rotation")
            killed.kill()
            assert killed.wait() == -signal.SIGKILL
            return rotation(product).wait()
        finally:
            over.set()

    def write() -> list[str]:
        written = ["First"]
        while not over.is_set() and len(written) < PAGE:
            subject = f"Number {len(written)}"
            assert ada.post("/compose", ada.message(BEN, "", subject)).status_code == 303
            written.append(subject)
        return written

    def read() -> int:
        looks = 0
        while not over.is_set():
            assert ben.subjects()[-1] == "First"
            looks += 1
        return looks

    status, written, looks = at_once(rotate, write, read)
    assert status == 0
    assert isinstance(looks, int), looks
    assert isinstance(written, list), written
    assert eventually(lambda: ben.subjects() == [*written[:0:-1], "First"], "all messages")
    assert ada.post("/compose", ada.message(EVE, "staff-in-my-practice", "Later")).ok
    assert product.link(EVE, "register")
    with product.database() as connection:
        rows = connection.execute("SELECT DISTINCT wrapped_by FROM vault.data_key").fetchall()
    assert len(rows) == 2
    assert read_key_file(product.folder / "keys.json").former == {}
