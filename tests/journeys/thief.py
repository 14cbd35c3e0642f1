"""What a thief does with dumps, copies of blobs and keys: read them in, and open what opens."""

import subprocess
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from adapters.blobs import Blobs
from adapters.kept_files import KeptFiles
from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from adapters.wrapped_keys import DataKeys
from domain.attachment import Attachment, SealedFile, file_name
from domain.message import Message
from domain.ports import SealIsBroken, Vault, content
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.embedded_account import Account
from runtime.embedded_place import programs_for
from runtime.embedded_postgres import EmbeddedPostgres
from tests.fixtures.database import make_database

NUMBERS = count(1)
OWNERS = ("--no-owner", "--no-privileges")

OpenedFile = tuple[str | None, bytes | None, bool]
"""Name and content of a file, None for what does not open, and whether its small picture opens."""


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


def history(database_url: str) -> list[DomainEventProtocol[UUID]]:
    """Return every event of a log."""
    log = EventLog(in_postgres(database_url))
    events = [one.event for one in log.read(after=0, limit=1000)]
    log.close()
    return events


def opened_texts(database_url: str, keyring: Keyring) -> dict[UUID, list[str | None]]:
    """Return subject, if it has one, and body of every message, as far as keys open them."""
    sent = [one for one in history(database_url) if isinstance(one, Message.MessageSent)]
    with ConnectionPool(database_url, min_size=1) as pool:
        vault = PostgresVault(pool, keyring)
        return {
            one.originator_id: vault.open_all(
                [
                    (value, content(one.originator_id, field))
                    for field, value in (("subject", one.subject), ("body", one.body))
                    if value is not None
                ]
            )
            for one in sent
        }


def opened_files(database_url: str, keyring: Keyring, blobs: Blobs) -> dict[UUID, list[OpenedFile]]:
    """Return the files of every message, as far as keys open them, in order."""
    found: dict[UUID, list[OpenedFile]] = {}
    with ConnectionPool(database_url, min_size=1) as pool:
        vault, files = PostgresVault(pool, keyring), KeptFiles(pool, blobs, DataKeys(pool, keyring))
        for one in attached(history(database_url)):
            found.setdefault(one.message_id, []).append(opened_file(vault, files, one))
    return found


def attached(events: Iterable[Any]) -> list[Attachment.FileAttached]:
    return [one for one in events if isinstance(one, Attachment.FileAttached)]


def opened_file(vault: Vault, files: KeptFiles, one: Attachment.FileAttached) -> OpenedFile:
    """Try name, content and small picture of one file.

    Only a key that is missing counts as closed: damage, or a blob that is missing, is no proof.
    """
    sealed = SealedFile(one.originator_id, one.name, one.length, one.kind, one.digest)
    [name] = vault.open_all([(one.name, file_name(one.originator_id))])
    try:
        whole = b"".join(files.opened(sealed).stream(0, one.length))
    except SealIsBroken:
        whole = None
    return name, whole, bool(files.previews([one.originator_id]))
