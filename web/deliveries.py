"""What became of notices: carriers report it, and support looks it up."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from domain.address import AddressIsMalformed
from domain.aggregate import OPERATOR
from domain.ports import LinkPurpose
from web.access import Permission, requires
from web.people import faces
from web.portal import portal

deliveries = Blueprint("deliveries", __name__)

LONGEST_REPORT = 4 * 1024 * 1024
"""Bytes of one body of reports."""

NOT_FOUND = "There is no notice with that number, and nobody with that address."


@deliveries.post("/webhooks/sendgrid")
@requires(Permission.VENDOR)
def hear() -> ResponseReturnValue:
    """Record what the carrier of mails reports, each report once."""
    request.max_content_length = LONGEST_REPORT
    now = portal().clock()
    reports = portal().carrier_reports.read(
        request.get_data(),
        signature=request.headers.get("X-Twilio-Email-Event-Webhook-Signature"),
        timestamp=request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp"),
        now=now,
    )
    portal().delivering.hear(reports, at=now)
    return {"heard": len(reports)}


@deliveries.get("/support/enter/<token>")
@requires(Permission.ANYONE)
def door(token: str) -> ResponseReturnValue:
    """Show the door of support; looking at the link changes nothing."""
    portal().registering.links.owner(token, LinkPurpose.SUPPORT, at=portal().clock())
    return render_template("support_door.html")


@deliveries.post("/support/enter/<token>")
@requires(Permission.ANYONE)
def enter(token: str) -> ResponseReturnValue:
    """Let support in, once; whoever was signed in in this browser is not any more."""
    links, now = portal().registering.links, portal().clock()
    links.owner(token, LinkPurpose.SUPPORT, at=now)
    links.consume_all(OPERATOR, LinkPurpose.SUPPORT, at=now)
    session.clear()
    session["user_id"] = str(OPERATOR)
    return redirect(url_for(".overview"), 303)


@deliveries.post("/support/leave")
@requires(Permission.SUPPORT)
def leave() -> ResponseReturnValue:
    """End the session of support."""
    session.clear()
    flash("You have left support.")
    return redirect(url_for("signing_in.sign_in"), 303)


@deliveries.get("/support")
@requires(Permission.SUPPORT)
def overview() -> ResponseReturnValue:
    """Show the newest notices; whom they concern is not shown here."""
    return render_template("support.html", notices=portal().deliveries.newest(), who=None)


@deliveries.post("/support/search")
@requires(Permission.SUPPORT)
def search() -> ResponseReturnValue:
    """Find a notice by its number, or a person by her exact address; neither is in the URL."""
    wanted = request.form.get("wanted", "").strip()
    user_id = holder(wanted)
    if user_id:
        return redirect(url_for(".show_person", user_id=user_id), 303)
    notice_id = number(wanted)
    if notice_id and portal().deliveries.of(notice_id):
        return redirect(url_for(".show", notice_id=notice_id), 303)
    flash(NOT_FOUND)
    return redirect(url_for(".overview"), 303)


@deliveries.get("/support/people/<uuid:user_id>")
@requires(Permission.SUPPORT)
def show_person(user_id: UUID) -> ResponseReturnValue:
    """Show the notices to one person; the look is recorded."""
    who = faces([user_id]).get(user_id) or abort(404)
    look(user_id, None)
    return render_template(
        "support.html",
        notices=portal().deliveries.to(user_id),
        who=who,
        fails=portal().reach.of(user_id).fails(who.person.email),
    )


@deliveries.get("/support/notices/<uuid:notice_id>")
@requires(Permission.SUPPORT)
def show(notice_id: UUID) -> ResponseReturnValue:
    """Show the life of one notice; the look is recorded."""
    notice = portal().deliveries.of(notice_id) or abort(404)
    look(notice.recipient_id, notice_id)
    return render_template(
        "support_notice.html",
        notice=notice,
        life=portal().deliveries.life_of(notice_id),
        who=faces([notice.recipient_id]).get(notice.recipient_id),
    )


def look(user_id: UUID, notice_id: UUID | None) -> None:
    """Record that support looks."""
    portal().delivering.look(user_id=user_id, notice_id=notice_id, by=OPERATOR, at=portal().clock())


def holder(wanted: str) -> UUID | None:
    """Return whose address that is, None if nobody's."""
    try:
        return portal().inviting.holder(wanted)
    except AddressIsMalformed:
        return None


def number(wanted: str) -> UUID | None:
    """Return a number of a notice, None for what is none."""
    try:
        return UUID(wanted)
    except ValueError:
        return None
