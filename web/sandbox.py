"""Sandbox mode only: a first practice without a terminal, and the mails that left."""

import re
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from domain.address import AddressIsTaken
from domain.practice import LONGEST_PRACTICE_NAME
from web.access import Permission, requires
from web.fields import LONGEST_NAME, Address, Line, Tick
from web.form import Form, FormSchema, checked
from web.portal import OutboxEntry, portal

sandbox = Blueprint("sandbox", __name__, url_prefix="/sandbox")

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation"
)
"""A mail carries its looks in itself, so styles may; nothing else may do anything."""

LINK = re.compile(r"https?://[^\s<>\"]+")


class PracticeSchema(FormSchema):
    """A first practice with its first doctor."""

    name = Line(what="the name of the practice", longest=LONGEST_PRACTICE_NAME)
    full_name = Line(what="the doctor's full name", longest=LONGEST_NAME)
    address = Address()
    paid = Tick()


@sandbox.get("")
@requires(Permission.SANDBOX)
def welcome() -> ResponseReturnValue:
    """Say what to do first, and offer to open a practice."""
    return render_template("sandbox_welcome.html", form=Form({"paid": "yes"}))


@sandbox.post("")
@requires(Permission.SANDBOX)
def open_practice() -> ResponseReturnValue:
    """Open a practice as the command line does."""
    values, form = checked(PracticeSchema())
    if form.errors:
        return render_template("sandbox_welcome.html", form=form), 422
    try:
        notification_id = portal().inviting.open_practice(
            practice_id=portal().new_id(),
            user_id=portal().new_id(),
            **values,
            at=portal().clock(),
        )
    except AddressIsTaken:
        form = form.refused(address="This address has an account already.")
        return render_template("sandbox_welcome.html", form=form), 422
    portal().progress.wait(notification_id)
    return redirect(url_for(".outbox"), 303)


def mails() -> list[OutboxEntry]:
    """Return the mails that left; without a local outbox there is no such page."""
    outbox = portal().outbox
    return list(outbox.mails()) if outbox else abort(404)


@sandbox.get("/outbox")
@requires(Permission.SANDBOX)
def outbox() -> ResponseReturnValue:
    """Show the mails that left, newest first."""
    return render_template("sandbox_outbox.html", mails=mails(), linked=linked)


@sandbox.get("/outbox.json")
@requires(Permission.SANDBOX)
def outbox_json() -> ResponseReturnValue:
    """Return the mails that left, newest first."""
    return [
        {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "sent_at": mail.sent_at,
        }
        for mail in mails()
    ]


@sandbox.get("/outbox/<uuid:notice_id>")
@requires(Permission.SANDBOX)
def mail(notice_id: UUID) -> ResponseReturnValue:
    """Show one mail as a mail program would, closed off from our own pages."""
    found = [one for one in mails() if one.notice_id == str(notice_id)]
    if not found:
        abort(404)
    return Response(
        found[0].html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY}
    )


def linked(text: str) -> Markup:
    """Return a mail's text with its links to be clicked; everything else is shown as text."""
    return Markup(LINK.sub(r'<a href="\g<0>">\g<0></a>', str(escape(text))))  # noqa: S704 - escaped first
