"""What an event changes in the tables of a read model: a new row, or other values in one.

A change says which row by its key and depends on no other row, so that the changes of many events
can be written with few statements.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Values = Mapping[str, Any]
"""Values by the names of their columns."""

NOTHING: Values = MappingProxyType({})


class Insert(NamedTuple):
    """A row that is not there yet; one with this key is a mistake."""

    table: str
    key: Values
    values: Values


class Ensure(NamedTuple):
    """A row that should be there; one with this key stays as it is."""

    table: str
    key: Values
    values: Values = NOTHING


class Amend(NamedTuple):
    """Other values in the row with this key, if it is there and holds the values of `only_if`."""

    table: str
    key: Values
    values: Values
    only_if: Values = NOTHING


Change = Insert | Ensure | Amend
