"""What was destroyed opens no more, whatever a thief has kept; except the vault of before.

The thief has the whole database of now, a dump of everything but the vault of before (log, read
models, the table of files), all blobs of before, and all master keys. The counter-proof shows what
only a copy of the vault from before changes.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs
from adapters.obstore_blobs import blobs_at
from adapters.vault import PostgresVault
from domain.ports import KeyKind, place_of
from domain.practice import USUAL_RETENTION
from domain.pseudonym import pseudonym
from eventlog.verification import verify
from projections.rebuild import Rebuild
from projections.roster import Roster
from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.parts.sweeper import sweeper_of
from runtime.stores import Stores
from tests.fixtures.canaries import leaks
from tests.fixtures.clock import Clock
from tests.fixtures.files import dicom, jpeg, pdf
from tests.fixtures.house import House, Visitor, build_house
from tests.journeys.thief import (
    OpenedFile,
    attached,
    dump,
    history,
    opened_files,
    opened_texts,
    restored,
)
from tests.web.pages import first_message
from tests.web.test_uploads import upload

pytestmark = pytest.mark.as_owner

SUBJECT = "Zaunkoenigfund"
BODY = "Der Wendehals sitzt im Apfelbaum."
OTHER = "Sperlingsbrief"
ANSWER = "Ein Girlitz antwortet."
ADA = "ada@sample-dental.example"
BEN = "ben@sample-dental.example"
SCAN = dicom(preamble=b"Wiedehopfbild".ljust(128, b"\0"), length=9_000_000)
"""A scan of so many bytes that it lies in three blobs."""

FILES = {"Kiefer-Wiedehopf.dcm": SCAN, "Nestlingsfoto.jpg": jpeg(comment=b"Blaukehlchen")}
OTHER_FILES = {"Stieglitz.pdf": pdf()}
WORDS = [SUBJECT, BODY, "Wiedehopf", "Nestlingsfoto", "Blaukehlchen", "Stieglitz"]


@dataclass(frozen=True, slots=True)
class Crime:
    """What the thief has, by name, and the house from which it comes."""

    house: House
    server: EmbeddedPostgres
    message_id: UUID
    before: bytes
    vault_before: bytes
    blobs_before: Blobs

    def now(self, *choice: str) -> bytes:
        return dump(self.house.stores.database_url, *choice)

    def texts(self, database_url: str) -> dict[UUID, list[str | None]]:
        """Return what all master keys open of every message in a database, in order."""
        return opened_texts(database_url, self.house.keyring)

    def files(self, database_url: str) -> dict[UUID, list[OpenedFile]]:
        """Return what they open of all files with the blobs of before, in order."""
        return opened_files(database_url, self.house.keyring, self.blobs_before)


def write(ada: Visitor, files: dict[str, bytes], **message: str) -> None:
    """Let Ada write to Ben, with files."""
    form_id = ada.form_id()
    for name, content in files.items():
        assert upload(ada, content, name, form_id).status_code == 204
    assert ada.compose(BEN, form_id=form_id, **message).status_code == 303


def live(house: House) -> UUID:
    """Let a message with files be written, read and answered; the answer and another one stay."""
    house.open_practice()
    ada = house.join(ADA, "Ada Sample")
    write(ada, FILES, role="staff-in-my-practice", subject=SUBJECT, body=BODY)
    ben = house.join(BEN, "Ben Desk")
    path = first_message(ben)
    ben.get(path)
    assert ben.post(f"{path}/reply", body=ANSWER, form_id=ben.form_id()).status_code == 303
    write(ada, OTHER_FILES, subject=OTHER, body=OTHER)
    return UUID(path.rpartition("/")[2])


@pytest.fixture
def crime(stores: Stores, server: EmbeddedPostgres, clock: Clock, tmp_path: Path) -> Crime:
    """A message that was dumped, and then recalled and destroyed."""
    house = build_house(stores, clock, tmp_path / "outbox")
    message_id = live(house)
    before = dump(stores.database_url, "--exclude-schema=vault")
    vault_before = dump(stores.database_url, "--schema=vault")
    shutil.copytree(tmp_path / "blobs", tmp_path / "blobs of before")
    blobs_before = blobs_at(tmp_path / "blobs of before")
    sender = house.portal.inviting.holder(ADA)
    assert sender is not None
    house.portal.ending.recall(
        message_ids=[message_id], reason="It was wrong.", by=sender, at=clock()
    )
    house.settle()
    assert sweeper_of(stores, house.blobs, clock).sweep() > 0
    house.settle()
    return Crime(house, server, message_id, before, vault_before, blobs_before)


def data_keys(database_url: str) -> list[UUID]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT owner FROM vault.data_key WHERE kind = %s", (KeyKind.CONTENT.value,)
        ).fetchall()
    return [row[0] for row in rows]


def files_of_it(crime: Crime) -> list[UUID]:
    """Return the identifiers of the files of the destroyed message."""
    events = attached(history(crime.house.stores.database_url))
    return [one.originator_id for one in events if one.message_id == crime.message_id]


CLOSED: OpenedFile = (None, None, False)


def require_only_the_others_open(crime: Crime, database_url: str) -> None:
    """Check that nothing of the destroyed message opens there, and that all else does."""
    texts, files = crime.texts(database_url), crime.files(database_url)
    assert texts.pop(crime.message_id) == [None, None]
    assert list(texts.values()) == [[ANSWER], [OTHER, OTHER]]
    assert files.pop(crime.message_id) == [CLOSED, CLOSED]
    assert list(files.values()) == [[(name, whole, False) for name, whole in OTHER_FILES.items()]]


def test_the_log_of_before_with_the_vault_of_now_and_all_master_keys_opens_nothing_of_it(
    crime: Crime,
) -> None:
    stolen = restored(crime.server, crime.before, crime.now("--schema=vault"))
    assert not {crime.message_id, *files_of_it(crime)} & {*data_keys(stolen)}
    require_only_the_others_open(crime, stolen)


def test_neither_does_the_database_itself(crime: Crime) -> None:
    require_only_the_others_open(crime, crime.house.stores.database_url)


def test_the_tables_and_the_storage_of_now_hold_nothing_of_it(crime: Crime) -> None:
    itself = {"message": crime.message_id, "files": files_of_it(crime)}
    with crime.house.stores.pool.connection() as connection:
        rows = connection.execute(
            """
            SELECT subject, body, (
                SELECT array_agg(name) FROM inbox.file WHERE message_id = %(message)s
            ), (SELECT count(*) FROM attachments.file WHERE attachment_id = ANY(%(files)s))
            FROM inbox.message WHERE message_id = %(message)s
            """,
            itself,
        ).fetchall()
    assert rows == [(None, None, [None, None], 0)]
    blobs = crime.house.blobs
    assert [[*blobs.names(one.hex)] for one in files_of_it(crime)] == [[], []]
    assert [len([*crime.blobs_before.names(one.hex)]) for one in files_of_it(crime)] == [3, 1]


def test_nothing_of_any_message_lies_in_clear_in_a_dump_or_a_blob(crime: Crime) -> None:
    places = {"before": crime.before, "its vault": crime.vault_before, "now": crime.now()}
    for blob in crime.blobs_before.names():
        places[blob.name] = bytes(crime.blobs_before.read(blob.name, 0, blob.size))
    assert leaks(WORDS, places) == []


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
    assert [name for name in FILES if name in words] == []
    shown = ben.page(first_message(ben)).select("ul.attached a")
    assert [one.get_text() for one in shown] == [*OTHER_FILES]
    require_only_the_others_open(crime, crime.house.stores.database_url)


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
    assert crime.texts(stolen)[crime.message_id] == [SUBJECT, BODY]
    scan, photo = FILES.items()
    assert crime.files(stolen)[crime.message_id] == [(*scan, False), (*photo, True)]
