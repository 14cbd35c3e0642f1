"""Pages behind the links of the registration mail and of the final mail.

A look at a link changes nothing, so that a mail scanner does no harm; only the form consumes it.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from domain.password import PasswordIsUnusable
from domain.ports import LinkPurpose, LinkWasUsed
from domain.practice import LONGEST_PRACTICE_NAME
from domain.refusal import Refusal
from domain.registering import AddressIsNotTheInvitedOne, Registration, TermsAreNotAccepted
from domain.user import AlreadyRegistered, User
from web.access import Permission, requires
from web.fields import LONGEST_NAME, Address, CellPhone, Line
from web.form import Form, FormSchema, checked, typed
from web.people import Face, face_of
from web.portal import portal

registering = Blueprint("registering", __name__)


class RegistrationSchema(FormSchema):
    """What every person gives."""

    address = Address()
    cell_phone = CellPhone()
    full_name = Line(what="your full name", longest=LONGEST_NAME)
    accepts_terms = fields.Boolean(load_default=False)


class FounderSchema(RegistrationSchema):
    """What people of another practice give: also the name of theirs."""

    practice_name = Line(what="the name of your practice", longest=LONGEST_PRACTICE_NAME)


class PasswordSchema(FormSchema):
    """A new password, typed once and shown on request."""

    keep_blanks = frozenset({"password"})
    password = fields.String(load_default="")


REFUSED_AT = {
    AddressIsNotTheInvitedOne: (
        "address",
        "Please use the address that the invitation was sent to.",
    ),
    TermsAreNotAccepted: ("accepts_terms", "Please accept the terms of use."),
}


@registering.get("/register/<token>")
@requires(Permission.ANYONE)
def show(token: str) -> ResponseReturnValue:
    """Show the registration form, with the invited address filled in."""
    user = portal().registering.invited(token, at=portal().clock())
    return registration_page(user, Form({"address": invited(user).address}))


@registering.post("/register/<token>")
@requires(Permission.ANYONE)
def register(token: str) -> ResponseReturnValue:
    """Register the person; a second click finds it done."""
    try:
        user = portal().registering.invited(token, at=portal().clock())
        return registered(token, user)
    except (LinkWasUsed, AlreadyRegistered):
        return redirect(url_for(".done"), 303)


def registered(token: str, user: User) -> ResponseReturnValue:
    """Register who holds the link, or show the form with what is wrong."""
    schema = FounderSchema() if user.founds_a_practice else RegistrationSchema()
    values, form = checked(schema)
    if form.errors:
        return registration_page(user, form)
    try:
        portal().registering.complete(
            token=token,
            registration=Registration(**{"practice_name": "", **values}),
            at=portal().clock(),
        )
    except (AddressIsNotTheInvitedOne, TermsAreNotAccepted) as refusal:
        name, message = REFUSED_AT[type(refusal)]
        return registration_page(user, form.refused(**{name: message}))
    return redirect(url_for(".done"), 303)


def registration_page(user: User, form: Form) -> ResponseReturnValue:
    """Return the form with who invited."""
    face = invited(user)
    host = portal().roster.person(face.person.invited_by)
    return (
        render_template(
            "register.html",
            form=form,
            founds_a_practice=user.founds_a_practice,
            host=face_of(host) if host else None,
            practice_name=portal().roster.practice_name(face.person.invited_from),
        ),
        form.status,
    )


def invited(user: User) -> Face:
    """Return who was invited."""
    who = portal().roster.person(user.id)
    if who is None:
        raise PersonIsNotShownYet
    return face_of(who)


class PersonIsNotShownYet(Refusal):
    """The roster has not come to the invitation yet; a moment later it will have."""


@registering.get("/registered")
@requires(Permission.ANYONE)
def done() -> ResponseReturnValue:
    """Say that one more mail comes."""
    return render_template("registered.html")


@registering.get("/password/<token>")
@requires(Permission.ANYONE)
def show_password(token: str) -> ResponseReturnValue:
    """Show the form for a new password."""
    registering_ = portal().registering
    registering_.links.owner(token, LinkPurpose.SET_PASSWORD, at=portal().clock())
    return render_template("password.html", form=Form())


@registering.post("/password/<token>")
@requires(Permission.ANYONE)
def set_password(token: str) -> ResponseReturnValue:
    """Set the password and lead to the door."""
    values, form = checked(PasswordSchema())
    try:
        portal().registering.set_password(
            token=token,
            password=values["password"],
            context=context_of(token),
            at=portal().clock(),
        )
    except PasswordIsUnusable as refusal:
        return render_template("password.html", form=typed().refused(password=refusal.reason)), 422
    del form
    flash("Your password is set. Sign in with your e-mail address.")
    return redirect(url_for("signing_in.sign_in"), 303)


def context_of(token: str) -> list[str]:
    """Return the words that the password of a link's owner must not be made of."""
    links = portal().registering.links
    user_id = links.owner(token, LinkPurpose.SET_PASSWORD, at=portal().clock())
    who = portal().roster.person(user_id)
    if who is None:
        return []
    face = face_of(who)
    local_part = face.address.partition("@")[0].replace(".", " ")
    return [face.address, local_part, face.full_name or "", who.practice_name or ""]
