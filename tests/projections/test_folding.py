"""Folded changes bring the tables to the same rows as the changes one after the other."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projections.change import Amend, Change, Ensure, Insert
from projections.folding import Folded, fold
from projections.writing import types_of, write
from runtime.stores import Stores

NUMBERS = st.integers(0, 3)
MAYBE = st.none() | st.integers(0, 2)

TABLE = """
CREATE TABLE pg_temp.row (id bigint PRIMARY KEY, a bigint, b bigint);
CREATE TABLE pg_temp.pair (one bigint, other bigint, PRIMARY KEY (one, other))
"""


@pytest.fixture
def connection(stores_of_the_file: Stores) -> Iterator[psycopg.Connection]:
    """A connection with tables of its own."""
    with psycopg.connect(stores_of_the_file.database_url) as connection:
        connection.execute(TABLE.encode())
        yield connection
        connection.rollback()


def row(number: int, **values: object) -> Insert:
    return Insert("row", {"id": number}, {"a": None, "b": None, **values})


def amend(number: int, only_if: dict[str, object] | None = None, **values: object) -> Amend:
    return Amend("row", {"id": number}, values, only_if or {})


def folded(*changes: Change) -> list[Folded]:
    return list(fold(changes))


def test_a_row_that_is_new_and_changed_at_once_is_written_once():
    [one] = folded(row(1, a=1), amend(1, a=2), amend(1, b=3))
    assert [insert.values for insert in one.inserts] == [{"id": 1, "a": 2, "b": 3}]
    assert one.rounds == []


def test_a_condition_is_asked_of_the_new_row():
    [one] = folded(row(1, a=1), amend(1, {"a": 1}, b=2), amend(1, {"a": 2}, b=1))
    assert one.inserts[0].values["b"] == 2


def test_each_row_that_was_there_is_amended_once_a_round():
    [one] = folded(amend(1, a=1), amend(2, a=1), amend(1, a=2))
    assert one.rounds == [[amend(1, a=1), amend(2, a=1)], [amend(1, a=2)]]


def test_what_can_happen_only_once_is_written_once_however_often_it_is_said():
    look = amend(1, {"a": None}, a=1)
    [one] = folded(*[look] * 50, amend(1, {"a": None}, a=2))
    assert one.rounds == [[look]]


def test_an_amendment_before_the_row_is_new_is_written_before_it():
    assert len(folded(amend(1, a=1), row(1))) == 2


OPERATIONS = st.one_of(
    st.builds(lambda n, a: Ensure("row", {"id": n}, {"a": a, "b": None}), NUMBERS, MAYBE),
    st.builds(lambda n, a: amend(n, a=a), NUMBERS, MAYBE),
    st.builds(lambda n, b: amend(n, b=b), NUMBERS, MAYBE),
    st.builds(lambda n, old, a: amend(n, {"a": old}, a=a), NUMBERS, MAYBE, MAYBE),
    st.builds(lambda n, old, a: amend(n, {"a": old, "b": None}, a=a, b=a), NUMBERS, MAYBE, MAYBE),
    st.builds(lambda one, other: Ensure("pair", {"one": one, "other": other}), NUMBERS, NUMBERS),
)

CHANGES = st.tuples(
    st.lists(OPERATIONS, max_size=8),
    st.lists(st.builds(lambda n, a: row(n + 10, a=a), NUMBERS, MAYBE), unique_by=str, max_size=3),
    st.lists(
        OPERATIONS
        | st.builds(lambda n, a: amend(n + 10, a=a), NUMBERS, MAYBE)
        | st.builds(lambda n, old, b: amend(n + 10, {"a": old}, b=b), NUMBERS, MAYBE, MAYBE),
        max_size=20,
    ),
)


def rows(connection: psycopg.Connection) -> list[Any]:
    return [
        connection.execute("SELECT * FROM pg_temp.row ORDER BY id").fetchall(),
        connection.execute("SELECT * FROM pg_temp.pair ORDER BY one, other").fetchall(),
    ]


@pytest.mark.as_owner
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(CHANGES)
@example(
    (
        [Ensure("row", {"id": 0}, {"a": None, "b": None})],
        [],
        [amend(0, {"a": None}, a=0), amend(0, a=None), amend(0, {"a": None}, a=0)],
    )
)
def test_folded_is_the_same_as_one_by_one(
    connection: psycopg.Connection, changes: tuple[list[Change], list[Insert], list[Change]]
):
    before, new, after = changes
    news = list({str(one.key): one for one in new}.values())
    everything: list[Change] = [*before, *news, *after]
    schema = connection.execute("SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
    types = types_of(connection, str((schema.fetchone() or [""])[0]))
    with connection.transaction(force_rollback=True):
        for change in everything:
            write(connection, [change], types)
        expected = rows(connection)
    with connection.transaction(force_rollback=True):
        write(connection, everything, types)
        assert rows(connection) == expected


def test_a_row_that_is_there_already_is_a_mistake(connection: psycopg.Connection):
    types = {"row": {"id": "bigint", "a": "bigint", "b": "bigint"}}
    with pytest.raises(psycopg.errors.UniqueViolation):
        write(connection, [row(1), row(1)], types)
