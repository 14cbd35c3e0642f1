"""Another e-mail address: asked for here, confirmed by the link in the mail to it.

A look at that link changes nothing, so that a mail scanner does no harm; only the form consumes it.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.address import AddressIsTaken
from domain.changing_email import AddressIsTheSame, PasswordIsWrong
from domain.email_change import ConfirmationsAreTooMany
from domain.ports import LinkWasUsed
from web.access import Permission, person, requires
from web.errors import Answer, page
from web.fields import Address
from web.form import Form, FormSchema, checked
from web.portal import portal

changing_email = Blueprint("changing_email", __name__)

NO_PASSWORD = "Please enter your password."  # noqa: S105 - what a page says, not a secret

REFUSED_AT = {
    PasswordIsWrong: ("password", "This is not your password."),
    AddressIsTheSame: ("address", "This is your address already."),
    ConfirmationsAreTooMany: (
        "address",
        "A link was sent just now, or five times today. Please wait before you ask again.",
    ),
}
TAKEN = "This address belongs to another account. Sign in there, or choose another address."

USED = Answer(
    HTTPStatus.GONE,
    "This link does nothing any more",
    "The address was confirmed before, or another one was given since. Look for the newest mail.",
)


class NewAddressSchema(FormSchema):
    """The address, and the password, so that nobody changes it who found an open page."""

    keep_blanks = frozenset({"password"})
    address = Address()
    password = fields.String(
        required=True,
        error_messages={"required": NO_PASSWORD},
        validate=validate.Length(min=1, error=NO_PASSWORD),
    )


@changing_email.get("/account/email")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Ask for another address."""
    return render_template("change_email.html", form=Form())


@changing_email.post("/account/email")
@requires(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Have a link sent there; whether somebody has that address already is not said."""
    values, form = checked(NewAddressSchema())
    if not form.errors:
        try:
            portal().changing_email.request(user_id=person().user_id, **values, at=portal().clock())
        except (PasswordIsWrong, AddressIsTheSame, ConfirmationsAreTooMany) as refusal:
            name, message = REFUSED_AT[type(refusal)]
            form = form.refused(**{name: message})
        else:
            flash("A link is on its way to the new address. Yours changes once you confirm there.")
            return redirect(url_for("account.show"), 303)
    return render_template("change_email.html", form=form), form.status


@changing_email.post("/account/email/works")
@requires(Permission.SIGNED_IN)
def works() -> ResponseReturnValue:
    """Say that mails to my address arrive again."""
    me = person().user_id
    position = portal().delivering.confirm_address(user_id=me, by=me, at=portal().clock())
    portal().progress.wait(position)
    flash("Thank you. We write to your address again.")
    return redirect(url_for("dashboard.show"), 303)


@changing_email.get("/email/<token>")
@requires(Permission.ANYONE)
def look(token: str) -> ResponseReturnValue:
    """Show which address is to be confirmed; changes nothing."""
    return confirmation_page(token, Form())


@changing_email.post("/email/<token>")
@requires(Permission.ANYONE)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address."""
    try:
        position = portal().changing_email.confirm(token, at=portal().clock())
    except LinkWasUsed:
        return page(USED)
    except AddressIsTaken:
        return confirmation_page(token, Form().refused(address=TAKEN))
    portal().progress.wait(position)
    flash("Your address is confirmed. Sign in with it from now on.")
    return redirect(url_for("dashboard.start"), 303)


def confirmation_page(token: str, form: Form) -> ResponseReturnValue:
    """Return the page with the button, or say that the link is used up."""
    try:
        address = portal().changing_email.to_confirm(token, at=portal().clock())
    except LinkWasUsed:
        return page(USED)
    return render_template("confirm_email.html", form=form, address=address), form.status
