"""Operators change what is sold, and look after money, on the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.plan import MONTHLY
from runtime.command_line import main
from runtime.sandbox_cards import SandboxCards
from runtime.stores import Stores
from tests.projections.town import ADAS_ADDRESS, Town

pytestmark = pytest.mark.as_owner


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command line on a database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECUREMAIL_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def offer(command, name: str, months: str, amount: str, *more: str) -> Result:
    return command("plan", "offer", name, "--months", months, "--amount", amount, *more)


def sold(command) -> list[str]:
    return [" ".join(line.split()) for line in command("plan", "list").output.splitlines()]


def test_until_somebody_changes_it_the_house_sells_one_plan(command) -> None:
    assert sold(command) == ["monthly $10.00 every month"]


def test_a_plan_is_offered_repriced_and_withdrawn(command) -> None:
    assert "costs $100.00 from now on" in offer(command, "yearly", "12", "10000").output
    offer(command, "monthly", "1", "1200", "--currency", "eur")
    assert sold(command) == ["monthly EUR 12.00 every month", "yearly $100.00 every 12 months"]
    assert command("plan", "withdraw", "monthly").exit_code == 0
    assert sold(command) == ["yearly $100.00 every 12 months"]


def test_offering_the_same_twice_is_one_fact(command, stores: Stores) -> None:
    offer(command, "yearly", "12", "10000")
    head = stores.log.head()
    offer(command, "yearly", "12", "10000")
    assert stores.log.head() == head


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("Yearly!", "12", "10000"), "a plan has a name"),
        (("yearly", "99", "10000"), "a plan has a name"),
        (("yearly", "12", "49"), "a plan has a name"),
        (("yearly", "12", "10000", "--currency", "jpy"), "a plan has a name"),
        (("yearly", "0", "10000"), "Invalid value"),
        (("yearly", "12", "10.00"), "Invalid value"),
    ],
)
def test_a_plan_that_nobody_could_buy_is_refused(
    command, stores: Stores, given: tuple[str, ...], words: str
) -> None:
    refused = offer(command, *given)
    assert (refused.exit_code > 0, words in refused.output) == (True, True)
    assert stores.log.head() == 0


def test_what_is_not_sold_and_the_only_plan_are_not_withdrawn(command) -> None:
    assert "no plan of that name is sold" in command("plan", "withdraw", "weekly").output
    assert "it is the only plan" in command("plan", "withdraw", "monthly").output
    assert sold(command) == ["monthly $10.00 every month"]


def test_the_status_counts_purchases_and_tells_what_did_not_fit(command, stores: Stores) -> None:
    town = Town(stores)
    town.open_practice(paid=False)
    town.join(ADAS_ADDRESS, "Ada Sample")
    town.start_to_buy(ADAS_ADDRESS)
    town.billing.open_checkout(
        purchase_id=town.new_id(),
        price=MONTHLY.price,
        description="Something else",
        customer=None,
        return_url="",
        cancel_url="",
    )
    town.billing.pay([*town.billing.payments][-1])
    day = town.now + timedelta(days=1)
    town.billing.clock = lambda: day
    town.money.reconciling.compare(since=town.now - timedelta(days=9), paid_since=[], at=day)
    shown = command("billing", "status").output
    assert "at the card page" in shown
    assert f"{day:%Y-%m-%d %H:%M}  2 reports, 1 charges, 2 missed, 0 repaired" in shown
    assert "unknown purchase: pi_memory_" in shown


def test_the_history_of_a_tier_is_told_with_its_events_and_for_a_day(
    command, database_url: str
) -> None:
    command(
        *("practice", "open", "--name", "Sample Dental", "--full-name", "Ada Sample"),
        *("--email", ADAS_ADDRESS, "--tier", "paid"),
    )
    assert database_url
    told = command("billing", "history", "--email", ADAS_ADDRESS.upper())
    assert "version 2: granted without an end, by support" in told.output
    before = command("billing", "history", "--email", ADAS_ADDRESS, "--on", "2020-01-01")
    assert before.output.endswith("on 2020-01-01: free\n")
    after = command("billing", "history", "--email", ADAS_ADDRESS, "--on", "2090-01-01")
    assert "on 2090-01-01: able to compose by\n  20" in after.output


def test_the_history_of_nobody_is_refused(command) -> None:
    refused = command("billing", "history", "--email", "nobody@sample-dental.example")
    assert (refused.exit_code, "nobody has this address" in refused.output) == (1, True)


def test_a_comparison_with_a_vendor_who_does_not_answer_is_one_clear_line(
    command, tmp_path: Path
) -> None:
    SandboxCards.settle(tmp_path / "data")
    refused = command("billing", "reconcile")
    assert (refused.exit_code, "the card processor does not answer" in refused.output) == (1, True)


@pytest.mark.parametrize(
    "name", [("plan",), ("plan", "offer"), ("billing",), ("billing", "history"), ("sandbox",)]
)
def test_help_teaches(command, name: tuple[str, ...]) -> None:
    assert len(command(*name, "--help").output.splitlines()) > 4
