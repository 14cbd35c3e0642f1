"""The test cards, and what is wrong with a card that somebody typed in.

The numbers and what they do are those of https://docs.stripe.com/testing. A number that is not
among them is declined, so that a real card is never of use here. Nothing of a number leaves this
module but its brand and last four digits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Decline:
    """The bank says no; the sentence is for the person who pays."""

    code: str
    message: str
    decline_code: str | None = None


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """All that is ever kept of a card, and what the bank behind it will say."""

    brand: str
    last4: str
    month: int
    year: int
    decline: Decline | None = None
    asks_the_holder: bool = False


DECLINED = Decline("card_declined", "Your card was declined.", "generic_decline")
NO_FUNDS = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
EXPIRED = Decline("expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.")
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "Your card was declined. Only the test cards listed on this page work here.",
    "live_mode_test_card",
)
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please try again or use another card.",
)
THREE_D_SECURE = "4000002500003155"
VERDICTS: dict[str, Decline | None] = {
    "4242424242424242": None,
    THREE_D_SECURE: None,
    "4000000000000002": DECLINED,
    "4000000000009995": NO_FUNDS,
    "4000000000000069": EXPIRED,
    "4000000000000127": WRONG_CVC,
}
TEST_CARDS = (
    ("4242 4242 4242 4242", "is accepted"),
    ("4000 0025 0000 3155", "asks for a confirmation (3-D Secure)"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has insufficient funds"),
    ("4000 0000 0000 0069", "has expired"),
    ("4000 0000 0000 0127", "has another CVC"),
)
CENTURY = 2000


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
    return CardOnFile(
        brand="visa" if number.startswith("4") else "unknown",
        last4=number[-4:],
        month=month,
        year=year,
        decline=VERDICTS.get(number, NOT_A_TEST_CARD),
        asks_the_holder=number == THREE_D_SECURE,
    )


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
