"""Confirming a payment that the bank wants its card holder to see: a page, the bank, and back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.billing import BillingIsUnavailable
from domain.purchase import NoSuchPurchase
from domain.purchase_life import PurchaseState
from projections.payments import PaidItem
from web.access import Permission, person, requires
from web.portal import portal
from web.purchasing import GOES_BACK, PAID_STATES, RETURNED_STATES

confirming = Blueprint("confirming", __name__)

CONFIRMED = "Thank you. The payment went through, and the paid version goes on."
NOTHING_TO_CONFIRM = "There is nothing to confirm: this payment is settled."
NOT_CONFIRMED = (
    "The payment is not confirmed. You can try again; what is confirmed shows here soon."
)
NOT_ANSWERED = "The card processor has not answered yet. The payment shows as soon as it does."


@confirming.get("/billing/confirm/<uuid:purchase_id>")
@requires(Permission.BUYER)
def show(purchase_id: UUID) -> ResponseReturnValue:
    """Show what is to be confirmed; looking at it does nothing."""
    item = my_item(purchase_id)
    if item.state != PurchaseState.FAILED:
        flash(NOTHING_TO_CONFIRM)
        return redirect(url_for("billing.show"), 303)
    return render_template("confirm_payment.html", item=item, bank_page=None)


@confirming.post("/billing/confirm/<uuid:purchase_id>")
@requires(Permission.BUYER)
def go_to_bank(purchase_id: UUID) -> ResponseReturnValue:
    """Show the way to the bank's page, or say what came of it if nothing is left to confirm.

    A link, not a redirect: a browser holds whatever a form leads to against the addresses that our
    policy names, and nobody knows all banks.
    """
    item = my_item(purchase_id)
    back = portal().base_url + url_for(".come_back", purchase_id=purchase_id)
    page = portal().subscribing.confirm(
        purchase_id=purchase_id, payer_id=person().user_id, return_url=back
    )
    if page is None:
        return redirect(url_for(".come_back", purchase_id=purchase_id), 303)
    return render_template("confirm_payment.html", item=item, bank_page=page)


@confirming.get("/billing/confirm/<uuid:purchase_id>/return")
@requires(Permission.BUYER)
def come_back(purchase_id: UUID) -> ResponseReturnValue:
    """Welcome back from the bank: look up what it decided."""
    try:
        state, written = portal().purchasing.settle(
            purchase_id=purchase_id, buyer_id=person().user_id, at=portal().clock()
        )
    except BillingIsUnavailable:
        flash(NOT_ANSWERED)
        return redirect(url_for("billing.show"), 303)
    portal().progress.wait(written)
    flash(outcome(state))
    return redirect(url_for("billing.show"), 303)


def outcome(state: PurchaseState) -> str:
    """Return what is said to who comes back from the bank."""
    if state in RETURNED_STATES:
        return GOES_BACK
    return CONFIRMED if state in PAID_STATES else NOT_CONFIRMED


def my_item(purchase_id: UUID) -> PaidItem:
    """Return a purchase of mine. Raises NoSuchPurchase."""
    item = portal().payments.item(purchase_id)
    if item is None or item.buyer_id != person().user_id:
        raise NoSuchPurchase
    return item
