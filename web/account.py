"""My account: who I am here, what I may do, what I paid, and how long my messages live."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.ports import place_of
from web.access import Permission, entitlement, person, requires
from web.clock import my_reach
from web.expiry import OFFERED_DAYS, expiry_choices
from web.form import Form, FormSchema, checked
from web.portal import portal
from web.preferences import WORDS

account = Blueprint("account", __name__)


class UsualExpirySchema(FormSchema):
    """How many days my messages live; nothing means as the practice has it."""

    days = fields.String(
        required=True,
        validate=validate.OneOf(["", *map(str, OFFERED_DAYS)], error="Please choose one."),
        error_messages={"required": "Please choose one."},
    )


@account.get("/account")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show my own data."""
    return account_page(Form())


@account.post("/account/expiry")
@requires(Permission.SIGNED_IN)
def change_expiry() -> ResponseReturnValue:
    """Choose how long my messages live if I say nothing else."""
    values, form = checked(UsualExpirySchema())
    if form.errors:
        return account_page(form)
    notification_id = portal().settling.change_usual_expiry(
        user_id=person().user_id,
        days=int(values["days"]) if values["days"] else None,
        at=portal().clock(),
    )
    portal().progress.wait(notification_id)
    flash("Saved. It holds for new messages.")
    return redirect(url_for(".show"), 303)


def account_page(form: Form) -> ResponseReturnValue:
    """Return the page with my own data."""
    who = person()
    sealed = who.cell_phone
    phone = portal().proving.phone_of(who.user_id)
    if phone is None and sealed is not None:
        phone = portal().vault.open(sealed, place_of(sealed, who.user_id, "cell_phone"))
    page = render_template(
        "account.html",
        form=form,
        cell_phone=phone,
        reach=my_reach(),
        notices=WORDS[my_reach().notices],
        entitlement=entitlement(),
        **expiry_choices(),
    )
    return page, form.status
