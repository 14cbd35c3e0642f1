"""My cell phone: the number to which my codes and texts go, and the proof that it is mine."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.changing_email import PasswordIsWrong
from domain.phone_proof import CodeIsWrong, PhoneIsUnknown
from web.access import Permission, person, requires
from web.codes import CodeSchema, code_page, remember_proof, send_code, wrong
from web.form import Form, FormSchema, checked
from web.phones import CodePhone, registered_phone
from web.portal import portal

phone = Blueprint("phone", __name__)

MISSING = "Please enter your cell phone number."
NO_PASSWORD = "Please enter your password."  # noqa: S105 - what a page says, not a secret
WRONG_PASSWORD = "This is not your password."  # noqa: S105 - the same


class PhoneSchema(FormSchema):
    """Another number, and the password, so that nobody changes it who found an open page."""

    keep_blanks = frozenset({"password"})
    cell_phone = CodePhone(missing=MISSING)
    password = fields.String(
        required=True,
        error_messages={"required": NO_PASSWORD},
        validate=validate.Length(min=1, error=NO_PASSWORD),
    )


@phone.get("/account/phone")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show my number, and whether it is proved."""
    return phone_page(Form())


@phone.post("/account/phone")
@requires(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Take another number, and send a code there."""
    values, form = checked(PhoneSchema())
    if form.errors:
        return phone_page(form)
    user_id = person().user_id
    try:
        position = portal().proving.change_phone(
            user_id=user_id,
            phone=values["cell_phone"],
            password=values["password"],
            at=portal().clock(),
        )
    except PasswordIsWrong:
        return phone_page(form.refused(password=WRONG_PASSWORD))
    portal().progress.wait(max(position, send_code(user_id)))
    return redirect(url_for(".ask"), 303)


@phone.post("/account/phone/code/new")
@requires(Permission.SIGNED_IN)
def again() -> ResponseReturnValue:
    """Have a code sent to my number."""
    try:
        send_code(person().user_id, phone=registered_phone(person()))
    except PhoneIsUnknown:
        return redirect(url_for(".show"), 303)
    return redirect(url_for(".ask"), 303)


@phone.get("/account/phone/code")
@requires(Permission.SIGNED_IN)
def ask() -> ResponseReturnValue:
    """Ask for the code."""
    if portal().proving.phone_of(person().user_id) is None:
        return redirect(url_for(".show"), 303)
    return ask_page(Form())


@phone.post("/account/phone/code")
@requires(Permission.SIGNED_IN)
def give() -> ResponseReturnValue:
    """Take the code."""
    typed, form = checked(CodeSchema())
    if form.errors:
        return ask_page(form)
    user_id = person().user_id
    try:
        position = portal().proving.give_code(
            user_id=user_id, code=typed["code"], at=portal().clock()
        )
    except CodeIsWrong as refusal:
        return ask_page(Form().refused(code=wrong(refusal)))
    remember_proof(user_id)
    portal().progress.wait(position)
    flash("Your phone is proved. Texts about new messages can go there now.")
    return redirect(url_for(".show"), 303)


def ask_page(form: Form) -> ResponseReturnValue:
    """Return the page that asks for the code."""
    return code_page(
        form,
        person().user_id,
        action=url_for(".give"),
        again=url_for(".again"),
        back=url_for(".show"),
    )


def phone_page(form: Form) -> ResponseReturnValue:
    """Return the page with my number."""
    user_id = person().user_id
    page = render_template(
        "phone.html",
        form=form,
        number=portal().proving.phone_of(user_id) or registered_phone(person()),
        is_proved=portal().proving.is_proved(user_id),
        has_texts=portal().has_texts,
    )
    return page, form.status
