"""How carriers of notices fail, whoever they are: try again, or never; and what that says of them.

The texts of these failures name statuses and fields, never an address, a number or a word of ours.
"""

from datetime import timedelta


class TryAgain(Exception):
    """It did not go out now; it may later."""


class CarrierIsDown(TryAgain):
    """The carrier takes nobody's notices for now: out of order, overrun, or at odds with us.

    `pause` is how long it asked to be left alone, if it said so (RFC 9110, section 10.2.3).
    """

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class AnswerWasLost(CarrierIsDown):
    """It was handed over, and no answer came: nobody knows whether it is under way.

    It is sent again, since a duplicate is better than a loss, and counted as one in doubt.
    """


class WillNeverWork(Exception):
    """It will never go out."""


class AddressFails(WillNeverWork):
    """The carrier says for good that nothing reaches this address or number.

    `status` is an enhanced status code such as "5.1.1" (RFC 3463), or the carrier's own number.
    """

    def __init__(self, reason: str, status: str = "") -> None:
        super().__init__(reason)
        self.status = status
