"""Writes folded changes to the tables of a read model, many rows with one statement."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from projections.change import Amend, Change, Ensure, Insert, Values
from projections.folding import Folded, fold

Types = Mapping[str, Mapping[str, str]]
"""The type of each column by the names of table and column."""

Column = tuple[str, str]
"""The name of a column and its type."""

AnyChange = TypeVar("AnyChange", Insert, Ensure, Amend)


def types_of(connection: Connection[Any], schema: str) -> Types:
    """Return the types of all columns of the tables in a schema."""
    found: dict[str, dict[str, str]] = {}
    for table, column, type_ in connection.execute(
        """
        SELECT relname, attname, format_type(atttypid, atttypmod)
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = %s AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
        """,
        (schema,),
    ):
        found.setdefault(table, {})[column] = type_
    return found


def write(connection: Connection[Any], changes: Iterable[Change], types: Types) -> None:
    """Write changes; the connection's search path leads to the tables."""
    for folded in fold(changes):
        write_folded(connection, folded, types)


def write_folded(connection: Connection[Any], folded: Folded, types: Types) -> None:
    """Write new rows first, then what is changed in rows that were there."""
    for inserts in alike(folded.inserts):
        table = inserts[0].table
        columns = typed(types[table], inserts[0].values)
        connection.execute(insertion(table, columns), arrays(one.values for one in inserts))
    for ensures in alike(folded.ensures):
        table, rows = ensures[0].table, [{**one.key, **one.values} for one in ensures]
        columns = typed(types[table], rows[0])
        connection.execute(insertion(table, columns, is_new=False), arrays(rows))
    for amendments in folded.rounds:
        for amends in alike(amendments):
            write_amends(connection, amends, types[amends[0].table])


def write_amends(
    connection: Connection[Any], amends: Sequence[Amend], types: Mapping[str, str]
) -> None:
    """Write amendments of one table that name the same columns."""
    first = amends[0]
    parts = [typed(types, part) for part in (first.key, first.values, first.only_if)]
    connection.execute(
        amendment(first.table, *parts),
        [
            *arrays(one.key for one in amends),
            *arrays(one.values for one in amends),
            *arrays(one.only_if for one in amends),
        ],
    )


def alike(changes: Iterable[AnyChange]) -> list[list[AnyChange]]:
    """Return changes in groups that name the same table and columns."""
    groups: dict[object, list[AnyChange]] = {}
    for change in changes:
        table, *parts = change
        groups.setdefault((table, *map(tuple, parts)), []).append(change)
    return list(groups.values())


def arrays(rows: Iterable[Values]) -> list[list[object]]:
    """Return rows with the same columns as columns."""
    return [list(column) for column in zip(*[row.values() for row in rows], strict=True)]


def typed(types: Mapping[str, str], values: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of some values with their types."""
    return tuple((name, types[name]) for name in values)


@lru_cache(maxsize=1000)
def insertion(table: str, columns: tuple[Column, ...], *, is_new: bool = True) -> Composed:
    """Return the statement that inserts rows given as arrays."""
    statement = SQL("INSERT INTO {} ({}) SELECT * FROM unnest({})").format(
        Identifier(table), names(columns), parameters(columns)
    )
    return statement if is_new else statement + SQL(" ON CONFLICT DO NOTHING")


@lru_cache(maxsize=1000)
def amendment(
    table: str, key: tuple[Column, ...], values: tuple[Column, ...], only_if: tuple[Column, ...]
) -> Composed:
    """Return the statement that amends rows given as arrays; conditions come last."""
    wanted = [Identifier(f"if {name}") for name, _ in only_if]
    return SQL("UPDATE {} AS old SET {} FROM unnest({}) AS new ({}) WHERE {}").format(
        Identifier(table),
        SQL(", ").join(SQL("{0} = new.{0}").format(Identifier(name)) for name, _ in values),
        parameters(key + values + only_if),
        SQL(", ").join([*map(Identifier, [name for name, _ in key + values]), *wanted]),
        SQL(" AND ").join(
            [
                *[SQL("old.{0} = new.{0}").format(Identifier(name)) for name, _ in key],
                *[
                    SQL("old.{} IS NOT DISTINCT FROM new.{}").format(Identifier(name), want)
                    for (name, _), want in zip(only_if, wanted, strict=True)
                ],
            ]
        ),
    )


def names(columns: tuple[Column, ...]) -> Composed:
    """Return the names of columns as a list."""
    return SQL(", ").join(Identifier(name) for name, _ in columns)


def parameters(columns: tuple[Column, ...]) -> Composed:
    """Return a parameter for each column: an array of its type."""
    return SQL(", ").join(SQL("%b::" + type_ + "[]") for _, type_ in columns)
