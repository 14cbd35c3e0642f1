"""What a sender can still do about a message that left: choose another end, or take it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.message import MessageHasEnded, NoSuchMessage
from domain.reason import LONGEST_REASON
from projections.inbox import InboxEntry
from web.access import Permission, person, requires
from web.expiry import EXPIRY_REFUSED, ExpirySchema, chosen_end, expiry_choices, expiry_problem
from web.fields import Text, Tick
from web.form import Form, FormSchema, checked
from web.opening import opened_thread
from web.portal import portal

ending = Blueprint("ending", __name__)

MEANWHILE = "This message has ended meanwhile. Nothing was changed."


class RecallSchema(FormSchema):
    """Why a message is taken back, and whether all others of the thread are as well."""

    reason = Text(what="a reason", longest=LONGEST_REASON)
    every = Tick()


@ending.get("/messages/<uuid:message_id>/ending")
@requires(Permission.SIGNED_IN)
def show(message_id: UUID) -> ResponseReturnValue:
    """Show both forms for a message that I wrote and that goes on."""
    return ending_page(message_id, Form())


@ending.post("/messages/<uuid:message_id>/expiry")
@requires(Permission.SIGNED_IN)
def change(message_id: UUID) -> ResponseReturnValue:
    """Let the message end at another moment; days count from when it was sent."""
    entry = my_message(message_id)
    values, form = checked(ExpirySchema())
    if not form.errors and chosen_end(values, sent_at=entry.sent_at) is None:
        form = form.refused(ends_after="Please choose when the message ends.")
    if form.errors:
        return ending_page(message_id, form)
    try:
        return changed(entry, values)
    except EXPIRY_REFUSED as refusal:
        return ending_page(message_id, form.refused(ends_at=expiry_problem(refusal)))
    except MessageHasEnded:
        return to_thread(message_id, MEANWHILE)


@ending.post("/messages/<uuid:message_id>/recall")
@requires(Permission.SIGNED_IN)
def recall(message_id: UUID) -> ResponseReturnValue:
    """Take the message back, with all others that I wrote in its thread if I ask for that."""
    my_message(message_id)
    values, form = checked(RecallSchema())
    if form.errors:
        return ending_page(message_id, form)
    wanted = going_on(message_id) if values["every"] else [message_id]
    try:
        notification_id = portal().ending.recall(
            message_ids=wanted or [message_id],
            reason=values["reason"],
            by=person().user_id,
            at=portal().clock(),
        )
    except MessageHasEnded:
        return to_thread(message_id, MEANWHILE)
    portal().progress.wait(notification_id)
    number = "The message was" if len(wanted) <= 1 else f"{len(wanted)} messages were"
    return to_thread(message_id, f"{number} recalled. Nobody can open the content any more.")


def changed(entry: InboxEntry, values: dict[str, Any]) -> ResponseReturnValue:
    """Change the end, and lead back to the thread."""
    ends_at = chosen_end(values, sent_at=entry.sent_at)
    assert ends_at is not None  # noqa: S101 - what the form was checked for
    notification_id = portal().ending.change_expiry(
        message_id=entry.message_id, ends_at=ends_at, by=person().user_id, at=portal().clock()
    )
    portal().progress.wait(notification_id)
    return to_thread(entry.message_id, "The end of the message was changed.")


def my_message(message_id: UUID) -> InboxEntry:
    """Return a message that I wrote. Raises NoSuchMessage."""
    thread = portal().inbox.thread_of(message_id, reader_id=person().user_id)
    for entry in thread:
        if entry.message_id == message_id and entry.sender_id == person().user_id:
            return entry
    raise NoSuchMessage


def going_on(message_id: UUID) -> list[UUID]:
    """Return all messages of the thread that I wrote and that are not over."""
    me, now = person().user_id, portal().clock()
    thread = portal().inbox.thread_of(message_id, reader_id=me)
    return [one.message_id for one in thread if one.sender_id == me and not one.is_over(now)]


def ending_page(message_id: UUID, form: Form) -> ResponseReturnValue:
    """Return the page with both forms; for what is over, the thread that says so."""
    entry = my_message(message_id)
    if entry.is_over(portal().clock()):
        return to_thread(message_id, MEANWHILE)
    return (
        render_template(
            "ending.html",
            one=opened_thread([entry])[0],
            form=form,
            others=len(going_on(message_id)) - 1,
            longest_reason=LONGEST_REASON,
            **expiry_choices(),
        ),
        form.status,
    )


def to_thread(message_id: UUID, words: str) -> ResponseReturnValue:
    """Lead to the thread, with a note on top."""
    flash(words)
    return redirect(url_for("messages.show", message_id=message_id), 303)
