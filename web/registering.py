"""Pages behind the links of the registration mail and of the final mail.

A look at a link changes nothing, so that a mail scanner does no harm; only the form consumes it.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from domain.invitation import AlreadyRegistered
from domain.password import PasswordIsUnusable
from domain.phone_proof import PhoneIsNotProved
from domain.ports import LinkWasUsed
from domain.practice import LONGEST_PRACTICE_NAME
from domain.registering import AddressIsNotTheInvitedOne, Registration, TermsAreNotAccepted
from domain.user import User
from web.access import Permission, requires
from web.codes import proof
from web.fields import LONGEST_NAME, Address, CellPhone, Line, Tick
from web.form import Form, FormSchema, checked
from web.password_code import ask_first, is_missing, owner_of
from web.people import Face, PersonIsNotShownYet, face_of
from web.phones import registered_phone
from web.portal import portal
from web.registration_code import begin_proof, draft_of, phone_complaint

registering = Blueprint("registering", __name__)


class RegistrationSchema(FormSchema):
    """What every person gives."""

    address = Address()
    cell_phone = CellPhone()
    full_name = Line(what="your full name", longest=LONGEST_NAME)
    accepts_terms = Tick()


class FounderSchema(RegistrationSchema):
    """What people of another practice give: also the name of theirs."""

    practice_name = Line(what="the name of your practice", longest=LONGEST_PRACTICE_NAME)


class PasswordSchema(FormSchema):
    """A new password, typed once and shown on request."""

    keep_blanks = frozenset({"password"})
    password = fields.String(load_default="")


WAS_SET_BEFORE = (
    "This link was used already, and nothing was changed now. Sign in with the password that was "
    'set, or choose "Forgot Password".'
)

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
    typed = draft_of(user) or {"address": invited(user).address}
    return registration_page(user, Form(typed))


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
    filled = {"practice_name": "", **values}
    try:
        portal().registering.complete(
            token=token, registration=Registration(**filled), at=portal().clock()
        )
    except PhoneIsNotProved:
        complaint = phone_complaint(user, values["cell_phone"])
        if complaint:
            return registration_page(user, form.refused(cell_phone=complaint))
        return begin_proof(token, user, filled)
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


@registering.get("/registered")
@requires(Permission.ANYONE)
def done() -> ResponseReturnValue:
    """Say that one more mail comes."""
    return render_template("registered.html")


@registering.get("/password/<token>")
@requires(Permission.ANYONE)
def show_password(token: str) -> ResponseReturnValue:
    """Show the form for a new password, or from where a code is sent that is asked for first."""
    owner = owner_of(token)
    return ask_first(token, owner) if is_missing(owner) else password_page(owner, Form())


@registering.post("/password/<token>")
@requires(Permission.ANYONE)
def set_password(token: str) -> ResponseReturnValue:
    """Set the password and lead to the door; a second click finds it done."""
    values, form = checked(PasswordSchema())
    try:
        owner = owner_of(token)
        portal().registering.set_password(
            token=token,
            password=values["password"],
            context=context_of(owner),
            code_id=proof(),
            phone=registered_phone(owner.person),
            at=portal().clock(),
        )
    except PasswordIsUnusable as refusal:
        return password_page(owner, form.refused(password=refusal.reason))
    except PhoneIsNotProved:
        return redirect(url_for(".show_password", token=token), 303)
    except LinkWasUsed:
        flash(WAS_SET_BEFORE)
    else:
        flash("Your password is set. Sign in with your e-mail address.")
    return redirect(url_for("signing_in.sign_in"), 303)


def password_page(owner: Face, form: Form) -> ResponseReturnValue:
    """Return the form; password managers learn the user name from it."""
    page = render_template("password.html", form=form, user_name=owner.address)
    return page, form.status


def context_of(owner: Face) -> list[str]:
    """Return the words that a person's password must not be made of."""
    local_part = owner.address.partition("@")[0].replace(".", " ")
    practice = owner.person.practice_name or ""
    return [owner.address, local_part, owner.full_name or "", practice]
