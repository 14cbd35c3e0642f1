"""Writes the page about the states of purchases and subscriptions, `docs/states.md`.

It is drawn from the tables by which the rules decide. `python -m domain.life_page` prints the page;
nobody edits it by hand. The diagrams are Mermaid's
(https://mermaid.js.org/syntax/stateDiagram.html).
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import pairwise

from domain.catalogue import EVENTS
from domain.life import Life, StateT
from domain.purchase_life import PURCHASE_LIFE, PurchaseState
from domain.subscription_life import SUBSCRIPTION_LIFE, SubscriptionState

OPENING = """\
# States

`make docs` writes this page from `domain/purchase_life.py` and `domain/subscription_life.py`; do
not edit it.

The rules decide by the same tables: what is not on an arrow does not happen. A word on an arrow is
an event, and [events.md](events.md) says what it means.
"""

PURCHASES = """\
A purchase is one try to pay for one term, on a card page or by charging a saved card. News of money
may come late, so a payment is recorded in any state in which none is recorded yet.
"""

SUBSCRIPTIONS = """\
A subscription is the paid tier of one person as it goes on. She has the paid tier (the entitlement
to compose) while a term is paid, while the card is charged for the next one, and in the grace
period; also if it was given to her, which no subscription knows of.
"""

TABLE_HEAD = "| state | meaning |\n| --- | --- |\n"


def page() -> str:
    """Return the whole page."""
    purchase = section("Purchase", PURCHASES, PURCHASE_LIFE, PurchaseState)
    title = "Subscription, or entitlement"
    subscription = section(title, SUBSCRIPTIONS, SUBSCRIPTION_LIFE, SubscriptionState)
    return f"{OPENING}\n{purchase}\n{subscription}"


def section(title: str, about: str, life: Life[StateT], states: type[StateT]) -> str:
    """Return the diagram of one life, and what each of its states means."""
    said = meanings(states)
    rows = "".join(f"| {state} | {said[state.name]} |\n" for state in states)
    return f"## {title}\n\n{about}\n{diagram(life, states)}\n{TABLE_HEAD}{rows}"


def diagram(life: Life[StateT], states: type[StateT]) -> str:
    """Return a life as a Mermaid state diagram."""
    names = [f'    state "{state}" as {state.name}\n' for state in states]
    return f"```mermaid\nstateDiagram-v2\n{''.join([*names, *arrows(life)])}```\n"


def arrows(life: Life[StateT]) -> Iterator[str]:
    """Yield a line for each way from a state to a state, with all events that lead there."""
    ways: dict[tuple[str, str], list[str]] = {}
    for move in life:
        begins = ("[*]",) if not move.since else ()
        for since in (*begins, *(state.name for state in move.since)):
            to = move.to.name if move.to else since
            ways.setdefault((since, to), []).append(EVENTS[move.topic].__name__)
    for (since, to), events in ways.items():
        yield f"    {since} --> {to}: {', '.join(events)}\n"


def meanings(states: type[StrEnum]) -> Mapping[str, str]:
    """Return what is written below each state in its source."""
    body = [step for kind in ast.parse(inspect.getsource(states)).body for step in written(kind)]
    return {
        ast.unparse(state.targets[0]): str(text.value.value)
        for state, text in pairwise(body)
        if isinstance(state, ast.Assign)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def written(kind: ast.stmt) -> list[ast.stmt]:
    """Return what is written in a class."""
    return kind.body if isinstance(kind, ast.ClassDef) else []


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - it is a command
