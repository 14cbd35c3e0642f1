"""The page about the states of purchases and subscriptions."""

import runpy
from enum import StrEnum

import pytest

from domain import life_page
from domain.life import Life, Move
from domain.life_page import arrows, diagram, meanings, page
from domain.purchase_life import PURCHASE_LIFE, PurchaseState
from domain.subscription_life import SUBSCRIPTION_LIFE, SubscriptionState


class Lamp(StrEnum):
    """Whether it is bright."""

    DARK = "quite dark"
    """Nobody sees anything."""
    LIT = "lit"
    """All see."""


LAMP = Life(
    Move("purchase.started", (), Lamp.DARK),
    Move("purchase.refunded", (Lamp.DARK,), Lamp.LIT),
    Move("purchase.dispute-won", (Lamp.DARK,), Lamp.LIT),
    Move("purchase.partly-refunded", (Lamp.DARK, Lamp.LIT), None),
)


def test_an_arrow_has_the_names_of_all_events_that_lead_the_same_way() -> None:
    assert list(arrows(LAMP)) == [
        "    [*] --> DARK: PurchaseStarted\n",
        "    DARK --> LIT: PurchaseRefunded, DisputeWon\n",
        "    DARK --> DARK: PartlyRefunded\n",
        "    LIT --> LIT: PartlyRefunded\n",
    ]


def test_a_diagram_names_its_states_before_it_leads_from_one_to_another() -> None:
    lines = diagram(LAMP, Lamp).splitlines()
    assert lines[:4] == [
        *["```mermaid", "stateDiagram-v2"],
        *['    state "quite dark" as DARK', '    state "lit" as LIT'],
    ]
    assert lines[-1] == "```"


def test_the_meaning_of_a_state_is_what_is_written_below_it() -> None:
    assert meanings(Lamp) == {"DARK": "Nobody sees anything.", "LIT": "All see."}


@pytest.mark.parametrize("states", [PurchaseState, SubscriptionState])
def test_every_state_has_a_meaning_that_is_a_sentence(states: type[StrEnum]) -> None:
    said = meanings(states)
    assert said.keys() == {state.name for state in states}
    assert all(text[0].isupper() and text.endswith(".") for text in said.values())


def test_the_page_draws_every_move_of_both_lives() -> None:
    drawn = [line for line in page().splitlines() if " --> " in line]
    for life in (PURCHASE_LIFE, SUBSCRIPTION_LIFE):
        assert {*map(str.rstrip, arrows(life))} <= {*drawn}
    assert "| being charged | A saved card is to be charged," in page()


def test_the_command_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(life_page.__file__), run_name="__main__")
    assert capsys.readouterr().out == page()
