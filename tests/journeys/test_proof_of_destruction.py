"""What was destroyed opens no more, whatever a thief has kept; except the vault of before.

The thief has the whole database of now, dumps of the log and the read models of before, and all
master keys. The counter-proof shows what only a copy of the vault from before changes.
"""

import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from adapters.vault import PostgresVault
from domain.message import Message
from domain.ports import KeyKind, Sealed, content, place_of
from domain.practice import USUAL_RETENTION
from domain.pseudonym import pseudonym
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from eventlog.verification import verify
from projections.rebuild import Rebuild
from projections.roster import Roster
from projections.runner import PROJECTIONS
from runtime.embedded_account import Account
from runtime.embedded_place import programs_for
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.parts.sweeper import sweeper_of
from runtime.stores import Stores
from tests.fixtures.canaries import leaks
from tests.fixtures.clock import Clock
from tests.fixtures.database import make_database
from tests.fixtures.house import House, build_house
from tests.web.pages import first_message

pytestmark = pytest.mark.as_owner

SUBJECT = "Zaunkoenigfund"
BODY = "Der Wendehals sitzt im Apfelbaum."
OTHER = "Sperlingsbrief"
ANSWER = "Ein Girlitz antwortet."
ADA = "ada@sample-dental.example"
BEN = "ben@sample-dental.example"
NUMBERS = count(1)
OWNERS = ("--no-owner", "--no-privileges")


@dataclass(frozen=True, slots=True)
class Crime:
    """What the thief has, by name, and the house from which it comes."""

    house: House
    server: EmbeddedPostgres
    message_id: UUID
    before: bytes
    vault_before: bytes

    def now(self, *choice: str) -> bytes:
        return dump(self.house.stores.database_url, *choice)


def program(name: str) -> Path:
    return programs_for(Account()) / name


def dump(database_url: str, *choice: str) -> bytes:
    command = [program("pg_dump"), *OWNERS, *choice, database_url]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - fixed program
    return done.stdout


def restored(server: EmbeddedPostgres, *dumps: bytes) -> str:
    """Read dumps into a database of the thief's own; return its address."""
    name = f"stolen_{next(NUMBERS)}"
    make_database(server, name, "template1")
    url = make_conninfo(server.url, dbname=name)
    command = [program("psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", url]
    for one in dumps:
        subprocess.run(command, input=one, capture_output=True, check=True)  # noqa: S603 - same
    return url


def live(house: House) -> UUID:
    """Let a message be written, read and answered; the answer and another message stay."""
    house.open_practice()
    ada = house.join(ADA, "Ada Sample")
    ada.compose(BEN, "staff-in-my-practice", subject=SUBJECT, body=BODY)
    ben = house.join(BEN, "Ben Desk")
    path = first_message(ben)
    ben.get(path)
    assert ben.post(f"{path}/reply", body=ANSWER, form_id=ben.form_id()).status_code == 303
    ada.compose(BEN, subject=OTHER, body=OTHER)
    return UUID(path.rpartition("/")[2])


@pytest.fixture
def crime(stores: Stores, server: EmbeddedPostgres, clock: Clock, tmp_path: Path) -> Crime:
    """A message that was dumped, and then recalled and destroyed."""
    house = build_house(stores, clock, tmp_path / "outbox")
    message_id = live(house)
    before = dump(stores.database_url, "--exclude-schema=vault")
    vault_before = dump(stores.database_url, "--schema=vault")
    sender = house.portal.inviting.holder(ADA)
    assert sender is not None
    house.portal.ending.recall(
        message_ids=[message_id], reason="It was wrong.", by=sender, at=clock()
    )
    house.settle()
    assert sweeper_of(stores, house.blobs, clock).sweep() > 0
    house.settle()
    return Crime(house, server, message_id, before, vault_before)


def sealed_values(database_url: str) -> dict[UUID, tuple[Sealed | None, Sealed]]:
    """Return sealed subject, if it has one, and body of every message in a log."""
    log = EventLog(in_postgres(database_url))
    events = [one.event for one in log.read(after=0, limit=1000)]
    log.close()
    sent = [one for one in events if isinstance(one, Message.MessageSent)]
    return {one.originator_id: (one.subject, one.body) for one in sent}


def opened(crime: Crime, database_url: str) -> dict[UUID, list[str | None]]:
    """Return what all master keys open of every message in a database, in order."""
    with ConnectionPool(database_url, min_size=1) as pool:
        vault = PostgresVault(pool, crime.house.keyring)
        return {
            one: vault.open_all(
                [
                    (value, content(one, field))
                    for field, value in zip(("subject", "body"), values, strict=True)
                    if value is not None
                ]
            )
            for one, values in sealed_values(database_url).items()
        }


def data_keys(database_url: str) -> list[UUID]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT owner FROM vault.data_key WHERE kind = %s", (KeyKind.CONTENT.value,)
        ).fetchall()
    return [row[0] for row in rows]


def test_the_log_of_before_with_the_vault_of_now_and_all_master_keys_opens_nothing_of_it(
    crime: Crime,
) -> None:
    stolen = restored(crime.server, crime.before, crime.now("--schema=vault"))
    assert crime.message_id not in data_keys(stolen)
    found = opened(crime, stolen)
    assert found.pop(crime.message_id) == [None, None]
    assert list(found.values()) == [[ANSWER], [OTHER, OTHER]]


def test_neither_does_the_database_itself(crime: Crime) -> None:
    found = opened(crime, crime.house.stores.database_url)
    assert found.pop(crime.message_id) == [None, None]
    assert list(found.values()) == [[ANSWER], [OTHER, OTHER]]


def test_the_read_models_of_now_hold_nothing_of_it_and_no_dump_holds_it_in_clear(
    crime: Crime,
) -> None:
    with crime.house.stores.pool.connection() as connection:
        row = connection.execute(
            "SELECT subject, body FROM inbox.message WHERE message_id = %s", (crime.message_id,)
        ).fetchone()
    assert row == (None, None)
    places = {"before": crime.before, "its vault": crime.vault_before, "now": crime.now()}
    assert leaks([SUBJECT, BODY], places) == []


def rebuild_and_verify(house: House) -> None:
    """Build every read model anew, and check every event against its proofs."""
    stores = house.stores
    for projection in PROJECTIONS:
        Rebuild(stores.log, stores.pool, projection).run()
    with stores.pool.connection() as connection:
        assert verify(connection).size == stores.log.head()


def test_the_history_is_whole_and_every_read_model_is_built_anew_without_the_content(
    crime: Crime,
) -> None:
    rebuild_and_verify(crime.house)
    ben = crime.house.visitor()
    ben.sign_in(BEN)
    words = ben.page(f"/messages/{crime.message_id}").get_text(" ")
    assert "Ada Sample recalled this message" in words
    assert "Re: a message that was recalled" in words
    assert ANSWER in words
    assert SUBJECT not in words
    assert opened(crime, crime.house.stores.database_url)[crime.message_id] == [None, None]


def test_of_who_was_erased_the_log_of_before_tells_neither_name_nor_address(crime: Crime) -> None:
    house, clock = crime.house, crime.house.clock
    ada, ben = (house.portal.inviting.holder(one) for one in (ADA, BEN))
    assert ada is not None
    assert ben is not None
    house.portal.erasing.request(user_id=ben, by=ada, at=clock())
    clock.forward(days=USUAL_RETENTION)
    house.settle()
    while sweeper_of(house.stores, house.blobs, clock).sweep():
        house.settle()
    rebuild_and_verify(house)
    stolen = restored(crime.server, crime.before, crime.now("--schema=vault"))
    with ConnectionPool(stolen, min_size=1) as pool:
        vault = PostgresVault(pool, house.keyring)
        people = Roster(pool).people([ada, ben])
        values = [people[one].email for one in (ada, ben)]
        places = [place_of(values[0], ada, "email"), place_of(values[1], ben, "email")]
        assert vault.open_all(list(zip(values, places, strict=True))) == [ADA, None]
    visitor = house.visitor()
    visitor.sign_in(ADA)
    assert pseudonym(ben) in visitor.page("/practice").get_text(" ")
    assert pseudonym(ben) in visitor.page("/sent").get_text(" ")


def test_whoever_kept_the_vault_of_before_and_the_master_keys_opens_it_as_the_runbook_says(
    crime: Crime,
) -> None:
    stolen = restored(crime.server, crime.before, crime.vault_before)
    assert opened(crime, stolen)[crime.message_id] == [SUBJECT, BODY]
