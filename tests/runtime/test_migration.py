"""The database is brought to its present form: each step once, whole, whoever starts beside."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import STEPS, DatabaseIsUnusable, apply_steps, migrate
from tests.fixtures.at_once import at_once

pytestmark = pytest.mark.as_owner

NAMES = sorted(path.name for path in STEPS.glob("*.sql"))

SHAPE = """
SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns
WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
ORDER BY table_schema, table_name, ordinal_position
"""


def asked(database_url: str, question: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(question.encode()).fetchall()


def history(database_url: str) -> list[Any]:
    return asked(database_url, "SELECT name, applied_at FROM securemail_migration ORDER BY name")


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """A copy of the steps, for the steps of another release beside them."""
    folder = tmp_path / "steps"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes((STEPS / name).read_bytes())
    return folder


def test_an_empty_database_gets_everything(blank_database_url: str):
    assert migrate(blank_database_url) == []
    assert [name for name, _ in history(blank_database_url)] == NAMES
    schemas = {row[0] for row in asked(blank_database_url, SHAPE)}
    models = {projection.name for projection in PROJECTIONS}
    own = {"public", "eventlog", "vault", "attachments", "projection", "notices"}
    assert schemas == own | models


def test_a_second_run_changes_nothing(blank_database_url: str):
    migrate(blank_database_url)
    shape, applied = asked(blank_database_url, SHAPE), history(blank_database_url)
    assert migrate(blank_database_url) == []
    assert asked(blank_database_url, SHAPE) == shape
    assert history(blank_database_url) == applied


def test_several_processes_at_once_do_it_once(blank_database_url: str, database_url: str):
    answers = at_once(*[lambda: migrate(blank_database_url)] * 6)
    assert answers == [[]] * 6
    assert [name for name, _ in history(blank_database_url)] == NAMES
    assert asked(blank_database_url, SHAPE) == asked(database_url, SHAPE)


def test_a_database_of_a_newer_release_is_refused_untouched(database_url: str):
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO securemail_migration (name) VALUES ('0099_newer.sql')")
    before = history(database_url)
    with pytest.raises(DatabaseIsUnusable, match=r"the database knows newer steps: 0099_newer"):
        migrate(database_url)
    assert history(database_url) == before


def test_a_step_that_fails_leaves_nothing_half_done_and_can_be_repaired(
    blank_database_url: str, steps: Path
):
    (steps / "0098_right.sql").write_text("CREATE TABLE right_one (id int);")
    broken = "CREATE TABLE half_done (id int); INSERT INTO right_one VALUES (1); SELECT 1 / 0;"
    (steps / "0099_broken.sql").write_text(broken)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(blank_database_url, steps)
    tables = "SELECT tablename FROM pg_tables WHERE tablename IN ('right_one', 'half_done')"
    assert asked(blank_database_url, tables) == [("right_one",)]
    assert asked(blank_database_url, "SELECT count(*) FROM right_one") == [(0,)]
    assert [name for name, _ in history(blank_database_url)] == [*NAMES, "0098_right.sql"]
    (steps / "0099_broken.sql").write_text("CREATE TABLE half_done (id int);")
    assert migrate(blank_database_url, steps) == []
    assert len(asked(blank_database_url, tables)) == 2


def test_a_step_that_cannot_be_recorded_is_not_applied(blank_database_url: str, steps: Path):
    (steps / "0099_unrecorded.sql").write_text(
        "CREATE TABLE half_done (id int);"
        "ALTER TABLE securemail_migration ADD CHECK (name <> '0099_unrecorded.sql');"
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        migrate(blank_database_url, steps)
    tables = "SELECT tablename FROM pg_tables WHERE tablename = 'half_done'"
    assert asked(blank_database_url, tables) == []
    assert [name for name, _ in history(blank_database_url)] == NAMES


def test_a_step_that_fails_keeps_nobody_waiting_afterwards(blank_database_url: str, steps: Path):
    (steps / "0099_broken.sql").write_text("SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(blank_database_url, steps)
    assert migrate(f"{blank_database_url} options='-c statement_timeout=5s'") == []


def test_steps_are_applied_in_the_order_of_their_numbers(blank_database_url: str, steps: Path):
    (steps / "0099_last.sql").write_text("CREATE TABLE log_of_steps (n serial, step text);")
    (steps / "0100_very_last.sql").write_text("INSERT INTO log_of_steps (step) VALUES ('100');")
    migrate(blank_database_url, steps)
    assert asked(blank_database_url, "SELECT step FROM log_of_steps") == [("100",)]


def test_a_read_model_that_was_made_otherwise_is_named(database_url: str):
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE projection.position SET definition = '' WHERE name = 'inbox'")
    assert migrate(database_url) == ["inbox"]


def test_the_products_own_role_is_no_superuser_and_needs_no_right_to_be_one(
    blank_database_url: str,
):
    migrate(blank_database_url)
    rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = user"
    assert asked(blank_database_url, rights) == [(False, False, False)]


def test_a_server_that_is_not_there_is_an_operational_error(server: EmbeddedPostgres):
    with pytest.raises(psycopg.OperationalError):
        migrate(make_conninfo(server.url, port="1"))


def test_data_keys_of_an_earlier_release_hang_under_the_key_of_their_name(
    blank_database_url: str, tmp_path: Path
):
    for name in NAMES[: NAMES.index("0007_master_keys.sql")]:
        (tmp_path / name).write_bytes((STEPS / name).read_bytes())
    with psycopg.connect(blank_database_url, autocommit=True) as connection:
        apply_steps(connection, tmp_path)
        connection.execute(
            """
            INSERT INTO vault.key_check (name, answer)
            SELECT name, sha256(name::bytea)
            FROM unnest(ARRAY['content', 'personal', 'web']) AS name;
            INSERT INTO vault.data_key (kind, owner, wrapped)
            SELECT kind, gen_random_uuid(), 'wrapped'
            FROM unnest(ARRAY['content', 'personal']) AS kind
            """
        )
        apply_steps(connection, STEPS)
    assert asked(
        blank_database_url,
        """
        SELECT kind, name, wrapped_by = substring(sha256(kind::bytea) FROM 1 FOR 8)
        FROM vault.data_key JOIN vault.master_key ON id = wrapped_by ORDER BY kind
        """,
    ) == [("content", "content", True), ("personal", "personal", True)]
    assert asked(blank_database_url, "SELECT count(*) FROM vault.master_key") == [(3,)]
