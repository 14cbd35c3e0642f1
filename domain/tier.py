"""The paid tier: what it takes to compose, who may buy it, and why its end may change."""

from enum import StrEnum

from domain.refusal import Refusal


class ComposingNeedsThePaidTier(Refusal):
    """A free or lapsed account composes nothing and invites nobody."""


class PatientsAreNeverCharged(Refusal):
    """A patient cannot buy."""


class AlreadyPaid(Refusal):
    """The paid tier is already there."""


class TierEnd(StrEnum):
    """Why the paid tier holds until another moment than the one that was paid for."""

    RENEWING = "renewing"
    """It is kept while the card is charged for the next term."""
    GRACE = "grace"
    """It is kept although the card was refused, until the grace period ends."""
    CANCELLED = "cancelled"
    """It ends with what is paid, since no further term is wanted."""
    REVOKED = "revoked"
    """It ended early, since the money of a term went back."""
