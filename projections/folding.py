"""Folds the changes of many events into few: a row that is new and changed at once is written once.

Folded changes bring the tables to the same rows as the changes one after the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from projections.change import Amend, Change, Ensure, Insert, Values

Key = tuple[object, ...]


@dataclass(slots=True)
class Folded:
    """Changes in the order in which they are to be written: new rows, then rounds of amendments.

    In a round each row is amended at most once.
    """

    inserts: list[Insert] = field(default_factory=list)
    ensures: list[Ensure] = field(default_factory=list)
    rounds: list[list[Amend]] = field(default_factory=list)


class Fold:
    """Takes changes one after the other."""

    def __init__(self) -> None:
        self.folded = Folded()
        self._new: dict[Key, dict[str, object]] = {}
        self._amended: dict[Key, list[Amend]] = {}

    def takes(self, change: Change) -> bool:
        """Take a change, or say that all before it has to be written first."""
        key = (change.table, *change.key.values())
        match change:
            case Amend():
                self._amend(key, change)
            case _ if key in self._amended:
                return False
            case Insert():
                row = self._new[key] = {**change.key, **change.values}
                self.folded.inserts.append(Insert(change.table, change.key, row))
            case Ensure():
                if key not in self._new:
                    self.folded.ensures.append(change)
        return True

    def _amend(self, key: Key, amend: Amend) -> None:
        row = self._new.get(key)
        if row is not None:
            if holds(row, amend.only_if):
                row.update(amend.values)
            return
        before = self._amended.setdefault(key, [])
        if is_vain(amend, before):
            return
        before.append(amend)
        if len(before) > len(self.folded.rounds):
            self.folded.rounds.append([])
        self.folded.rounds[len(before) - 1].append(amend)


def fold(changes: Iterable[Change]) -> Iterator[Folded]:
    """Return changes folded; more than once only where a row is amended before it is new."""
    folding = Fold()
    for change in changes:
        if not folding.takes(change):
            yield folding.folded
            folding = Fold()
            folding.takes(change)
    yield folding.folded


def holds(row: Values, only_if: Values) -> bool:
    """Say whether a row holds these values."""
    return all(row.get(column) == value for column, value in only_if.items())


def is_vain(amend: Amend, before: Iterable[Amend]) -> bool:
    """Say whether an amendment cannot apply any more after those before it, in their order.

    Only the last one before that touches what its condition asks for can say so.
    """
    for one in reversed([*before]):
        if one.values.keys() & amend.only_if.keys():
            return makes_vain(one, amend)
    return False


def makes_vain(one: Amend, later: Amend) -> bool:
    """Say whether after one amendment a later one on the same condition cannot apply any more."""
    return (
        bool(one.only_if)
        and one.only_if == later.only_if
        and any(one.values.get(column, value) != value for column, value in one.only_if.items())
    )
