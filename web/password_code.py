"""The code that is asked for before a password is set by mail, where the phone is to be proved."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.phone_proof import CodeIsWrong, PhoneIsNotProved
from web.access import Permission, requires
from web.codes import (
    CodeSchema,
    code_page,
    proof,
    remember_proof,
    send_code,
    wrong,
)
from web.form import Form, checked
from web.people import Face, PersonIsNotShownYet, face_of
from web.phones import ending_of, registered_phone
from web.portal import portal

password_code = Blueprint("password_code", __name__)


def owner_of(token: str) -> Face:
    """Return whose link to set a password it is; changes nothing."""
    user_id = portal().registering.password_link_of(token, at=portal().clock())
    who = portal().roster.person(user_id)
    if who is None:
        raise PersonIsNotShownYet
    return face_of(who)


def is_missing(owner: Face) -> bool:
    """Say whether this browser has to give a code before a password is set."""
    who = owner.person
    try:
        portal().proving.require_shown(
            who.user_id, proof(), phone=registered_phone(who), at=portal().clock()
        )
    except PhoneIsNotProved:
        return True
    return False


def ask_first(token: str, owner: Face) -> ResponseReturnValue:
    """Return the page from which a code is sent: looking at a link sends none."""
    who = owner.person
    number = portal().proving.phone_of(who.user_id) or registered_phone(who) or ""
    return render_template(
        "code_first.html",
        ending=ending_of(number),
        again=url_for("password_code.again", token=token),
    )


@password_code.post("/password/<token>/code/new")
@requires(Permission.ANYONE)
def again(token: str) -> ResponseReturnValue:
    """Have a code sent, if one is asked for."""
    owner = owner_of(token)
    if not is_missing(owner):
        return redirect(url_for("registering.show_password", token=token), 303)
    send_code(owner.person.user_id, phone=registered_phone(owner.person))
    return redirect(url_for(".show", token=token), 303)


@password_code.get("/password/<token>/code")
@requires(Permission.ANYONE)
def show(token: str) -> ResponseReturnValue:
    """Ask for the code."""
    owner = owner_of(token)
    if not is_missing(owner) or portal().proving.phone_of(owner.person.user_id) is None:
        return redirect(url_for("registering.show_password", token=token), 303)
    return page(token, owner, Form())


@password_code.post("/password/<token>/code")
@requires(Permission.ANYONE)
def give(token: str) -> ResponseReturnValue:
    """Lead on who gives the right code; a second click finds it done."""
    owner = owner_of(token)
    typed, form = checked(CodeSchema())
    if form.errors:
        return page(token, owner, form)
    user_id = owner.person.user_id
    try:
        if is_missing(owner):
            portal().proving.give_code(user_id=user_id, code=typed["code"], at=portal().clock())
            remember_proof(user_id)
    except CodeIsWrong as refusal:
        return page(token, owner, Form().refused(code=wrong(refusal)))
    return redirect(url_for("registering.show_password", token=token), 303)


def page(token: str, owner: Face, form: Form) -> ResponseReturnValue:
    """Return the page that asks for the code."""
    return code_page(
        form,
        owner.person.user_id,
        action=url_for("password_code.give", token=token),
        again=url_for("password_code.again", token=token),
        back=url_for("registering.show_password", token=token),
    )
