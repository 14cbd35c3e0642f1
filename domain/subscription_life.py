"""The states of a subscription, and which event leads from one to another."""

from enum import StrEnum

from domain.life import Life, Move


class SubscriptionState(StrEnum):
    """How the paid tier of a person goes on."""

    FREE = "free"
    """Nothing is paid for: not yet, or not any more."""
    RUNNING = "running"
    """Paid, and it renews by itself."""
    ENDING = "ending"
    """Paid, and it ends with its term."""
    RENEWING = "renewing"
    """The saved card is being charged for the next term."""
    PAST_DUE = "past due"
    """The card was refused; the tier is kept until the grace period ends."""


S = SubscriptionState
PAID = (S.RUNNING, S.ENDING, S.RENEWING, S.PAST_DUE)

SUBSCRIPTION_LIFE = Life(
    Move("subscription.begun", (), S.FREE),
    Move("subscription.term-paid", tuple(S), S.RUNNING),
    Move("subscription.renewal-price-announced", (S.RUNNING,), None),
    Move("subscription.renewal-started", (S.RUNNING,), S.RENEWING),
    Move("subscription.renewal-failed", (S.RENEWING, S.PAST_DUE), S.PAST_DUE),
    Move("subscription.renewal-cancelled", (S.RUNNING, S.RENEWING, S.PAST_DUE), S.ENDING),
    Move("subscription.renewal-resumed", (S.ENDING,), S.RUNNING),
    Move("subscription.term-moved", PAID, None),
    Move("subscription.term-revoked", PAID, S.ENDING),
    Move("subscription.lapsed", PAID, S.FREE),
)
