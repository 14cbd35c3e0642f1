"""Secure Inbox, Sent, threads and replies; opening a message is itself recorded."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.erasure import PersonWasErased
from domain.message import NoSuchMessage
from domain.refusal import Refusal
from projections.inbox import PAGE, InboxEntry
from web.access import Permission, person, requires
from web.attachments import chosen_ids, only_files_change, with_files
from web.expiry import chosen_end
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
from web.opening import heading_of, opened_lines, opened_thread
from web.portal import portal

messages = Blueprint("messages", __name__)

LAST_POSITION = 2**63 - 1
"""No log is longer (PostgreSQL's bigint)."""

REFUSED_AT: dict[type[Refusal], tuple[str, str]] = {
    PersonWasErased: (
        "body",
        "This person's account was erased, so nothing reaches them any more.",
    )
}
SHOWN_AT_A_FIELD: tuple[type[Refusal], ...] = (*REFUSED_AT, *REFUSED)


class ReplySchema(MessageSchema):
    """An answer."""

    body = Body()


@messages.get("/inbox")
@requires(Permission.SIGNED_IN)
def inbox() -> ResponseReturnValue:
    """Show what was written to me."""
    entries = portal().inbox.received_by(person().user_id, before=page_start())
    lines = opened_lines(entries, lambda entry: entry.sender_id)
    return render_template("inbox.html", lines=lines, **paging(entries))


@messages.get("/sent")
@requires(Permission.SIGNED_IN)
def sent() -> ResponseReturnValue:
    """Show what I wrote."""
    entries = portal().inbox.sent_by(person().user_id, before=page_start())
    lines = opened_lines(entries, lambda entry: entry.recipient_id)
    return render_template("sent.html", lines=lines, **paging(entries))


@messages.get("/messages/<uuid:message_id>")
@requires(Permission.SIGNED_IN)
def show(message_id: UUID) -> ResponseReturnValue:
    """Show a thread, and record that I looked."""
    return thread_page(message_id, Form({"form_id": str(portal().new_id())}))


@messages.post("/messages/<uuid:message_id>/reply")
@requires(Permission.SIGNED_IN)
def reply(message_id: UUID) -> ResponseReturnValue:
    """Answer a message that was written to me; sending the same form twice answers once."""
    if only_files_change():
        return thread_page(message_id, with_files(typed()))
    values, form = checked(ReplySchema())
    form = with_files(form)
    if form.errors:
        return thread_page(message_id, form)
    try:
        return replied(message_id, values, chosen_ids(form))
    except SHOWN_AT_A_FIELD as refusal:
        return thread_page(message_id, refused_at_its_field(form, refusal, REFUSED_AT))


def replied(
    message_id: UUID, values: dict[str, Any], attachment_ids: list[UUID]
) -> ResponseReturnValue:
    """Reply, wait until it shows, and lead back to the thread."""
    now = portal().clock()
    notification_id = portal().corresponding.reply(
        message_id=message_id_of(values, attachment_ids),
        sender_id=person().user_id,
        to_message_id=message_id,
        body=values["body"],
        attachment_ids=attachment_ids,
        ends_at=chosen_end(values, sent_at=now),
        at=now,
    )
    flash("Your reply was sent." if portal().progress.wait(notification_id) else ON_ITS_WAY)
    return redirect(url_for(".show", message_id=message_id), 303)


def thread_page(message_id: UUID, form: Form) -> ResponseReturnValue:
    """Return the page of a thread; somebody else's does not exist."""
    me = person().user_id
    entries = portal().inbox.thread_of(message_id, reader_id=me)
    if not entries:
        raise NoSuchMessage
    now = portal().clock()
    alive = [entry.message_id for entry in entries if not entry.is_over(now)]
    portal().progress.wait(
        portal().corresponding.look(reader_id=me, message_ids=alive, at=now), seconds=1
    )
    thread, form = opened_thread(entries), form.renamed(portal().new_id())
    answerable = [one for one in thread if one.entry.recipient_id == me and not one.is_over]
    return (
        render_template(
            "thread.html",
            thread=thread,
            heading=heading_of(thread),
            shown_at=portal().clock(),
            answer_to=answerable[-1] if answerable else None,
            form=form,
            **message_choices(form),
        ),
        form.status,
    )


def page_start() -> int | None:
    """Return the position before which this page begins; what is none begins at the newest."""
    before = request.args.get("before", type=int)
    return before if before is not None and 0 < before <= LAST_POSITION else None


def paging(entries: list[InboxEntry]) -> dict[str, int | bool | None]:
    """Return whether this page is an older one, and where the next begins if there may be one."""
    return {
        "is_older": page_start() is not None,
        "next_page": entries[-1].position if len(entries) == PAGE else None,
    }
