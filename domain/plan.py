"""What the paid tier costs and how long a term lasts."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from domain.billing import Price


@dataclass(frozen=True, slots=True)
class Plan:
    """A price for a number of calendar months."""

    name: str
    months: int
    price: Price

    @property
    def description(self) -> str:
        """Return what invoices and card pages call it."""
        return f"SecureMail, {self.name} plan"

    def as_facts(self) -> dict[str, str | int]:
        """Return what an event says of it; the amount is in minor units."""
        return {
            "plan": self.name,
            "months": self.months,
            "amount": self.price.amount,
            "currency": self.price.currency,
        }


MONTHLY = Plan("monthly", 1, Price(1000, "usd"))
"""The plan behind "Pay $10.00"."""


def term_end(start: datetime, months: int, day: int | None = None) -> datetime:
    """Return the same day and time some months later; the last day where a month is shorter.

    `day` is the day of the month on which the first of several terms in a row began: a term that
    had to begin earlier, in a short month, still ends on that day.
    """
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    day = min(day or start.day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)
