"""What the cards answer that a card vendor in memory keeps."""

from enum import StrEnum


class Answer(StrEnum):
    """What a saved card answers when it is charged; a test may change it at any time."""

    GOOD = "good"
    DECLINED = "declined"
    EXPIRED = "expired"
    NEEDS_HOLDER = "needs-holder"
    """Without its holder it is declined; with her it is good as soon as she confirms."""
    NEEDS_HOLDER_ONCE = "needs-holder-once"
    """The same, but after she confirmed once the card is simply good."""
    ASKS_IN_VAIN = "asks-in-vain"
    """It is declined, with its holder too, after she confirmed."""
    DISPUTED = "disputed"
    """It is good, and she disputes the charge at once."""
    REFUND_FAILS = "refund-fails"
    """It is good, and its bank may not take back what is given back: see `fail_refund`."""
    GONE = "gone"
    """The vendor does not have it any more, so it is declined."""
    SLOW = "slow"
    """Pending, until `decide` tells."""


NEEDING_HOLDER = (Answer.NEEDS_HOLDER, Answer.NEEDS_HOLDER_ONCE)
