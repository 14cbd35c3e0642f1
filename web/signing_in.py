"""The door: sign in, sign out, ask for a link when the password is gone."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.signing_in import SignInWasRefused
from web.access import Permission, person, requires
from web.devices import device, keeping
from web.fields import Address
from web.form import Form, FormSchema, checked
from web.portal import portal

signing_in = Blueprint("signing_in", __name__)

WRONG = "Address and password do not belong together."


NO_PASSWORD = "Please enter your password."  # noqa: S105 - what a page says, not a secret


class SignInSchema(FormSchema):
    """Address and password; judged only by what anybody can see, so that nothing is given away."""

    keep_blanks = frozenset({"password"})
    address = Address()
    password = fields.String(
        required=True,
        error_messages={"required": NO_PASSWORD},
        validate=validate.Length(min=1, error=NO_PASSWORD),
    )


class ForgottenSchema(FormSchema):
    """The address of who forgot the password."""

    address = Address()


@signing_in.get("/sign-in")
@requires(Permission.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Show the door."""
    return render_template("sign_in.html", form=Form())


@signing_in.post("/sign-in")
@requires(Permission.ANYONE)
def come_in() -> ResponseReturnValue:
    """Sign a person in."""
    values, form = checked(SignInSchema())
    if form.errors:
        return render_template("sign_in.html", form=form), form.status
    try:
        user_id = portal().signing_in.sign_in(**values, device=device(), at=portal().clock())
    except SignInWasRefused:
        return render_template("sign_in.html", form=form.refused(address=WRONG)), 422
    return keeping(device(), redirect(enter(user_id), 303))


def enter(user_id: UUID) -> str:
    """Begin the session of a person; return where she wanted to go."""
    wanted = str(session.get("next") or url_for("dashboard.show"))
    session.clear()
    session["user_id"] = str(user_id)
    return wanted


@signing_in.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    portal().signing_in.sign_out(user_id=person().user_id, at=portal().clock())
    session.clear()
    flash("You have signed out.")
    answer = redirect(url_for(".sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@signing_in.get("/forgot-password")
@requires(Permission.ANYONE)
def forgot_password() -> ResponseReturnValue:
    """Ask for the address."""
    return render_template("forgot_password.html", form=Form())


@signing_in.post("/forgot-password")
@requires(Permission.ANYONE)
def send_link() -> ResponseReturnValue:
    """Have a link sent, if there is such a person; the answer is always the same."""
    values, form = checked(ForgottenSchema())
    if form.errors:
        return render_template("forgot_password.html", form=form), form.status
    portal().registering.request_password_reset(address=values["address"], at=portal().clock())
    return render_template("link_sent.html")
