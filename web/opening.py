"""Messages as the pages show them: opened for this one request, or as what is left of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.message import recall_reason
from domain.ports import Place, Sealed, content, sealed_in_version
from projections.inbox import InboxEntry
from web.downloads import ShownFile, shown_files
from web.people import Face, faces
from web.portal import portal


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a list, opened; `subject` is that of its thread, or why it is not shown."""

    entry: InboxEntry
    other: Face | None
    subject: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One message of a thread, opened; what is over shows no body, but why."""

    entry: InboxEntry
    sender: Face | None
    recipient: Face | None
    subject: str
    body: str | None
    is_over: bool
    recall_reason: str | None
    files: list[ShownFile]


def opened_thread(entries: list[InboxEntry]) -> list[Opened]:
    """Open a thread, oldest first."""
    people = faces({one for entry in entries for one in (entry.sender_id, entry.recipient_id)})
    now = portal().clock()
    files = shown_files(entry.message_id for entry in entries if not entry.is_over(now))
    texts = opened([value for entry in entries for value in sealed_texts(entry, now)])
    return [
        Opened(
            entry=entry,
            sender=people.get(entry.sender_id),
            recipient=people.get(entry.recipient_id),
            subject=shown_subject(entry, subject, now),
            body=body,
            is_over=entry.is_over(now),
            recall_reason=reason,
            files=files.get(entry.message_id, []),
        )
        for entry, subject, body, reason in zip(
            entries, texts[::3], texts[1::3], texts[2::3], strict=True
        )
    ]


def opened_lines(entries: list[InboxEntry], other: Callable[[InboxEntry], UUID]) -> list[Line]:
    """Open the subjects and the names of a list."""
    people = faces({other(entry) for entry in entries})
    now = portal().clock()
    subjects = opened([sealed_texts(entry, now)[0] for entry in entries])
    return [
        Line(
            entry=entry,
            other=people.get(other(entry)),
            subject=shown_subject(entry, subject, now),
            is_over=entry.is_over(now),
        )
        for entry, subject in zip(entries, subjects, strict=True)
    ]


def opened(values: list[tuple[Sealed | None, Place]]) -> list[str | None]:
    """Open what is there, with one look at the keys; nothing for what is not."""
    found = iter(portal().vault.open_all([(one, place) for one, place in values if one]))
    return [next(found) if one else None for one, _ in values]


def sealed_texts(entry: InboxEntry, now: datetime) -> tuple[tuple[Sealed | None, Place], ...]:
    """Return subject, body and reason for a recall, each with its place; nothing that is over."""
    reason = entry.recall_reason
    version = sealed_in_version(reason) if reason else 0
    return (
        (
            None if entry.is_subject_over(now) else entry.subject,
            content(entry.thread_id, "subject"),
        ),
        (None if entry.is_over(now) else entry.body, content(entry.message_id, "body")),
        (reason, recall_reason(entry.message_id, entry.sender_id, version)),
    )


def shown_subject(entry: InboxEntry, subject: str | None, now: datetime) -> str:
    """Return what a message is called: its subject, with "Re:" if it answers, or what became of it.

    The subject is gone with the first message of the thread, also for replies that go on.
    """
    if entry.is_subject_over(now):
        became = "was recalled" if entry.subject_recalled_at else "has ended"
        return f"Re: a message that {became}"
    if subject is None:
        return "Cannot be opened"
    is_answered = not entry.is_reply or subject.lower().startswith("re:")
    return subject if is_answered else f"Re: {subject}"


def heading_of(thread: list[Opened]) -> str:
    """Return what a thread is called, as long as anything of it is left."""
    if all(one.is_over for one in thread):
        return "This conversation has ended"
    return thread[0].subject
