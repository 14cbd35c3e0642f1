"""The states of a purchase, and which event leads from one to another."""

from enum import StrEnum

from domain.life import Life, Move


class PurchaseState(StrEnum):
    """How far the money of a purchase has come."""

    STARTED = "started"
    OPEN = "at the card page"
    CLOSED = "closed"
    CHARGING = "being charged"
    FAILED = "failed"
    GIVEN_UP = "given up"
    WITHDRAWN = "withdrawn"
    PAID = "paid"
    REFUND_OWED = "refund owed"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged back"


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
