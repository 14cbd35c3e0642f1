"""Billing: what I have, for whom I pay, with which card, and what I paid; cancel and come back."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from domain.billing import BillingIsUnavailable, CardFace, PageState
from domain.payer import NoSavedCard
from domain.purchase_life import PurchaseState
from domain.purchasing import Ways
from domain.subscription import SubscriptionIsOver
from projections.payments import SubscriptionEntry
from web.access import Permission, entitlement, person, requires
from web.fields import FormId
from web.form import FormSchema, checked
from web.invoices import invoices_of
from web.people import Face, faces
from web.portal import portal

billing = Blueprint("billing", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody for whom I pay, or paid last."""

    entry: SubscriptionEntry
    face: Face | None


class SubscriptionSchema(FormSchema):
    """Whose paid version is meant."""

    user_id = fields.UUID(required=True)


class CardSchema(FormSchema):
    """The hidden name of the "Update Credit Card" form."""

    form_id = FormId()


@billing.get("/billing")
@requires(Permission.BUYER)
def show() -> ResponseReturnValue:
    """Show everything about money that is mine to see."""
    me = person().user_id
    mine = portal().payments.subscription_of(me)
    entries = portal().payments.paid_for_by(me)
    face_of = faces(
        [*(one.user_id for one in entries), *([mine.payer_id] if mine is not None else [])]
    )
    has_card = portal().payments.has_paid(me)
    return render_template(
        "billing.html",
        entitlement=entitlement(),
        mine=mine,
        payer=face_of.get(mine.payer_id) if mine is not None else None,
        lines=[Line(one, face_of.get(one.user_id)) for one in entries],
        has_card=has_card,
        card=card_face(me) if has_card else None,
        invoices=invoices_of(me),
        form_id=portal().new_id(),
        now=portal().clock(),
    )


def card_face(payer_id: UUID) -> CardFace | None:
    """Return what my card looks like; None if the vendor does not answer now."""
    try:
        return portal().subscribing.face_of_card(payer_id)
    except BillingIsUnavailable:
        return None


@billing.post("/billing/cancel")
@requires(Permission.BUYER)
def cancel() -> ResponseReturnValue:
    """Let somebody's paid version end with what is paid; until then one may come back."""
    values, form = checked(SubscriptionSchema())
    if not form.errors:
        written = portal().subscribing.cancel(
            user_id=values["user_id"], payer_id=person().user_id, at=portal().clock()
        )
        portal().progress.wait(written)
        flash(cancelled(values["user_id"]))
    return redirect(url_for(".show"), 303)


def cancelled(user_id: UUID) -> str:
    """Return what a cancellation has come to: an end that is still to come, or one that has."""
    entry = portal().payments.subscription_of(user_id)
    if entry is None or entry.ends_at is None or entry.ends_at <= portal().clock():
        return "The renewal is cancelled. Its term was over, so the paid version has ended."
    return 'The renewal is cancelled. Until the end of the term "Renew After All" undoes that.'


@billing.post("/billing/resume")
@requires(Permission.BUYER)
def resume() -> ResponseReturnValue:
    """Let it renew after all."""
    values, form = checked(SubscriptionSchema())
    if form.errors:
        return redirect(url_for(".show"), 303)
    try:
        written = portal().subscribing.resume(
            user_id=values["user_id"], payer_id=person().user_id, at=portal().clock()
        )
    except SubscriptionIsOver:
        flash('The term has ended meanwhile. "Buy Now" begins a new one.')
        return redirect(url_for(".show"), 303)
    portal().progress.wait(written)
    flash("It renews by itself again.")
    return redirect(url_for(".show"), 303)


@billing.post("/billing/card")
@requires(Permission.BUYER)
def update_card() -> ResponseReturnValue:
    """Lead to the page on which another card is left; a second click leads to the same one."""
    values, form = checked(CardSchema())
    if form.errors:
        return redirect(url_for(".show"), 303)
    update_id = uuid5(person().user_id, str(values["form_id"]))
    way = portal().base_url + url_for(".card_updated", update_id=update_id)
    try:
        checkout = portal().subscribing.open_card_page(
            update_id=update_id,
            payer_id=person().user_id,
            currency=portal().payments.plans()[0].price.currency,
            ways=Ways(return_url=way, cancel_url=way),
            at=portal().clock(),
        )
    except NoSavedCard:
        flash("There is no card yet. It is saved when you buy.")
        return redirect(url_for(".show"), 303)
    return redirect(checkout.url, 303)


@billing.get("/billing/card/<uuid:update_id>")
@requires(Permission.BUYER)
def card_updated(update_id: UUID) -> ResponseReturnValue:
    """Welcome back who left a card, and try at once what the old one refused."""
    me = person().user_id
    try:
        page, written = portal().subscribing.settle_card(
            update_id=update_id, payer_id=me, at=portal().clock()
        )
    except BillingIsUnavailable:
        flash("The card processor has not answered yet. Your card shows as soon as it does.")
        return redirect(url_for(".show"), 303)
    portal().progress.wait(written)
    if page is not PageState.COMPLETE:
        flash("Your card stays as it was.")
        return redirect(url_for(".show"), 303)
    flash(f"The new card is saved. {retried(me)}".strip())
    return redirect(url_for(".show"), 303)


def retried(payer_id: UUID) -> str:
    """Try everything again that the old card refused; return what came of it."""
    overdue = [one for one in portal().payments.paid_for_by(payer_id) if one.is_past_due]
    written = 0
    for one in overdue:
        now = portal().clock()
        written = max(written, portal().renewing.retry(one.user_id, by=payer_id, at=now))
        with suppress(BillingIsUnavailable):  # the cashier goes on
            written = max(written, portal().renewing.charge(renewal_of(one), at=now))
    portal().progress.wait(written)
    tried = portal().payments.items(renewal_of(one) for one in overdue).values()
    states = {one.state for one in tried}
    if PurchaseState.FAILED in states:
        return "But the payment was refused again: please use another card."
    if PurchaseState.CHARGING in states:
        return "The payment that failed is being made; it shows here in a moment."
    return "The payment that had failed went through." if overdue else ""


def renewal_of(entry: SubscriptionEntry) -> UUID:
    """Return the purchase that pays for the next term of what is past due."""
    assert entry.renewal_id is not None  # noqa: S101 - what past due means
    return entry.renewal_id


@billing.post("/billing/summary")
@requires(Permission.BUYER)
def mail_summary() -> ResponseReturnValue:
    """Have a list of my invoices mailed to me."""
    try:
        portal().subscribing.request_summary(payer_id=person().user_id, at=portal().clock())
    except NoSavedCard:
        flash("There are no invoices yet.")
    else:
        flash("The summary is on its way to your e-mail address.")
    return redirect(url_for(".show"), 303)
