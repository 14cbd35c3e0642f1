"""The step between the registration form and the account: the code that proves the phone.

What was typed waits meanwhile in the session on the server, sealed under the key of the person: a
wrong code or a reload loses nothing, and whoever has the same mail in another browser sees nothing.
"""

import json
from typing import Any

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from domain.invitation import AlreadyRegistered
from domain.phone_proof import CodeIsWrong
from domain.ports import LinkWasUsed, Sealed, SealIsBroken, personal
from domain.registering import Registration
from domain.user import User
from web.access import Permission, requires
from web.codes import CodeSchema, code_page, remember_proof, send_code, wrong
from web.form import Form, checked
from web.phones import complaint_about_phone
from web.portal import portal

registration_code = Blueprint("registration_code", __name__)

DRAFT = "registration"


def begin_proof(token: str, user: User, values: dict[str, Any]) -> ResponseReturnValue:
    """Keep what was typed, have a code sent, and lead to where it is asked for."""
    place = personal(user.id, "registration_draft", 1)
    session[DRAFT] = portal().vault.seal(json.dumps(values), place)
    send_code(user.id, phone=values["cell_phone"])
    return redirect(url_for("registration_code.show", token=token), 303)


def phone_complaint(user: User, number: str) -> str | None:
    """Say why no code goes to the number that a person typed, where it would have to."""
    goes_there = portal().proving.takes_what_is_typed(user.id)
    return complaint_about_phone(number) if goes_there else None


def draft_of(user: User) -> dict[str, Any] | None:
    """Return what this browser typed for that person, None if it did not, or long ago."""
    sealed = session.get(DRAFT)
    if sealed is None:
        return None
    place = personal(user.id, "registration_draft", 1)
    try:
        values: dict[str, Any] = json.loads(portal().vault.open(Sealed(sealed), place))
    except SealIsBroken:
        return None
    return values


def to_the_form(token: str) -> ResponseReturnValue:
    """Lead back to the form, whose entries are not there any more."""
    flash("Please fill in the form again: it was open too long, or in another browser.")
    return redirect(url_for("registering.show", token=token), 303)


@registration_code.get("/register/<token>/code")
@requires(Permission.ANYONE)
def show(token: str) -> ResponseReturnValue:
    """Ask for the code; a reload changes nothing."""
    user = portal().registering.invited(token, at=portal().clock())
    return page(token, user, Form()) if draft_of(user) else to_the_form(token)


@registration_code.post("/register/<token>/code/new")
@requires(Permission.ANYONE)
def again(token: str) -> ResponseReturnValue:
    """Have another code sent, as a text or by a call."""
    user = portal().registering.invited(token, at=portal().clock())
    values = draft_of(user)
    if values is None:
        return to_the_form(token)
    send_code(user.id, phone=values["cell_phone"])
    return redirect(url_for(".show", token=token), 303)


@registration_code.post("/register/<token>/code")
@requires(Permission.ANYONE)
def give(token: str) -> ResponseReturnValue:
    """Register who gives the right code; a second click finds it done."""
    try:
        user = portal().registering.invited(token, at=portal().clock())
        return given(token, user)
    except (LinkWasUsed, AlreadyRegistered):
        return redirect(url_for("registering.done"), 303)


def given(token: str, user: User) -> ResponseReturnValue:
    """Register with what was typed, or say that the code is wrong."""
    typed, form = checked(CodeSchema())
    values = draft_of(user)
    if values is None:
        return to_the_form(token)
    if form.errors:
        return page(token, user, form)
    registration = Registration(**values)
    now = portal().clock()
    try:
        portal().registering.complete(
            token=token, registration=registration, code=typed["code"], at=now
        )
    except CodeIsWrong as refusal:
        return page(token, user, Form().refused(code=wrong(refusal)))
    session.pop(DRAFT)
    remember_proof(user.id)
    return redirect(url_for("registering.done"), 303)


def page(token: str, user: User, form: Form) -> ResponseReturnValue:
    """Return the page that asks for the code."""
    return code_page(
        form,
        user.id,
        action=url_for("registration_code.give", token=token),
        again=url_for("registration_code.again", token=token),
        back=url_for("registering.show", token=token),
        is_invited=True,
    )
