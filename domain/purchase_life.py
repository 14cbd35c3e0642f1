"""The states of a purchase, and which event leads from one to another."""

from enum import StrEnum

from domain.life import Life, Move


class PurchaseState(StrEnum):
    """How far the money of a purchase has come."""

    STARTED = "started"
    """Wanted, and the card vendor does not know of it yet as far as we know."""
    OPEN = "at the card page"
    """The buyer is on the vendor's page, or has left it without a word."""
    CLOSED = "closed"
    """Nobody paid on the page, and nobody can any more."""
    CHARGING = "being charged"
    """A saved card is to be charged, or its bank has not decided yet."""
    FAILED = "failed"
    """The bank refused, or wants its card holder; the same charge may be tried again."""
    GIVEN_UP = "given up"
    """Nobody wants the charge any more; the vendor is to withdraw it."""
    WITHDRAWN = "withdrawn"
    """The vendor said that the charge can never be paid."""
    PAID = "paid"
    """The money moved and paid for a term."""
    REFUND_OWED = "refund owed"
    """The money moved and bought nothing; it is to go back."""
    REFUNDED = "refunded"
    """All of the money is with its owner again, because we gave it back."""
    DISPUTED = "disputed"
    """The card holder does not accept the charge, and her bank has not decided yet."""
    CHARGED_BACK = "charged back"
    """All of the money is with its owner again, because her bank took it back."""


S = PurchaseState
UNPAID = (S.STARTED, S.OPEN, S.CLOSED, S.CHARGING, S.FAILED, S.GIVEN_UP, S.WITHDRAWN)
"""Money may turn out to have moved in any of these: news of it come late."""

PURCHASE_LIFE = Life(
    Move("purchase.started", (), S.STARTED),
    Move("purchase.beneficiary-named", (S.STARTED,), None),
    Move("purchase.checkout-opened", (S.STARTED,), S.OPEN),
    Move("purchase.checkout-closed", (S.STARTED, S.OPEN), S.CLOSED),
    Move("purchase.charge-started", (), S.STARTED),
    Move("purchase.charge-requested", (S.STARTED, S.FAILED), S.CHARGING),
    Move("purchase.payment-failed", (S.CHARGING,), S.FAILED),
    Move("purchase.charge-given-up", (S.CHARGING, S.FAILED), S.GIVEN_UP),
    Move("purchase.charge-withdrawn", (S.GIVEN_UP,), S.WITHDRAWN),
    Move("purchase.payment-confirmed", UNPAID, S.PAID),
    Move("purchase.refund-owed", (S.PAID,), S.REFUND_OWED),
    Move("purchase.partly-refunded", (S.PAID, S.REFUND_OWED, S.DISPUTED), None),
    Move("purchase.refunded", (S.PAID, S.REFUND_OWED, S.DISPUTED), S.REFUNDED),
    Move("purchase.dispute-opened", (S.PAID, S.REFUND_OWED), S.DISPUTED),
    Move("purchase.dispute-won", (S.DISPUTED,), S.PAID),
    Move("purchase.dispute-lost", (S.PAID, S.REFUND_OWED, S.DISPUTED), S.CHARGED_BACK),
)
