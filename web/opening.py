"""Messages as the pages show them: opened for this one request, or as what is left of them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain.message import recall_reason
from domain.ports import Place, Sealed, content, sealed_in_version
from projections.inbox import InboxEntry
from web.downloads import ShownFile, shown_files
from web.people import Face, faces
from web.portal import portal


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a list, opened; what is over shows no subject."""

    entry: InboxEntry
    other: Face | None
    subject: str | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One message of a thread, opened; what is over shows neither subject nor body, but why."""

    entry: InboxEntry
    sender: Face | None
    recipient: Face | None
    subject: str | None
    body: str | None
    is_over: bool
    recall_reason: str | None
    files: list[ShownFile]


def opened_thread(entries: list[InboxEntry]) -> list[Opened]:
    """Open a thread, oldest first."""
    people = faces({one for entry in entries for one in (entry.sender_id, entry.recipient_id)})
    now = portal().clock()
    files = shown_files(entry.message_id for entry in entries if not entry.is_over(now))
    texts = opened([value for entry in entries for value in sealed_texts(entry)])
    return [
        Opened(
            entry=entry,
            sender=people.get(entry.sender_id),
            recipient=people.get(entry.recipient_id),
            subject=None if entry.is_over(now) else subject,
            body=None if entry.is_over(now) else body,
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
    subjects = opened([sealed_texts(entry)[0] for entry in entries])
    return [
        Line(
            entry=entry,
            other=people.get(other(entry)),
            subject=None if entry.is_over(now) else subject,
            is_over=entry.is_over(now),
        )
        for entry, subject in zip(entries, subjects, strict=True)
    ]


def opened(values: list[tuple[Sealed | None, Place]]) -> list[str | None]:
    """Open what is there, with one look at the keys; nothing for what is not."""
    found = iter(portal().vault.open_all([(one, place) for one, place in values if one]))
    return [next(found) if one else None for one, _ in values]


def sealed_texts(entry: InboxEntry) -> tuple[tuple[Sealed | None, Place], ...]:
    """Return subject, body and reason for a recall, each with its place."""
    reason = entry.recall_reason
    version = sealed_in_version(reason) if reason else 0
    return (
        (entry.subject, content(entry.message_id, "subject")),
        (entry.body, content(entry.message_id, "body")),
        (reason, recall_reason(entry.message_id, entry.sender_id, version)),
    )
