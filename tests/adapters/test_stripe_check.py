"""`make stripe-check` before it is let loose on Stripe: which keys it takes, and how it renames."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.adapters.real_stripe import Renamed
from tests.contracts.billing import ADAS_PURCHASE, opened
from tests.doubles.billing import MemoryBilling
from tests.house.tree import ROOT


@pytest.mark.parametrize("key", ["", "sk_live_51invented"])
def test_without_the_key_of_a_test_account_nothing_is_asked_and_it_fails(key: str):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/adapters/stripe_check.py"],
        cwd=ROOT,
        env=os.environ | {"STRIPE_TEST_KEY": key, "STRIPE_TEST_API": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "Nothing was asked of Stripe" in run.stdout + run.stderr
    assert "sk_live" not in run.stdout + run.stderr


def test_the_vendor_is_told_other_identifiers_and_they_are_read_back():
    memory = MemoryBilling()
    renamed = Renamed(memory, UUID(int=7))
    session_id = opened(renamed).session_id
    memory.pay(session_id)
    assert ADAS_PURCHASE.hex not in session_id
    payment = renamed.payment(session_id)
    assert payment.purchase_id == ADAS_PURCHASE
    told = list(renamed.reports(since=datetime(2026, 1, 1, tzinfo=UTC)))
    assert {report.purchase_id for report in told} == {ADAS_PURCHASE}
    found = renamed.find_charge(ADAS_PURCHASE, customer=payment.card.customer)
    assert found.purchase_id == ADAS_PURCHASE


def test_what_is_not_told_again_is_not_renamed():
    memory = MemoryBilling()
    memory.sell_elsewhere("pi_elsewhere")
    assert Renamed(memory, UUID(int=7)).charge_of("pi_elsewhere").purchase_id is None


def test_two_runs_do_not_meet():
    memory = MemoryBilling()
    first, second = Renamed(memory, UUID(int=7)), Renamed(memory, UUID(int=8))
    assert opened(first).session_id != opened(second).session_id
