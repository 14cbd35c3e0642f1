"""The notice that a card expires soon; its month, and nothing else of it."""

from domain.payer import Payer
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import month

OCCASION = "card-expiry"
MANNER = Manner.MONEY


def plan(event: Event) -> Notice | None:
    """Return the notice of an expiry that was announced."""
    if isinstance(event, Payer.CardExpiryAnnounced):
        return Notice.about(
            event,
            OCCASION,
            event.user_id,
            year=str(event.expires_year),
            month=str(event.expires_month),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say when it expires, and what to do."""
    del to
    expiry = month(int(notice.facts["year"]), int(notice.facts["month"]))
    return Letter(
        subject="Your card for SecureMail expires soon",
        paragraphs=(
            f"The card that pays for SecureMail expires at the end of {expiry}.",
            (
                'So that nothing is interrupted, please choose "Update Credit Card" and leave the '
                "new one. If you have done so already, you need not do anything."
            ),
        ),
        link_label="Update Credit Card",
        link=desk.page("/billing"),
    )
