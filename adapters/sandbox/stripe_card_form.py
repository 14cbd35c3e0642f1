"""What is wrong with a card that somebody typed in, and what is kept of one that is right.

Nothing of a number leaves this module but its brand and last four digits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from adapters.sandbox.stripe_cards import TestCard, brand_of, typed_card

CENTURY = 2000


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """All that is ever kept of a card, and the bank behind it as long as the card is in hand."""

    brand: str
    last4: str
    month: int
    year: int
    bank: TestCard


def field_errors(form: Mapping[str, str], today: date) -> dict[str, str]:
    """Return what is wrong, by field; empty if the card can be tried."""
    found = {
        "card_number": _wrong_number(_digits(form.get("card_number", ""))),
        "expiry": _wrong_expiry(form.get("expiry", ""), today),
        "cvc": _wrong_cvc(form.get("cvc", "")),
        "name": None if form.get("name", "").strip() else "Enter the name on the card.",
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def card_on_file(form: Mapping[str, str]) -> CardOnFile:
    """Return what is kept of a card that has no field errors."""
    number = _digits(form["card_number"])
    month, year = _month_and_year(form["expiry"]) or (0, 0)
    return CardOnFile(brand_of(number), number[-4:], month, year, bank=typed_card(number))


def _digits(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed)


def _wrong_number(number: str) -> str | None:
    if not number:
        return "Enter the card number."
    if not re.fullmatch(r"[0-9]{12,19}", number) or not _passes_luhn(number):
        return "Your card number is invalid."
    return None


def _passes_luhn(number: str) -> bool:
    """Check the last digit (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(int(digit) * 2, 10)) for digit in number[-2::-2]]
    others = [int(digit) for digit in number[::-2]]
    return (sum(others) + sum(doubled)) % 10 == 0


def _month_and_year(typed: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*(?:20)?([0-9]{2})\s*", typed, re.ASCII)
    return (int(match[1]), CENTURY + int(match[2])) if match else None


def _wrong_expiry(typed: str, today: date) -> str | None:
    found = _month_and_year(typed)
    if not typed.strip():
        return "Enter the expiry date."
    if found is None:
        return "Enter the expiry date as month and year, such as 04 / 31."
    month, year = found
    if (year, month) < (today.year, today.month):
        return "Your card's expiry date is in the past."
    return None


def _wrong_cvc(typed: str) -> str | None:
    if not typed.strip():
        return "Enter the CVC, the three digits on the back."
    if not re.fullmatch(r"[0-9]{3,4}", typed.strip()):
        return "Your card's security code is incomplete."
    return None
