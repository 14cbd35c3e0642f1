"""What a webhook costs: proved, kept and answered, beside a bare append of the same event."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.database import database
from bench.figure import Figure, one_round
from domain.billing import Report
from domain.payment_report import PaymentReport
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.clock import Clock
from tests.fixtures.house import House, build_house

CALLS, ROUNDS = 20, 15


def hearing(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Send webhooks to the pages and append the same events, in turns."""
    with database(on) as url, Stores.open(url) as stores, TemporaryDirectory() as folder:
        house = build_house(stores, Clock(), Path(folder))
        heard, appended = seconds(house)
        yield Figure("webhook", 1 / heard, "webhooks/s", appended / heard, "one bare append")


def seconds(house: House) -> tuple[float, float]:
    """Return the seconds that a webhook takes, and an append of its event."""
    numbers, client = count(), house.app.test_client()

    def new_report() -> Report:
        report = house.billing.tell("charge.refunded", reference="pi_memory_bench")
        return replace(report, report_id=f"evt_bench_{next(numbers)}")

    def hear() -> None:
        report = new_report()
        house.billing.news[-1] = report
        body, signature = house.billing.webhook(report)
        answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})
        assert answer.json == {"kept": True}

    def append() -> None:
        report = PaymentReport.receive(new_report(), at=house.clock())
        house.stores.log.save(report)

    rounds = [(one_round(hear, CALLS), one_round(append, CALLS)) for _ in range(ROUNDS)]
    heard, appended = (median(times) for times in zip(*rounds, strict=True))
    return heard, appended
