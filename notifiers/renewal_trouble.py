"""The mail of the grace period: the card was refused, until when that changes nothing, what to do.

Never which card it was.
"""

from datetime import datetime
from uuid import UUID

from domain.billing import Decline
from domain.purchase_life import PurchaseState
from domain.renewal import TRIED_AGAIN_ON, kept_until
from domain.subscription import Subscription
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.manner import Manner
from notifiers.notice import Correspondent, Event, Letter, Notice
from notifiers.wording import day
from projections.payments import PaidItem

OCCASION = "renewal-trouble"
MANNER = Manner.MONEY

UPDATE = 'Please choose "Update Credit Card". The payment is then tried again at once.'
CONFIRM = (
    "Please confirm the payment on a page of your bank; the button below leads you there. If you "
    'would rather use another card, choose "Update Credit Card" on the billing page.'
)


def plan(event: Event) -> Notice | None:
    """Return the notice of a refusal that the payer did not see herself."""
    if isinstance(event, Subscription.RenewalFailed) and event.announced:
        return Notice.about(
            event,
            OCCASION,
            event.payer_id,
            purchase=str(event.purchase_id),
            decline=event.decline,
            grace_ends_at=event.grace_ends_at.isoformat(),
            day=str(event.day),
        )
    return None


def write(notice: Notice, to: Correspondent, desk: Desk) -> Letter:
    """Say why, until when the paid version is kept, and what to do.

    Raises TryAgain, or WillNeverWork once it is paid, cancelled or over.
    """
    item = desk.paid_item(UUID(notice.facts["purchase"]))
    require_failed(item)
    for_whom = desk.for_whom(item.user_id, to)
    needs_holder = notice.facts["decline"] == Decline.NEEDS_HOLDER
    keeps = (
        f"Nothing is lost: the paid version stays as it is until {day(end_of(notice, item, desk))}."
        f" {what_we_do(int(notice.facts['day']))}"
    )
    return Letter(
        subject="Please confirm a payment for SecureMail"
        if needs_holder
        else "Your card for SecureMail was refused",
        paragraphs=(
            reason(notice.facts["decline"], str(item.price), for_whom),
            keeps,
            CONFIRM if needs_holder else UPDATE,
        ),
        link_label="Confirm the payment" if needs_holder else "Update Credit Card",
        link=desk.page(f"/billing/confirm/{item.purchase_id}" if needs_holder else "/billing"),
    )


def require_failed(item: PaidItem) -> None:
    """Raise TryAgain while a charge is not known to have failed, WillNeverWork once it is over."""
    if item.state in (PurchaseState.STARTED, PurchaseState.CHARGING):
        raise TryAgain("the charge is being tried")
    if item.state != PurchaseState.FAILED:
        raise WillNeverWork("the charge is not refused any more")


def reason(decline: str, price: str, for_whom: str) -> str:
    """Return what went wrong, as far as the payer can do something about it."""
    what = f"{price} for the next term of the paid version of SecureMail{for_whom}"
    match decline:
        case Decline.EXPIRED:
            return f"Your card has expired, so that we could not charge it {what}."
        case Decline.NEEDS_HOLDER:
            return f"Your bank asks you to confirm that we may charge your card {what}."
        case _:
            return f"Your bank refused to let us charge your card {what}."


def what_we_do(day_of_grace: int) -> str:
    """Return whether the card is tried again by itself."""
    if day_of_grace >= max(TRIED_AGAIN_ON):
        return "We do not try again by ourselves. Without a payment it ends then."
    return "We try again in a few days."


def end_of(notice: Notice, item: PaidItem, desk: Desk) -> datetime:
    """Return until when the tier is kept. Raises TryAgain."""
    entry = desk.payments.subscription_of(item.user_id)
    if entry is None or entry.ends_at is None:
        raise TryAgain("the payments do not show the subscription yet")
    return kept_until(entry.ends_at, datetime.fromisoformat(notice.facts["grace_ends_at"]))
