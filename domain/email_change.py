"""A person changes her e-mail address: it is confirmed at the new one, and announced at the old.

Invariants:
- the address that was given last is the one to be confirmed, and only once;
- confirmations are asked for at most once a minute, and five times a day.
"""

from datetime import datetime, timedelta

from domain.invitation import Invited, Status
from domain.ports import LinkIsNotValid, Sealed, sealed_in_version
from domain.refusal import Refusal

CONFIRMATION_LASTS = timedelta(hours=72)
"""How long the link in the mail to the new address can be used."""

PAUSE = timedelta(minutes=1)
MOST_A_DAY = 5
"""Else our mails could be made to pour over somebody who has nothing to do with us."""


class ConfirmationsAreTooMany(Refusal):
    """A confirmation was asked for less than a minute ago, or five times within a day."""


class Addressed(Invited):
    """Whoever has an address and may change it."""

    class EmailChangeRequested(Invited.Event):
        """She gave another address, sealed as `new_email`; it counts once it is confirmed there."""

        TOPIC = "user.email-change-requested"
        email: Sealed

        def apply(self, aggregate: "Addressed") -> None:
            """Remember the address to be confirmed, and when that was asked."""
            aggregate.new_email = self.email
            aggregate.asked_to_confirm = (
                *aggregate.asked_to_confirm[1 - MOST_A_DAY :],
                self.timestamp,
            )

    class EmailChanged(Invited.Event):
        """She confirmed it: it is her address now; the one before is sealed as `former_email`."""

        TOPIC = "user.email-changed"
        email: Sealed
        former_email: Sealed

        def apply(self, aggregate: "Addressed") -> None:
            """Remember the address; nothing is left to be confirmed."""
            aggregate.email = self.email
            aggregate.new_email = None

    def request_email_change(self, email: Sealed, *, at: datetime) -> None:
        """Ask to confirm another address. Raises ConfirmationsAreTooMany."""
        recent = [one for one in self.asked_to_confirm if one > at - timedelta(days=1)]
        if len(recent) >= MOST_A_DAY or any(one > at - PAUSE for one in recent):
            raise ConfirmationsAreTooMany
        self.trigger_event(self.EmailChangeRequested, timestamp=at, by=self.id, email=email)

    def address_to_confirm(self, version: int) -> Sealed:
        """Return the address that was given in that version of the account.

        Raises LinkIsNotValid if another one was given since, or it was confirmed.
        """
        if self.status is not Status.ACTIVE or self.new_email is None:
            raise LinkIsNotValid
        if sealed_in_version(self.new_email) != version:
            raise LinkIsNotValid
        return self.new_email

    def change_email(self, email: Sealed, *, former: Sealed, at: datetime) -> None:
        """Record that the new address was confirmed."""
        self.trigger_event(
            self.EmailChanged, timestamp=at, by=self.id, email=email, former_email=former
        )
