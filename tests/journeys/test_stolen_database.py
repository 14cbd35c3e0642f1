"""A thief takes the database, the blobs and all logs, and learns about nobody anything.

Everybody in this journey is called, writes and signs in with words that exist nowhere else. All of
it is then searched for those words, in every spelling in which they could have leaked.
"""

import logging
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runtime.embedded_account import Account
from runtime.embedded_place import programs_for
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.canaries import forms, leaks
from tests.fixtures.clock import Clock
from tests.fixtures.house import House, build_house
from tests.fixtures.prompt_log import PromptLog
from tests.journeys.birds import ADA, WORDS, live

pytestmark = pytest.mark.as_owner


@dataclass
class Loot:
    """What the thief took, and the secrets that were handed out meanwhile."""

    places: dict[str, bytes]
    tokens: list[str]
    keys: list[bytes]


def dump(database_url: str) -> bytes:
    """Return everything that the database holds, as pg_dump tells it."""
    parts = conninfo_to_dict(database_url)
    password = str(parts.pop("password"))
    done = subprocess.run(  # noqa: S603 - the program of the wheel on our own database
        [programs_for(Account()) / "pg_dump", "--dbname", make_conninfo(**parts)],
        env={"PGPASSWORD": password},
        capture_output=True,
        check=True,
    )
    return done.stdout


def read_whole(house: House, name: str) -> bytes:
    """Return a blob as it lies on the disk, with its name."""
    return name.encode() + bytes(house.blobs.read(name, 0, 1 << 30))


def tokens_of(house: House) -> list[str]:
    """Return every one-time token that was mailed, and every session name in a browser."""
    links = [word for mail in house.outbox.mails() for word in mail.text.split() if "://" in word]
    return [
        link.rpartition("/")[2] for link in links if "/register/" in link or "/password/" in link
    ]


SETTINGS = "log_statement, log_parameter_max_length, log_error_verbosity"
CHATTY = "-c log_statement=all -c log_parameter_max_length=-1 -c log_error_verbosity=default"


@pytest.fixture
def chatty_stores(server: EmbeddedPostgres, database_url: str) -> Iterator[Stores]:
    """Stores for which the server writes down every statement with all its values."""
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"GRANT SET ON PARAMETER {SETTINGS} TO securemail")
        with Stores.open(f"{database_url} options='{CHATTY}'", PromptLog) as opened:
            yield opened
        superuser.execute(f"REVOKE SET ON PARAMETER {SETTINGS} FROM securemail")


@pytest.fixture
def loot(
    chatty_stores: Stores,
    server_folder: Path,
    clock: Clock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> Loot:
    """Live the journey, then steal."""
    caplog.set_level(logging.DEBUG)
    house = build_house(chatty_stores, clock, tmp_path / "outbox")
    live(house)
    places = {
        "the dump": dump(chatty_stores.database_url),
        "the server's log": (server_folder / "server.log").read_bytes(),
        "our log": caplog.text.encode(),
        "the blobs": b"".join(read_whole(house, blob.name) for blob in house.blobs.names()),
    }
    return Loot(places, tokens_of(house), list(house.keyring.keys.values()))


def test_nothing_about_anybody_is_in_the_database_or_in_any_log(loot: Loot):
    assert leaks(WORDS, loot.places) == []


def test_no_token_and_no_key_is_in_the_database_or_in_any_log(loot: Loot):
    assert len(set(loot.tokens)) >= 6
    assert leaks(loot.tokens, loot.places) == []
    hidden = {form for key in loot.keys for form in (key, key.hex().encode())}
    assert [form for form in hidden for place in loot.places.values() if form in place] == []


def test_the_thief_took_all_there_was(loot: Loot):
    stolen = loot.places["the dump"]
    tables = ("domain_events", "data_key", "password", "link", "session", "person", "message")
    assert loot.places["the blobs"]
    assert b".file (" in stolen
    assert [table for table in (*tables, "owed") if f".{table} (".encode() not in stolen] == []
    assert b"Sample Dental" in stolen
    assert b"user.registration-completed" in stolen
    assert b"$argon2id$" in stolen
    assert b'INSERT INTO "person"' in loot.places["the server's log"]
    assert b"$1 = " in loot.places["the server's log"]


PLANTS = {
    "in clear": "SELECT %(word)s",
    "in capitals": "SELECT upper(%(word)s)",
    "as bytes": "SELECT convert_to(%(word)s, 'UTF8')",
    "as JSON": "SELECT json_build_object('name', %(word)s)",
    "as JSON in bytes": "SELECT convert_to(%(json)s, 'UTF8')",
    "in hex": "SELECT encode(convert_to(%(word)s, 'UTF8'), 'hex')",
    "in base64": "SELECT encode(convert_to('x' || %(word)s || 'yz', 'UTF8'), 'base64')",
    "in base64 at another place": "SELECT encode(convert_to('xy' || %(word)s, 'UTF8'), 'base64')",
    "in UTF-16": "SELECT %(wide)s",
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_the_search_finds_a_leak_when_there_is_one(database_url: str, plant: str):
    word = ADA.name
    values = {
        "word": word,
        "wide": word.encode("utf-16-le"),
        "json": '"Adelgunde Zaunk\\u00f6nigin"',
    }
    with psycopg.connect(database_url) as connection:
        psycopg.ClientCursor(connection).execute(f"CREATE TABLE planted AS {plant}", values)
    assert leaks([word], {"the dump": dump(database_url)}) != []


def test_a_word_is_looked_for_in_many_forms():
    assert {b"Zaunk\\u00f6nigin", b"ZAUNK\xc3\x96NIGIN", b"Zaunk%C3%B6nigin"} <= forms(
        "Zaunkönigin"
    )
