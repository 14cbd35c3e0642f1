"""The files of messages: shown in a thread, and downloaded, each download recorded."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.http import dump_options_header

from domain.attachment import AttachmentIsDamaged, NoSuchAttachment, SealedFile, file_name
from domain.file_kind import FileKind
from domain.ports import SealIsBroken
from domain.uploads import OpenFile
from projections.inbox import AttachedFile
from web.access import Permission, person, requires
from web.portal import portal
from web.transfers import going

downloads = Blueprint("downloads", __name__)

KINDS = {str(kind): kind for kind in FileKind}

MOST_PICTURES = 40
"""Of the newest files of a thread: a page holds its pictures itself, and threads have no end."""

LOOKED_AT_EVERY = timedelta(seconds=1)

NEVER_SHOWN = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "bytes",
}
"""A download is kept, never shown in our origin (OWASP ASVS 5.0, 3.2.1)."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a message with its name and small picture opened; the picture as a data URL."""

    file: AttachedFile
    name: str
    kind: FileKind
    preview: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Which bytes of a file are asked for, from the first to the one after the last."""

    start: int
    stop: int
    status: HTTPStatus

    @property
    def is_there(self) -> bool:
        """Say whether the file has these bytes."""
        return self.status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


def shown_files(message_ids: Iterable[UUID]) -> dict[UUID, list[ShownFile]]:
    """Return the files of messages that who is signed in may look at, by message."""
    found = portal().inbox.files_of(message_ids, reader_id=person().user_id)
    files = [file for some in found.values() for file in some]
    if not files:
        return {}
    names = dict(zip((one.attachment_id for one in files), names_of(files), strict=True))
    previews = portal().files.previews([one.attachment_id for one in files[-MOST_PICTURES:]])
    return {
        message_id: [
            ShownFile(
                file=one,
                name=names[one.attachment_id],
                kind=KINDS[one.kind],
                preview=as_data_url(previews.get(one.attachment_id)),
            )
            for one in some
        ]
        for message_id, some in found.items()
    }


@downloads.get("/attachments/<uuid:attachment_id>")
@requires(Permission.SIGNED_IN)
def download(attachment_id: UUID) -> Response:
    """Hand out a file, or a part of it, to the two ends of its message."""
    me, now = person().user_id, portal().clock()
    file = portal().inbox.file(attachment_id, reader_id=me)
    if file is None:
        raise NoSuchAttachment
    portal().attaching.require_open(attachment_id, by=me, at=now)
    part = asked_part(file)
    with going(me) as place:
        opened = undamaged(file)
        if part.is_there and request.method != "HEAD":
            portal().attaching.download(attachment_id, by=me, at=now)
        pieces = as_long_as_open(opened.stream(part.start, part.stop), attachment_id, me)
        return handed_out(file, part, place.carrying(pieces))


def as_long_as_open(pieces: Iterator[bytes], attachment_id: UUID, reader: UUID) -> Iterator[bytes]:
    """Hand out pieces until the message is over: a slow download does not outlive it.

    It is looked at once in so many seconds by the portal's clock. Raises MessageHasEnded, which
    breaks the answer off, so that nobody takes the part for the whole.
    """
    clock, require_open = portal().clock, portal().attaching.require_open
    looked_at = clock()

    def looked() -> Iterator[bytes]:
        nonlocal looked_at
        for piece in pieces:
            if clock() - looked_at >= LOOKED_AT_EVERY:
                looked_at = clock()
                require_open(attachment_id, by=reader, at=looked_at)
            yield piece

    return looked()


def undamaged(file: AttachedFile) -> OpenFile:
    """Look through a file; damage is recorded before anybody is told.

    What was destroyed while we looked is not damaged: its message has ended.
    """
    try:
        return portal().files.opened(
            SealedFile(file.attachment_id, file.name, file.length, file.kind, file.digest)
        )
    except (AttachmentIsDamaged, SealIsBroken) as problem:
        me, now = person().user_id, portal().clock()
        portal().attaching.require_open(file.attachment_id, by=me, at=now)
        if isinstance(problem, AttachmentIsDamaged):
            portal().attaching.report_damage(file.attachment_id, by=me, at=now)
        raise


def handed_out(file: AttachedFile, part: Part, pieces: Iterable[bytes]) -> Response:
    """Return the answer with the bytes that were asked for (RFC 9110, section 14)."""
    headers = {
        **NEVER_SHOWN,
        "Content-Type": KINDS[file.kind].media_type,
        "Content-Length": str(part.stop - part.start),
        "ETag": etag_of(file),
    }
    if not part.is_there:
        headers["Content-Range"] = f"bytes */{file.length}"
    if part.status == HTTPStatus.PARTIAL_CONTENT:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.length}"
    if part.is_there:
        headers["Content-Disposition"] = kept_as(names_of([file])[0])
    return Response(pieces, part.status, headers)


def kept_as(name: str) -> str:
    """Return the header by which a browser keeps a file under its name (RFC 6266, RFC 8187)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .-]", "-", plain)  # wide forms of slashes and quotes became narrow ones
    names = {"filename": plain or "file", "filename*": f"UTF-8''{quote(name, safe='')}"}
    return dump_options_header("attachment", names)


def asked_part(file: AttachedFile) -> Part:
    """Return what the request asks for."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) > 1 or not same(etag_of(file)):
        return Part(0, file.length, HTTPStatus.OK)
    found = asked.range_for_length(file.length)
    if found is None:
        return Part(0, 0, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return Part(*found, HTTPStatus.PARTIAL_CONTENT)


def etag_of(file: AttachedFile) -> str:
    """Return what stands for exactly this file."""
    return f'"{file.digest[:32]}"'


def same(etag: str) -> bool:
    """Say whether a part goes on what the client has of this very file."""
    condition = request.headers.get("If-Range")
    return condition is None or condition == etag


def names_of(files: list[AttachedFile]) -> list[str]:
    """Open the names of files."""
    found = portal().vault.open_all([(one.name, file_name(one.attachment_id)) for one in files])
    return [name or "file" for name in found]


def as_data_url(preview: bytes | None) -> str | None:
    """Return a small picture as it stands in a page: it needs no address of its own."""
    return f"data:image/jpeg;base64,{b64encode(preview).decode()}" if preview else None
