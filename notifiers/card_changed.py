"""The notice that another card is charged from now on, in case that was not the payer's wish."""

from domain.payer import Payer
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "card-changed"
MANNER = Manner.SECURITY


def plan(event: Event) -> Notice | None:
    """Return the notice of a card that was left on a page for that; one that paid has a receipt."""
    if isinstance(event, Payer.CardPageClosed) and event.card_left:
        return Notice.about(event, OCCASION, event.user_id)
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say when it was left, and what to do if it was somebody else."""
    del to
    return Letter(
        subject="Another card is charged for SecureMail",
        paragraphs=(
            (
                f'On {day(notice.owed_at)} a card was left under "Update Credit Card". It is '
                "charged for SecureMail from now on, instead of the one before."
            ),
            (
                "If that was you, you need not do anything. If not, please change your password, "
                "and look at the billing page."
            ),
        ),
        link_label="Open the billing page",
        link=desk.page("/billing"),
    )
