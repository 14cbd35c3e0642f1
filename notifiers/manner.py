"""In which manner a notice is told: how urgent it is, and what the person may say about it."""

from enum import Enum


class Manner(Enum):
    """The kinds of occasions, most urgent first; `value` orders what is owed after an outage.

    Of the most urgent the newest go first, since older codes and links are void; of all others
    those that have waited longest.
    """

    SIGN_IN = 0
    """Codes and links without which somebody stands before the door."""

    SECURITY = 1
    """What happened to an account or a practice: always told, by e-mail."""

    INVITATION = 2
    """How somebody comes in: always told, by e-mail."""

    MESSAGE = 3
    """A message waits, ends or was taken back: told as the person prefers."""

    MONEY = 4
    """Receipts and what is wrong with a payment: always told, by e-mail."""

    NUDGE = 5
    """A reminder: told as the person prefers, and not at night."""

    @property
    def is_by_preference(self) -> bool:
        """Say whether the person's preference decides by which way, and whether at all."""
        return self in (Manner.MESSAGE, Manner.NUDGE)

    @property
    def keeps_quiet_hours(self) -> bool:
        """Say whether it waits until it is day where the person lives."""
        return self is Manner.NUDGE
