"""The log only grows: whoever signs in, application or owner, nothing in it can be changed."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege, RaiseException

from eventlog.sequencer import Sequencer
from eventlog.verification import verify
from runtime.embedded_access import APPLICATION
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.roles import give_rights
from runtime.stores import Stores
from tests.eventlog.test_log import appoint, practice

pytestmark = pytest.mark.as_owner

TABLES = ("domain_events", "ledger", "subtree")

CHANGES = {
    "UPDATE": "UPDATE eventlog.{} SET {} = {}",
    "UPDATE of nothing": "UPDATE eventlog.{} SET {} = {} WHERE false",
    "DELETE": "DELETE FROM eventlog.{}",
    "TRUNCATE": "TRUNCATE eventlog.{}",
    "MERGE": "MERGE INTO eventlog.{} AS e USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
    "overwriting": "INSERT INTO eventlog.{0} SELECT * FROM eventlog.{0}"
    " ON CONFLICT DO NOTHING; UPDATE eventlog.{0} SET {1} = {2}",
}

ALTERATIONS = {
    "DROP": "DROP TABLE eventlog.{}",
    "no trigger": "ALTER TABLE eventlog.{} DISABLE TRIGGER ALL",
    "another trigger": "CREATE TRIGGER other BEFORE INSERT ON eventlog.{}"
    " FOR EACH STATEMENT EXECUTE FUNCTION eventlog.take_turn()",
    "another owner": f"ALTER TABLE eventlog.{{}} OWNER TO {APPLICATION}",
    "another column": "ALTER TABLE eventlog.{} ADD COLUMN other text",
}

COLUMNS = {"domain_events": "topic", "ledger": "leaf", "subtree": "hash"}


@pytest.fixture(scope="module")
def owner_url(stores_of_the_file: Stores) -> str:
    """The owner's address of a database with some history, in which the application has rights."""
    url = stores_of_the_file.database_url
    stores_of_the_file.log.save(appoint(practice(1)), *[practice(one) for one in range(2, 300)])
    stores_of_the_file.log.head()
    give_rights(url, APPLICATION)
    return url


@pytest.fixture(scope="module")
def application_url(owner_url: str, server: EmbeddedPostgres) -> str:
    """The application's address of the same database."""
    return make_conninfo(server.app_url, dbname=str(conninfo_to_dict(owner_url)["dbname"]))


def everything(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return [
            connection.execute(f"TABLE eventlog.{table} ORDER BY 1, 2").fetchall()
            for table in TABLES
        ]


@pytest.fixture
def unchanged(owner_url: str) -> Iterator[None]:
    """See to it that all is as it was."""
    before = everything(owner_url)
    assert all(before)
    yield
    assert everything(owner_url) == before


def tried(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
class TestNobodyChangesIt:
    def test_not_the_application(self, application_url: str, change: str, table: str):
        with pytest.raises(InsufficientPrivilege):
            tried(application_url, change.format(table, COLUMNS[table], "DEFAULT"))

    def test_not_the_owner(self, owner_url: str, change: str, table: str):
        with pytest.raises(RaiseException, match="the event log is append-only"):
            tried(owner_url, change.format(table, COLUMNS[table], COLUMNS[table]))

    def test_not_the_superuser_who_plays_back_a_replication(
        self, owner_url: str, server: EmbeddedPostgres, change: str, table: str
    ):
        name = str(conninfo_to_dict(owner_url)["dbname"])
        replaying = "-c session_replication_role=replica"
        url = make_conninfo(server.superuser_url, dbname=name, options=replaying)
        with pytest.raises(RaiseException, match="the event log is append-only"):
            tried(url, change.format(table, COLUMNS[table], COLUMNS[table]))


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("alteration", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_the_application_does_not_alter_it(application_url: str, alteration: str, table: str):
    with pytest.raises(InsufficientPrivilege):
        tried(application_url, alteration.format(table))


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO eventlog.domain_events VALUES (gen_random_uuid(), 1, 'topic', '', 7)",
        "SELECT setval('eventlog.domain_events_notification_id_seq', 1)",
        "SET session_replication_role = replica",
        "SET ROLE securemail",
        "CREATE TABLE eventlog.mine (id bigint)",
        "CREATE TABLE public.mine (id bigint)",
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine (id bigint)",
        "DELETE FROM public.securemail_migration",
        "DROP SCHEMA inbox CASCADE",
    ],
)
def test_the_application_does_nothing_that_it_need_not(application_url: str, statement: str):
    with pytest.raises(InsufficientPrivilege):
        tried(application_url, statement)


def test_the_application_appends_orders_and_reads(application_url: str):
    with Stores.open(application_url) as stores:
        before = stores.log.head()
        stores.log.save(practice(1000))
        with psycopg.connect(application_url, autocommit=True) as connection:
            sequencer = Sequencer(connection)
            assert sequencer.campaign()
            sequencer.catch_up()
            assert verify(connection).size == before + 1
        assert stores.log.head() == before + 1


def test_rights_are_given_again_without_a_change(owner_url: str, application_url: str):
    before = privileges(owner_url)
    give_rights(owner_url, APPLICATION)
    assert privileges(owner_url) == before
    with psycopg.connect(owner_url) as connection:
        connection.execute(f"GRANT UPDATE ON eventlog.ledger TO {APPLICATION}")
    give_rights(owner_url, APPLICATION)
    assert privileges(owner_url) == before
    with pytest.raises(InsufficientPrivilege):
        tried(application_url, "UPDATE eventlog.ledger SET position = position")


def privileges(url: str) -> list[Any]:
    """Return who may do what with the tables."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT oid::regclass::text, relacl::text FROM pg_class WHERE relkind = 'r' ORDER BY 1"
        ).fetchall()
        return [(name, sorted((acl or "").strip("{}").split(","))) for name, acl in rows]


def test_tables_that_are_made_later_are_worked_in(owner_url: str, application_url: str):
    with psycopg.connect(owner_url) as owner:
        owner.execute("CREATE SCHEMA later CREATE TABLE row (id bigint)")
    with psycopg.connect(application_url) as application:
        application.execute("INSERT INTO later.row VALUES (1)")
        assert application.execute("DELETE FROM later.row").rowcount == 1
    with psycopg.connect(owner_url) as owner:
        owner.execute("DROP SCHEMA later CASCADE")
