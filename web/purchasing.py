"""Buying the paid version: to the card page, back from it, and what the card vendor reports."""

from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from domain.billing import BillingIsUnavailable
from domain.plan import Plan
from domain.purchase_life import PurchaseState
from domain.purchasing import PurchaseIsOver, Ways
from domain.tier import AlreadyPaid
from web.access import Permission, person, requires
from web.fields import FormId
from web.form import FormSchema, checked
from web.people import faces
from web.portal import portal

purchasing = Blueprint("purchasing", __name__)


PAID = "Thank you. You can now compose new secure messages."
PAID_FOR = "Thank you. {name} has the paid version now."
PAID_SHOWS_SOON = "Thank you, the payment has arrived. The paid version shows here in a moment."
NOT_PAID = "The payment is not finished. Nothing was charged so far."
CHOOSE_AGAIN = 'Please choose "Buy Now" again. Nothing was charged.'
CLOSED = "The card page was closed. Nothing was charged."
GOES_BACK = (
    "The paid version was paid for already, so this payment bought nothing. All of it goes back to "
    "your card by itself."
)
PAID_STATES = (PurchaseState.PAID, PurchaseState.DISPUTED)
RETURNED_STATES = (PurchaseState.REFUND_OWED, PurchaseState.REFUNDED, PurchaseState.CHARGED_BACK)


LONGEST_REPORT = 256 * 1024
"""Bytes; more than any event of Stripe's is looked at by nobody."""


class PurchaseSchema(FormSchema):
    """The hidden name of the "Buy Now" form, and what is bought for whom."""

    form_id = FormId()
    plan = fields.String(load_default=None)
    user_id = fields.UUID(load_default=None)


@purchasing.post("/buy")
@requires(Permission.BUYER)
def buy() -> ResponseReturnValue:
    """Lead to the card page; a second click leads to the same one."""
    values, form = checked(PurchaseSchema())
    plan = None if form.errors else chosen_plan(values["plan"])
    if plan is None:
        flash(CHOOSE_AGAIN)
        return redirect(url_for("messages.inbox"), 303)
    user_id = values["user_id"] or person().user_id
    purchase_id = uuid5(person().user_id, f"{values['form_id']} {user_id} {plan.name}")
    try:
        checkout = portal().purchasing.start(
            purchase_id=purchase_id,
            buyer_id=person().user_id,
            user_id=user_id,
            plan=plan,
            ways=ways_of(purchase_id),
            at=portal().clock(),
        )
    except PurchaseIsOver:
        flash(CHOOSE_AGAIN)
        return redirect(url_for("messages.inbox"), 303)
    except AlreadyPaid:
        flash(paid_already(user_id))
        return redirect(url_for("composing.show" if is_mine(user_id) else "practice.show"), 303)
    return redirect(checkout.url, 303)


@purchasing.get("/purchases/<uuid:purchase_id>/return")
@requires(Permission.BUYER)
def come_back(purchase_id: UUID) -> ResponseReturnValue:
    """Welcome a buyer back: look the payment up, whether or not the vendor has reported it yet."""
    item = portal().payments.item(purchase_id)
    user_id = item.user_id if item else person().user_id
    onward = url_for("messages.inbox" if is_mine(user_id) else "practice.show")
    try:
        state, notification_id = portal().purchasing.settle(
            purchase_id=purchase_id, buyer_id=person().user_id, at=portal().clock()
        )
    except BillingIsUnavailable:
        flash("The card processor has not answered yet. Your purchase shows as soon as it does.")
        return redirect(onward, 303)
    shows = portal().progress.wait(notification_id)
    flash(welcome(state, user_id, shows=shows))
    return redirect(onward, 303)


@purchasing.get("/purchases/<uuid:purchase_id>/cancelled")
@requires(Permission.BUYER)
def turn_back(purchase_id: UUID) -> ResponseReturnValue:
    """Receive who left the card page; she may have paid in another window."""
    return come_back(purchase_id)


@purchasing.post("/webhooks/stripe")
@requires(Permission.VENDOR)
def hear() -> ResponseReturnValue:
    """Keep what the card vendor reports, each report once; the cashier works it off."""
    request.max_content_length = LONGEST_REPORT
    report = portal().billing.read_webhook(
        request.get_data(), request.headers.get("Stripe-Signature")
    )
    if report is None:
        return {"kept": False, "reason": "none of our business"}
    portal().hearing.receive(report, at=portal().clock())
    return {"kept": True}


def chosen_plan(name: str | None) -> Plan | None:
    """Return the plan of that name, the first one without a name, None if it is not sold."""
    sold = portal().payments.plans()
    return next((plan for plan in sold if name in (None, "", plan.name)), None)


def ways_of(purchase_id: UUID) -> Ways:
    """Return where the card page leads back to."""
    own = portal().base_url
    return Ways(
        return_url=own + url_for(".come_back", purchase_id=purchase_id),
        cancel_url=own + url_for(".turn_back", purchase_id=purchase_id),
    )


def is_mine(user_id: UUID) -> bool:
    """Say whether the tier is that of who is signed in."""
    return user_id == person().user_id


def paid_already(user_id: UUID) -> str:
    """Return why there is nothing to buy, and who was quicker."""
    held = portal().payments.subscription_of(user_id)
    if held is None or held.payer_id == person().user_id:
        whose = "You have" if is_mine(user_id) else "Your colleague has"
        return f"{whose} the paid version already. Nothing is charged now."
    found = faces([held.payer_id]).get(held.payer_id)
    return f"{found.name if found else 'Somebody'} has paid for it already. Nothing is charged now."


def welcome(state: PurchaseState, user_id: UUID, *, shows: bool) -> str:
    """Return what a buyer is told who comes back from the card page."""
    if state in RETURNED_STATES:
        return GOES_BACK
    if state is PurchaseState.CLOSED:
        return CLOSED
    if state not in PAID_STATES:
        return NOT_PAID
    if not shows:
        return PAID_SHOWS_SOON
    found = faces([user_id]).get(user_id)
    return PAID if is_mine(user_id) or found is None else PAID_FOR.format(name=found.name)
