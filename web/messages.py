"""Secure Inbox, Sent, threads and replies; opening a message is itself recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.corresponding import LONGEST_BODY
from domain.message import NoSuchMessage
from domain.ports import Place, Sealed, content
from projections.inbox import PAGE, InboxEntry
from web.access import Permission, person, requires
from web.fields import FormId, Text
from web.form import Form, FormSchema, checked
from web.people import Face, faces
from web.portal import portal

messages = Blueprint("messages", __name__)

LAST_POSITION = 2**63 - 1
"""No log is longer (PostgreSQL's bigint)."""

ON_ITS_WAY = "Your message is on its way and will show here in a moment. Nothing is lost."


class ReplySchema(FormSchema):
    """The text of an answer."""

    body = Text(what="a message", longest=LONGEST_BODY)
    form_id = FormId()


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a list, opened."""

    entry: InboxEntry
    other: Face | None
    subject: str | None
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One message of a thread, opened; ended ones show neither subject nor body."""

    entry: InboxEntry
    sender: Face | None
    recipient: Face | None
    subject: str | None
    body: str | None
    has_ended: bool


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
    values, form = checked(ReplySchema())
    if form.errors:
        return thread_page(message_id, form)
    notification_id = portal().corresponding.reply(
        message_id=uuid5(person().user_id, f"{values['form_id']} {values['body']}"),
        sender_id=person().user_id,
        to_message_id=message_id,
        body=values["body"],
        at=portal().clock(),
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
    alive = [entry.message_id for entry in entries if entry.ends_at > now]
    portal().progress.wait(
        portal().corresponding.look(reader_id=me, message_ids=alive, at=now), seconds=1
    )
    thread = opened_thread(entries)
    answerable = [one for one in thread if one.entry.recipient_id == me and not one.has_ended]
    return (
        render_template(
            "thread.html",
            thread=thread,
            subject=thread[0].subject,
            answer_to=answerable[-1] if answerable else None,
            form=form.renamed(portal().new_id()),
            longest_body=LONGEST_BODY,
        ),
        form.status,
    )


def opened_thread(entries: list[InboxEntry]) -> list[Opened]:
    """Open a thread; what has ended stays closed."""
    people = faces({one for entry in entries for one in (entry.sender_id, entry.recipient_id)})
    now = portal().clock()
    opened = iter(portal().vault.open_all([value for entry in entries for value in sealed(entry)]))
    return [
        Opened(
            entry=entry,
            sender=people.get(entry.sender_id),
            recipient=people.get(entry.recipient_id),
            subject=closed_if(next(opened), ended=entry.ends_at <= now),
            body=closed_if(next(opened), ended=entry.ends_at <= now),
            has_ended=entry.ends_at <= now,
        )
        for entry in entries
    ]


def sealed(entry: InboxEntry) -> tuple[tuple[Sealed, Place], tuple[Sealed, Place]]:
    """Return subject and body with their places."""
    return (
        (entry.subject, content(entry.message_id, "subject")),
        (entry.body, content(entry.message_id, "body")),
    )


def closed_if(text: str | None, *, ended: bool) -> str | None:
    """Return nothing of what has ended."""
    return None if ended else text


def opened_lines(entries: list[InboxEntry], other: Callable[[InboxEntry], UUID]) -> list[Line]:
    """Open the subjects and the names of a list."""
    people = faces({other(entry) for entry in entries})
    now = portal().clock()
    subjects = portal().vault.open_all([sealed(entry)[0] for entry in entries])
    return [
        Line(
            entry=entry,
            other=people.get(other(entry)),
            subject=closed_if(subject, ended=entry.ends_at <= now),
            has_ended=entry.ends_at <= now,
        )
        for entry, subject in zip(entries, subjects, strict=True)
    ]


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
