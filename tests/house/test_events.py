"""Events are facts: all of them listed, named in the past tense, with an actor and a moment."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc
from typing import Any

import pytest

import domain
from domain.aggregate import Aggregate
from domain.catalogue import AGGREGATES, EVENTS
from tests.house.tree import ROOT, called_names, functions, modules, parsed, run_python

for found in pkgutil.iter_modules(domain.__path__):
    import_module(f"domain.{found.name}")

IRREGULAR = {
    "began",
    "begun",
    "came",
    "chose",
    "chosen",
    "found",
    "gave",
    "given",
    "kept",
    "lost",
    "made",
    "paid",
    "read",
    "resent",
    "said",
    "sent",
    "set",
    "told",
    "took",
    "was",
    "withdrawn",
    "won",
    "wrote",
}
RECORDING = {"trigger_event", "_create"}
TOPIC = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
WORD = re.compile(r"[A-Z]?[a-z]+")


def descendants(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def of_the_domain(kind: type[Any]) -> set[type[Any]]:
    return {child for child in descendants(kind) if child.__module__.startswith("domain.")}


def tells_of_the_past(words: str) -> bool:
    found = {word.lower() for word in WORD.findall(words)}
    return any(word.endswith("ed") for word in found) or not IRREGULAR.isdisjoint(found)


def recordings(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "attr", "") in RECORDING]


def names_actor_and_moment(call: ast.Call) -> bool:
    return {"by", "timestamp"} <= {keyword.arg for keyword in call.keywords}


def appliers(tree: ast.AST) -> list[ast.FunctionDef]:
    return [function for function in functions(tree) if function.name == "apply"]


def only_assigns(applier: ast.FunctionDef) -> bool:
    """Say whether all it does is to put what the event says into the aggregate, or to count it."""
    puts = [is_assigning(step) for step in applier.body[1:]]  # after the docstring
    return all(puts) and called_names(applier) <= {"add", "discard"}


def is_assigning(step: ast.stmt) -> bool:
    return isinstance(step, ast.Assign) or changes_a_set(step) or counts_one(step)


def changes_a_set(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Call)


def counts_one(step: ast.stmt) -> bool:
    return isinstance(step, ast.AugAssign) and ast.unparse(step).endswith(" += 1")


def test_every_aggregate_is_in_the_catalogue() -> None:
    aggregates = {kind for kind in of_the_domain(Aggregate) if "TOPIC" in vars(kind)}
    assert aggregates == set(AGGREGATES)


def test_every_event_is_in_the_catalogue() -> None:
    events = {kind for kind in of_the_domain(Aggregate.Event) if kind.__name__ != "Event"}
    assert events == set(EVENTS.values())


@pytest.mark.parametrize("topic", EVENTS)
def test_every_event_has_an_explicit_topic(topic: str) -> None:
    assert vars(EVENTS[topic])["TOPIC"] == topic
    assert TOPIC.fullmatch(topic)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_every_event_is_named_and_described_in_the_past_tense(event: type[Aggregate.Event]) -> None:
    description = getdoc(event) or ""
    assert tells_of_the_past(event.__name__)
    assert tells_of_the_past(description.partition(".")[0])
    assert description.endswith(".")


def test_every_event_is_recorded_with_an_actor_and_a_moment() -> None:
    calls = [call for path in modules(ROOT, "domain") for call in recordings(parsed(path))]
    anonymous = [ast.unparse(call) for call in calls if not names_actor_and_moment(call)]
    assert calls
    assert anonymous == []


def test_appliers_never_raise_and_only_assign() -> None:
    found = [each for path in modules(ROOT, "domain") for each in appliers(parsed(path))]
    deciding = [ast.unparse(applier) for applier in found if not only_assigns(applier)]
    assert found
    assert deciding == []


def test_the_page_about_states_is_what_their_tables_say_today() -> None:
    written = run_python("-m", "domain.life_page")
    assert written.stdout == (ROOT / "docs" / "states.md").read_text(), "run `make docs`"


def test_the_page_about_events_is_what_the_catalogue_says_today() -> None:
    written = run_python("-m", "domain.catalogue_page")
    assert written.stdout == (ROOT / "docs" / "events.md").read_text(), "run `make docs`"


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("PasswordSet", True),
        ("SignedIn", True),
        ("ProfileBegun", True),
        ("ErasureWithdrawn", True),
        ("TermPaid", True),
        ("The end came near", True),
        ("A person wrote to a person", True),
        ("TimeZoneChosen", True),
        ("A carrier took it", True),
        ("PasswordSetting", False),
        ("SendMessage", False),
        ("The vendor has a card page", False),
        ("BeginProfile", False),
        ("PayTerm", False),
        ("WithdrawErasure", False),
        ("A subject is held", False),
    ],
)
def test_the_past_tense_is_recognised(words: str, *, verdict: bool) -> None:
    assert tells_of_the_past(words) is verdict


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        ("aggregate.paid = True", True),
        ("aggregate.purchases.add(self.purchase_id)", True),
        ("aggregate.open.discard(self.hold_id)", True),
        ("aggregate.open.remove(self.hold_id)", False),
        ("aggregate.tries += 1", True),
        ("aggregate.paid |= self.paid", False),
        ("aggregate.balance += self.amount", False),
        ("raise InvitationHasExpired", False),
        ("aggregate.at = datetime.now()", False),
        ("if self.until: aggregate.until = self.until", False),
        ("aggregate.trigger_event(self)", False),
    ],
)
def test_an_applier_that_decides_is_recognised(step: str, *, verdict: bool) -> None:
    [applier] = appliers(ast.parse(f"def apply(self, aggregate):\n    'Remember.'\n    {step}"))
    assert only_assigns(applier) is verdict


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        ("self.trigger_event(self.Sent, timestamp=at, by=by)", True),
        ("self.trigger_event(self.Sent, by=by)", False),
        ("cls._create(cls.Sent, timestamp=at)", False),
    ],
)
def test_a_recording_without_actor_or_moment_is_recognised(call: str, *, verdict: bool) -> None:
    [recording] = recordings(ast.parse(call))
    assert names_actor_and_moment(recording) is verdict
