"""The life of something that goes through states: which event leads from where to where.

Aggregates decide by such a table, and the pages of `docs/` draw it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StateT = TypeVar("StateT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[StateT]):
    """An event, by its topic, that happens in certain states and leads to one.

    Without states it begins a life. `to` is None where it leaves the state as it is.
    """

    topic: str
    since: tuple[StateT, ...]
    to: StateT | None


class Life(Generic[StateT]):
    """All moves there are; whatever is not among them does not happen."""

    def __init__(self, *moves: Move[StateT]) -> None:
        self._moves = {move.topic: move for move in moves}
        self.after: Mapping[str, StateT] = {
            move.topic: move.to for move in moves if move.to is not None
        }

    def __iter__(self) -> Iterator[Move[StateT]]:
        return iter(self._moves.values())

    def allows(self, state: StateT, topic: str) -> bool:
        """Say whether an event may happen in a state."""
        return state in self._moves[topic].since
