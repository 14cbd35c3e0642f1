"""Sandbox mode only: a first practice without a terminal, what left, and samples of notices."""

import re
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from domain.address import AddressIsTaken
from domain.practice import LONGEST_PRACTICE_NAME
from web.access import Permission, requires
from web.exhibits import Exhibit
from web.fields import LONGEST_NAME, Address, Line, Tick
from web.form import Form, FormSchema, checked
from web.headers import content_security_policy
from web.portal import OutboxEntry, portal

sandbox = Blueprint("sandbox", __name__, url_prefix="/sandbox")

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation"
)
"""A mail carries its looks in itself, so styles may; nothing else may do anything."""

FRAMED_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)
"""The same in a frame of our own page, where its links lead nowhere."""

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
    left = portal().text_outbox
    texts = left.texts() if left else ()
    return render_template("sandbox_outbox.html", mails=mails(), texts=texts, linked=linked)


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


def exhibits() -> list[Exhibit]:
    """Return the samples of notices."""
    gallery = portal().gallery
    return list(gallery.exhibits()) if gallery else abort(404)


def exhibit(name: str) -> Exhibit:
    """Return one sample, or answer that there is no such page."""
    return next((one for one in exhibits() if one.name == name), None) or abort(404)


@sandbox.get("/notices")
@requires(Permission.SANDBOX)
def notices() -> ResponseReturnValue:
    """Show on which occasions people are told something."""
    return render_template("sandbox_notices.html", exhibits=exhibits())


@sandbox.get("/notices/<name>")
@requires(Permission.SANDBOX)
def notice(name: str) -> ResponseReturnValue:
    """Show one sample: the mail as a mail program shows it, as plain text, and the text message."""
    page = render_template("sandbox_notice.html", exhibit=exhibit(name))
    policy = f"{content_security_policy(portal().card_page_origin)}; frame-src 'self'"
    return Response(page, headers={"Content-Security-Policy": policy})


@sandbox.get("/notices/<name>/mail")
@requires(Permission.SANDBOX)
def notice_mail(name: str) -> ResponseReturnValue:
    """Return the mail of a sample, to be framed by the page about it and by nothing else."""
    headers = {"Content-Security-Policy": FRAMED_MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(exhibit(name).html or abort(404), mimetype="text/html", headers=headers)


def linked(text: str) -> Markup:
    """Return a mail's text with its links to be clicked; everything else is shown as text."""
    return Markup(LINK.sub(r'<a href="\g<0>">\g<0></a>', str(escape(text))))  # noqa: S704 - escaped first
