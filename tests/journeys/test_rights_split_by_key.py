"""Each part of the running product has the keys of its own work, does that work, and opens no more.

The environment of each real process is taken from the system, and tried out on every kind of key.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.product import ROOT, Person, Product, eventually

ADA = "ada@sample-dental.example"
BEN = "ben@sample-dental.example"

NOTHING: dict[str, Any] = {"keys": [], "message": False, "person": False}

RIGHTS: dict[str, dict[str, Any]] = {
    "web": {"keys": ["content", "lookup", "personal", "web"], "message": True, "person": True},
    "notifiers": {"keys": ["personal"], "message": False, "person": True},
    "accounts": {"keys": ["lookup", "personal"], "message": False, "person": True},
    "sequencer": NOTHING,
    "projections": NOTHING,
    "sweeper": NOTHING,
    "cashier": NOTHING,
    "cards": NOTHING,
}


def environments(folder: Path) -> dict[str, dict[str, str]]:
    """Return the environment of each part that runs with a data folder, as the system knows it."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
            told = (process / "environ").read_text().split("\0")
        except OSError:
            continue
        environment = dict(pair.split("=", 1) for pair in told if "=" in pair)
        names = [word.removeprefix("runtime.parts.") for word in words if "runtime.parts." in word]
        if names and environment.get("SECUREMAIL_DATA") == str(folder):
            found[names[0]] = environment
    return found


def what_opens(part: str, environment: dict[str, str], message: str, person: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.fixtures.look_inside", part, message, person],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def lived_in(product: Product) -> Product:
    """A product whose parts have done their work: somebody was invited, wrote and read."""
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
        *("--email", ADA, "--tier", "paid"),
    )
    ada = product.person()
    ada.join(ADA, "Ada Sample")
    written = ada.message(BEN, "staff-in-my-practice", "For Ben")
    assert ada.post("/compose", written).status_code == 303
    ben = product.person()
    ben.join(BEN, "Ben Sample")
    assert eventually(ben.subjects, "the message") == ["For Ben"]
    return product


def test_every_part_does_its_work_with_the_keys_of_its_work_only(lived_in: Product):
    with lived_in.database() as connection:
        rows = connection.execute("SELECT kind, owner::text FROM vault.data_key").fetchall()
    owners = dict(rows)
    told = environments(lived_in.folder)
    url = told["web"]["DATABASE_URL"]
    told["accounts"] = {**os.environ, **lived_in.environment, "DATABASE_URL": url}
    assert told.keys() == RIGHTS.keys()
    assert {
        part: what_opens(part, environment, owners["content"], owners["personal"])
        for part, environment in told.items()
    } == RIGHTS
    recalled(lived_in.person(), owners["content"])
    eventually(lambda: not has_key(lived_in, owners["content"]), "the end of a recalled message")


def recalled(ada: Person, message: str) -> None:
    """Let the sweeper have something to destroy."""
    assert ada.sign_in(ADA).status_code == 303
    path = f"/messages/{message}/recall"
    fields = {**ada.form(f"/messages/{message}/ending", path), "reason": "Sent to the wrong person"}
    assert ada.post(path, fields).status_code == 303


def has_key(product: Product, owner: str) -> bool:
    with product.database() as connection:
        row = connection.execute("SELECT FROM vault.data_key WHERE owner = %s", (owner,)).fetchone()
    return row is not None


def test_an_account_is_opened_where_no_message_key_lies(lived_in: Product, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere.json"
    (lived_in.folder / "keys.accounts.json").rename(elsewhere)
    (lived_in.folder / "keys.json").unlink()
    done = subprocess.run(  # noqa: S603 - our own program
        [
            *(sys.executable, "-m", "runtime", "practice", "add-member", "--role", "staff"),
            *("--practice", "Sample Dental", "--email", "eve@sample-dental.example"),
        ],
        cwd=ROOT,
        env={**lived_in.environment, "SECUREMAIL_KEY_FILE": str(elsewhere)},
        check=False,
    )
    assert done.returncode == 0
    assert lived_in.link("eve@sample-dental.example", "register")
    assert not (lived_in.folder / "keys.json").exists()
