"""Where a new message is written; writing to an unknown address invites the person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.address import AddressIsMalformed
from domain.corresponding import (
    LONGEST_SUBJECT,
    PhoneIsMissing,
    RoleIsMissing,
    RoleIsNotNeeded,
    WritingToOneself,
)
from domain.refusal import Refusal
from domain.role import RecipientRole
from domain.tier import ComposingNeedsThePaidTier
from web.access import Permission, may_compose, person, requires
from web.attachments import chosen_ids, only_files_change, with_files
from web.expiry import chosen_end
from web.fields import Address, Line, complaint_about
from web.form import Form, checked, typed
from web.message_form import (
    ON_ITS_WAY,
    REFUSED,
    Body,
    MessageSchema,
    message_choices,
    message_id_of,
    refused_at_its_field,
)
from web.people import face_of
from web.phones import CodePhone
from web.portal import portal
from web.two_step import roles_with_phone

composing = Blueprint("composing", __name__)


PHONE_IS_MISSING = "Please enter the recipient's cell phone. A code is sent there at registration."


class RecipientPhone(CodePhone):
    """The number of somebody new, where her role asks for one; what is missing is told later."""

    def __init__(self) -> None:
        super().__init__(missing=PHONE_IS_MISSING)
        self.required, self.load_default = False, ""

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> str:
        is_asked = bool(value) and (data or {}).get("role") in roles_with_phone()
        return super()._deserialize(value, attr, data, **kwargs) if is_asked else ""


class ComposeSchema(MessageSchema):
    """A new message to one address."""

    to = Address()
    role = fields.String(
        load_default="",
        validate=validate.OneOf(
            ["", *RecipientRole], error="Please choose one of the roles in the list."
        ),
    )
    phone = RecipientPhone()
    subject = Line(what="a subject", longest=LONGEST_SUBJECT)
    body = Body()


REFUSED_AT: dict[type[Refusal], tuple[str, str]] = {
    AddressIsMalformed: ("to", "This is not a complete e-mail address."),
    WritingToOneself: ("to", "This is your own address."),
    RoleIsMissing: ("role", "This address is new to SecureMail. Please say who the person is."),
    PhoneIsMissing: ("phone", PHONE_IS_MISSING),
    RoleIsNotNeeded: (
        "to",
        "This person has an account already, so no role is needed. Please check, and send again.",
    ),
}


SHOWN_AT_A_FIELD: tuple[type[Refusal], ...] = (*REFUSED_AT, *REFUSED)


@composing.get("/compose")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show an empty form; a free account sees what is missing instead."""
    if not may_compose():
        return render_template("compose_closed.html")
    return compose_page(Form({"form_id": str(portal().new_id())}))


@composing.post("/compose")
@requires(Permission.SIGNED_IN)
def send() -> ResponseReturnValue:
    """Send the message; sending the same form twice sends it once."""
    if not may_compose():
        return render_template("compose_closed.html"), 403
    if "check" in request.form or only_files_change():
        return compose_page(with_files(typed()))
    values, form = checked(ComposeSchema())
    form = with_files(form)
    if form.errors:
        return compose_page(form)
    try:
        return sent(values, chosen_ids(form))
    except ComposingNeedsThePaidTier:
        return render_template("compose_closed.html"), 403
    except SHOWN_AT_A_FIELD as refusal:
        return compose_page(refused_at_its_field(form, refusal, REFUSED_AT))


def sent(values: dict[str, Any], attachment_ids: list[UUID]) -> ResponseReturnValue:
    """Send, wait until it shows, and lead to it."""
    message_id, now = message_id_of(values, attachment_ids), portal().clock()
    notification_id = portal().corresponding.send(
        message_id=message_id,
        sender_id=person().user_id,
        to=values["to"],
        role=RecipientRole(values["role"]) if values["role"] else None,
        phone=values["phone"] or None,
        subject=values["subject"],
        body=values["body"],
        attachment_ids=attachment_ids,
        ends_at=chosen_end(values, sent_at=now),
        at=now,
    )
    if not portal().progress.wait(notification_id):
        flash(ON_ITS_WAY)
        return redirect(url_for("messages.sent"), 303)
    flash("Your message was sent.")
    return redirect(url_for("messages.show", message_id=message_id), 303)


@composing.post("/compose/recipient")
@requires(Permission.SIGNED_IN)
def recipient() -> ResponseReturnValue:
    """Say what is known of the address in "TO:", for the page's script."""
    if not may_compose():
        return {"state": "closed", "text": ""}, 403
    return recipient_state()


def recipient_state() -> dict[str, str]:
    """Return whether the address in the form is bad, one's own, known or unknown, with words."""
    address = typed()["to"].strip().lower()
    complaint = complaint_about(address)
    if complaint:
        return {"state": "bad", "text": complaint if address else ""}
    holder = portal().inviting.holder(address)
    if holder == person().user_id:
        return {"state": "bad", "text": REFUSED_AT[WritingToOneself][1]}
    if holder is None:
        return {"state": "unknown", "text": "New to SecureMail: your message will invite them."}
    return {"state": "known", "text": known_text(holder)}


def known_text(holder: UUID) -> str:
    """Name who will receive it, to colleagues and correspondents only."""
    who = portal().roster.person(holder)
    me = person()
    if who is not None and (
        (me.practice_id is not None and who.practice_id == me.practice_id)
        or portal().inbox.have_corresponded(me.user_id, holder)
    ):
        return f"This goes to {face_of(who).first_and_practice}."
    return "This address has a SecureMail account."


def compose_page(form: Form) -> ResponseReturnValue:
    """Return the form; the role is asked for while the address is unknown."""
    recipient, form = recipient_state(), form.renamed(portal().new_id())
    is_new, with_phone = recipient["state"] == "unknown", roles_with_phone()
    page = render_template(
        "compose.html",
        form=form,
        roles=list(RecipientRole),
        asks_for_role=is_new,
        roles_with_phone=with_phone,
        asks_for_phone=(is_new and form["role"] in with_phone) or "phone" in form.errors,
        recipient="" if "to" in form.errors else recipient["text"],
        longest_subject=LONGEST_SUBJECT,
        **message_choices(form),
    )
    return page, form.status
