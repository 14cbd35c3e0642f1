"""An invoice has a number that people can say, and tells what became of the money."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from domain.billing import Price
from domain.invoice import Invoice

INVOICE = Invoice(
    invoice_id=UUID("5f3a9c21-0000-4000-8000-000000000000"),
    description="SecureMail, monthly plan, Nov 24, 2026 to Dec 24, 2026",
    price=Price(1000, "eur"),
    paid_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    refunded=0,
    buyer_name="Olivia Chen",
    practice_name="Maple Street Dental",
    beneficiary_name=None,
)


def test_its_number_is_the_month_and_the_beginning_of_its_id() -> None:
    assert INVOICE.number == "2026-11-5F3A9C21"


def test_its_number_is_the_same_wherever_it_is_read() -> None:
    in_sydney = timezone(timedelta(hours=11))
    last_hour = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    here = replace(INVOICE, paid_at=last_hour)
    there = replace(INVOICE, paid_at=last_hour.astimezone(in_sydney))
    assert here.number == there.number == "2026-11-5F3A9C21"


def test_its_number_stays_when_the_money_is_given_back() -> None:
    assert replace(INVOICE, refunded=1000).number == INVOICE.number


def test_while_nothing_was_given_back_all_of_it_remains() -> None:
    assert INVOICE.given_back is None
    assert INVOICE.remaining == Price(1000, "eur")


def test_what_was_given_back_is_in_the_currency_of_the_price() -> None:
    refunded = replace(INVOICE, refunded=250)
    assert refunded.given_back == Price(250, "eur")
    assert refunded.remaining == Price(750, "eur")
