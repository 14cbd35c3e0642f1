"""The notice that a colleague has bought the paid version for somebody; never what she paid."""

from uuid import UUID

from domain.invitation import Status
from domain.purchase_life import PurchaseState
from domain.subscription import Subscription
from notifiers.carrier import WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day

OCCASION = "bought-for-you"
MANNER = Manner.MONEY

WHAT_IT_OPENS = "You can now compose new secure messages and invite others."
FIRST_REGISTER = "To use it, please register first."


def plan(event: Event) -> Notice | None:
    """Return the notice of a term that somebody else paid for, and that is no renewal."""
    if not isinstance(event, Subscription.TermPaid) or event.payer_id == event.user_id:
        return None
    if event.starts_at != event.timestamp:
        return None
    return Notice.about(event, OCCASION, event.user_id, purchase=str(event.purchase_id))


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say who bought, until when, and what it opens; who has not registered yet is asked to.

    Raises TryAgain, or WillNeverWork once the money is not ours any more.
    """
    item = desk.paid_item(UUID(notice.facts["purchase"]))
    if item.state != PurchaseState.PAID or item.term_ends_at is None:
        raise WillNeverWork("the payment pays for nothing")
    is_new = to.status == Status.INVITED
    return Letter(
        subject="You have the paid version of SecureMail",
        paragraphs=(
            f"{desk.colleague(item.buyer_id)} has bought the paid version of SecureMail for you.",
            FIRST_REGISTER if is_new else WHAT_IT_OPENS,
            (
                f"It is paid for until {day(item.term_ends_at)}, and renews by itself until "
                "whoever pays cancels."
            ),
        ),
        link_label="Register" if is_new else "Open SecureMail",
        link=desk.registration_link(to) if is_new else desk.page("/dashboard"),
    )
