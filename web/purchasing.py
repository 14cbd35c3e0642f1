"""Buying the paid version: to the card page, back from it, and what the card vendor reports."""

from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from domain.billing import BillingIsUnavailable
from domain.plan import MONTHLY
from domain.purchase import NoSuchPurchase
from domain.tier import AlreadyPaid
from web.access import Permission, person, requires
from web.fields import FormId
from web.form import FormSchema, checked
from web.portal import portal

purchasing = Blueprint("purchasing", __name__)


PAID = "Thank you. You can now compose new secure messages."
PAID_SHOWS_SOON = "Thank you, the payment has arrived. The paid version shows here in a moment."
NOT_PAID = "The payment is not finished. Nothing was charged so far."


class PurchaseSchema(FormSchema):
    """The hidden name of the "Buy Now" form."""

    form_id = FormId()


@purchasing.post("/buy")
@requires(Permission.BUYER)
def buy() -> ResponseReturnValue:
    """Lead to the card page; a second click leads to the same one."""
    values, form = checked(PurchaseSchema())
    if form.errors:
        flash('Please choose "Buy Now" again. Nothing was charged.')
        return redirect(url_for("messages.inbox"), 303)
    purchase_id = uuid5(person().user_id, str(values["form_id"]))
    own = portal().base_url
    try:
        checkout = portal().purchasing.start(
            purchase_id=purchase_id,
            buyer_id=person().user_id,
            plan=MONTHLY,
            return_url=own + url_for(".come_back", purchase_id=purchase_id),
            cancel_url=own + url_for(".turn_back", purchase_id=purchase_id),
            at=portal().clock(),
        )
    except AlreadyPaid:
        flash("You have the paid version already. Nothing is charged now.")
        return redirect(url_for("composing.show"), 303)
    return redirect(checkout.url, 303)


@purchasing.get("/purchases/<uuid:purchase_id>/return")
@requires(Permission.BUYER)
def come_back(purchase_id: UUID) -> ResponseReturnValue:
    """Welcome a buyer back: look the payment up, whether or not the vendor has reported it yet."""
    try:
        paid, notification_id = portal().purchasing.settle(
            purchase_id=purchase_id, buyer_id=person().user_id, at=portal().clock()
        )
    except BillingIsUnavailable:
        flash("The card processor has not answered yet. Your purchase shows as soon as it does.")
        return redirect(url_for("messages.inbox"), 303)
    shows = portal().progress.wait(notification_id)
    flash((PAID if shows else PAID_SHOWS_SOON) if paid else NOT_PAID)
    return redirect(url_for("messages.inbox"), 303)


@purchasing.get("/purchases/<uuid:purchase_id>/cancelled")
@requires(Permission.BUYER)
def turn_back(purchase_id: UUID) -> ResponseReturnValue:
    """Receive who left the card page; she may have paid in another window."""
    return come_back(purchase_id)


@purchasing.post("/webhooks/stripe")
@requires(Permission.VENDOR)
def hear() -> ResponseReturnValue:
    """Record what the card vendor reports; whatever it repeats counts once."""
    payment = portal().billing.read_webhook(
        request.get_data(), request.headers.get("Stripe-Signature")
    )
    if payment is None:
        return {"recorded": False, "reason": "not about a purchase"}
    try:
        portal().purchasing.record(payment=payment, at=portal().clock())
    except NoSuchPurchase:
        return {"recorded": False, "reason": "unknown purchase"}
    return {"recorded": True}
