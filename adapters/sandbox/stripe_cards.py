"""The test cards, and what the bank behind each of them does.

The numbers and what they do are those of https://docs.stripe.com/testing. A number that is not
among them is declined, so that a real card is never of use here. The last four digits of the test
cards all differ, so they are enough to know the bank of a card that was saved.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


@dataclass(frozen=True, slots=True)
class Decline:
    """The bank says no; the sentence is for the person who pays."""

    code: str
    message: str
    decline_code: str | None = None


class Occasion(StrEnum):
    """When a bank is asked."""

    PAGE = auto()
    """A card is typed in to pay."""
    SAVING = auto()
    """A card is typed in to be kept, and nothing is paid."""
    PRESENT = auto()
    """A saved card is charged while its holder is there."""
    AWAY = auto()
    """A saved card is charged while its holder is away: off session."""


EVERY_OCCASION = frozenset(Occasion)
DECLINED = Decline("card_declined", "Your card was declined.", "generic_decline")
NO_FUNDS = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
EXPIRED = Decline("expired_card", "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.")
HOLDER_NEEDED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "Your card was declined. Only the test cards listed on this page work here.",
    "live_mode_test_card",
)
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please try again or use another card.",
)
NOT_AUTHENTICATED_TO_SAVE = Decline(
    "setup_intent_authentication_failure", NOT_AUTHENTICATED.message
)


@dataclass(frozen=True, slots=True)
class TestCard:
    """One test card: its number, what the card page says of it, and what its bank does.

    `refusal` is its no on the occasions `refuses`; a bank that `asks` wants to hear the holder
    first if she is there.
    """

    __test__ = False  # it is no test

    number: str
    effect: str
    refusal: Decline | None = None
    refuses: frozenset[Occasion] = EVERY_OCCASION
    asks: bool = False
    is_disputed: bool = False
    refund_fails: bool = False

    def says_no(self, occasion: Occasion) -> Decline | None:
        """Return the bank's no, or None if it has nothing against it."""
        return self.refusal if occasion in self.refuses else None


TEST_CARDS = (
    TestCard("4242 4242 4242 4242", "Visa, accepted"),
    TestCard("5555 5555 5555 4444", "Mastercard, accepted"),
    TestCard("3782 822463 10005", "American Express, accepted"),
    TestCard("4000 0025 0000 3155", "asks first (3-D Secure)", asks=True),
    TestCard(
        "4000 0027 6000 3184",
        "asks first, and to renew",
        HOLDER_NEEDED,
        frozenset({Occasion.AWAY}),
        asks=True,
    ),
    TestCard(
        "4000 0082 6000 3178",
        "asks first, then has no funds",
        NO_FUNDS,
        EVERY_OCCASION - {Occasion.SAVING},
        asks=True,
    ),
    TestCard(
        "4000 0000 0000 0341",
        "accepted now, declined later",
        DECLINED,
        frozenset({Occasion.PRESENT, Occasion.AWAY}),
    ),
    TestCard("4000 0000 0000 0002", "declined", DECLINED),
    TestCard("4000 0000 0000 9995", "has no funds", NO_FUNDS),
    TestCard("4000 0000 0000 0069", "expired", EXPIRED),
    TestCard("4000 0000 0000 0127", "has another CVC", WRONG_CVC),
    TestCard("4000 0000 0000 0259", "accepted, then disputed", is_disputed=True),
    TestCard("4000 0000 0000 5126", "accepted, and its refund fails", refund_fails=True),
)
STRANGE_CARD = TestCard("", "is no test card", NOT_A_TEST_CARD)
BY_NUMBER = {card.number.replace(" ", ""): card for card in TEST_CARDS}
BY_LAST4 = {number[-4:]: card for number, card in BY_NUMBER.items()}
BRANDS = {"3": "amex", "4": "visa", "5": "mastercard"}


def typed_card(number: str) -> TestCard:
    """Return what the bank does behind a number, given in digits only."""
    return BY_NUMBER.get(number, STRANGE_CARD)


def saved_card(last4: str) -> TestCard:
    """Return what the bank does behind a card that was accepted once."""
    return BY_LAST4.get(last4, STRANGE_CARD)


def brand_of(number: str) -> str:
    """Return a card's brand as Stripe writes it."""
    return BRANDS.get(number[:1], "unknown")
