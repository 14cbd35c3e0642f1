"""The page about every event."""

import runpy
from datetime import datetime
from uuid import UUID

import pytest

from domain import catalogue_page
from domain.catalogue import AGGREGATES, EVENTS
from domain.catalogue_page import meaning, page, row, type_name
from domain.message import Message
from domain.ports import Sealed
from domain.purchase import Purchase
from domain.user import User


def test_an_event_has_a_line_that_says_all_of_it() -> None:
    assert row(User.RegistrationCompleted) == (
        "| `RegistrationCompleted` | `user.registration-completed` "
        "| The invited person gave name and phone and accepted the terms. "
        "| `practice_id`: UUID or nothing, `full_name`: Sealed, `cell_phone`: Sealed, `terms`: str "
        "| sealed |\n"
    )


def test_an_event_that_adds_nothing_says_so() -> None:
    assert row(Message.MessageRead) == (
        "| `MessageRead` | `message.read` "
        "| Its sender or recipient looked at the content. | none | pseudonymous |\n"
    )


def test_the_meaning_is_the_first_sentence() -> None:
    class Thing(Purchase.Event):
        """A thing happened, at
        last. Nobody knows why.
        """

        TOPIC = "test.thing-happened"

    assert meaning(Thing) == "A thing happened, at last."


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (UUID, "UUID"),
        (datetime, "datetime"),
        (Sealed, "Sealed"),
        (Sealed | None, "Sealed or nothing"),
        (int | str | None, "int or str or nothing"),
    ],
)
def test_types_are_called_by_their_names(kind: object, name: str) -> None:
    assert type_name(kind) == name


def test_the_page_has_a_section_for_each_aggregate_and_a_line_for_each_event() -> None:
    lines = page().splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == [
        kind.__name__ for kind in AGGREGATES
    ]
    assert [line.split("`")[3] for line in lines if line.startswith("| `")] == list(EVENTS)


def test_the_command_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(catalogue_page.__file__), run_name="__main__")
    assert capsys.readouterr().out == page()
