"""Where files arrive from the page's script, by tus 1.0, so that an upload can be resumed.

Implements the core protocol and its extensions creation, termination and checksum
(https://tus.io/protocols/resumable-upload, version 1.0.0). An upload belongs to who began it, and
to the form in which the file was chosen.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.exceptions import HTTPException

from domain.refusal import Refusal
from domain.uploads import Receiving, Upload, UploadIsElsewhere
from web.access import Permission, account_of, person, requires
from web.file_words import WORDS, words_for
from web.portal import portal
from web.transfers import coming

uploads = Blueprint("uploads", __name__)

VERSION = "1.0.0"
BODY = "application/offset+octet-stream"
CHECKSUMS = ("sha1", "sha256")
CHECKSUM_MISMATCH = 460
"""The protocol's own status."""

PIECE = 256 * 1024
"""Bytes that are taken from a connection at a time."""


class ChecksumDiffers(Exception):
    """What came is not what was announced; none of it is kept."""


@uploads.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@requires(Permission.SIGNED_IN)
def tell() -> Response:
    """Tell a client what this server can do."""
    return answer(
        HTTPStatus.NO_CONTENT,
        **{
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,termination,checksum",
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            "Tus-Max-Size": str(portal().attaching.limits.file),
        },
    )


@uploads.post("/uploads")
@requires(Permission.SIGNED_IN)
def begin() -> Response:
    """Make room for a file of a form; its metadata are `filename` and `form`."""
    length, told = whole_number("Upload-Length"), metadata()
    me = person()
    upload = portal().uploads.begin(
        portal().new_id(),
        owner_id=me.user_id,
        account_id=account_of(me),
        form_id=form_of(told),
        name=told.get("filename", b"").decode("utf-8", "replace"),
        length=length,
        at_most=length,
        at=portal().clock(),
    )
    where = url_for(".go_on", attachment_id=upload.attachment_id)
    return answer(HTTPStatus.CREATED, Location=where, **{"Upload-Offset": "0"})


@uploads.route("/uploads/<uuid:attachment_id>", methods=["HEAD"])
@requires(Permission.SIGNED_IN)
def look(attachment_id: UUID) -> Response:
    """Say how much has arrived."""
    return answer(HTTPStatus.OK, **progress_of(mine(attachment_id)))


@uploads.patch("/uploads/<uuid:attachment_id>")
@requires(Permission.SIGNED_IN)
def go_on(attachment_id: UUID) -> Response:
    """Take more bytes of a file; the last ones make it whole."""
    if request.mimetype != BODY:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    offset, checksum = whole_number("Upload-Offset"), announced_checksum()
    with (
        coming(person().user_id),
        portal().uploads.receiving(
            attachment_id,
            owner_id=person().user_id,
            offset=offset,
            is_noted_at_once=checksum is None,
        ) as receiving,
    ):
        take(receiving, checksum)
    return answer(HTTPStatus.NO_CONTENT, **progress_of(mine(attachment_id)))


@uploads.delete("/uploads/<uuid:attachment_id>")
@requires(Permission.SIGNED_IN)
def end(attachment_id: UUID) -> Response:
    """Remove a file from its form."""
    portal().uploads.remove(attachment_id, owner_id=person().user_id, at=portal().clock())
    return answer(HTTPStatus.NO_CONTENT)


@uploads.before_request
def require_version() -> Response | None:
    """Refuse other versions of the protocol."""
    if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION:
        return None
    return answer(HTTPStatus.PRECONDITION_FAILED, **{"Tus-Version": VERSION})


@uploads.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Say why, in words for the person who chose the file."""
    if type(refusal) not in WORDS:
        raise refusal
    told = answer(WORDS[type(refusal)][0], text=words_for(refusal))
    if isinstance(refusal, UploadIsElsewhere):
        told.headers["Upload-Offset"] = str(refusal.received)
    return told


@uploads.errorhandler(HTTPException)
def misunderstood(error: HTTPException) -> Response:
    """Answer a client that does not keep to the protocol."""
    return answer(error.code or HTTPStatus.BAD_REQUEST)


@uploads.errorhandler(ChecksumDiffers)
def damaged_on_its_way(_: ChecksumDiffers) -> Response:
    """Ask for the same bytes again."""
    return answer(CHECKSUM_MISMATCH, text="A part of this file was damaged on its way.")


def take(receiving: Receiving, checksum: tuple[str, bytes] | None) -> None:
    """Take the body of the request. Raises ChecksumDiffers."""
    if checksum is None:
        for piece in body():
            receiving.write(piece)
        return
    seen = hashlib.new(checksum[0], usedforsecurity=False)
    for piece in body():
        seen.update(piece)
        receiving.write(piece)
    if not hmac.compare_digest(seen.digest(), checksum[1]):
        raise ChecksumDiffers


def body() -> Iterator[bytes]:
    """Return the body piece by piece."""
    while piece := request.stream.read(PIECE):
        yield piece


def mine(attachment_id: UUID) -> Upload:
    """Return an upload of who is signed in."""
    return portal().uploads.find(attachment_id, owner_id=person().user_id)


def progress_of(upload: Upload) -> dict[str, str]:
    """Return how far an upload is, as headers."""
    return {"Upload-Offset": str(upload.received), "Upload-Length": str(upload.length or "")}


def whole_number(header: str) -> int:
    """Return the number of a header, or answer that it is missing."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:  # noqa: PLR2004 - below 2**63
        abort(HTTPStatus.BAD_REQUEST)
    return int(text)


def announced_checksum() -> tuple[str, bytes] | None:
    """Return algorithm and digest that the body is said to have, None if nothing is said."""
    told = request.headers.get("Upload-Checksum")
    if told is None:
        return None
    algorithm, _, digest = told.partition(" ")
    if algorithm not in CHECKSUMS or not digest:
        abort(HTTPStatus.BAD_REQUEST)
    return algorithm, from_base64(digest)


def metadata() -> dict[str, bytes]:
    """Return what a client says of a file: pairs of a key and a value in base64."""
    pairs = [one.split(" ") for one in request.headers.get("Upload-Metadata", "").split(",")]
    return {pair[0].strip(): from_base64(pair[-1]) for pair in pairs if len(pair) == 2}  # noqa: PLR2004


def form_of(told: dict[str, bytes]) -> UUID:
    """Return the form in which a file was chosen, or answer that it is missing."""
    try:
        return UUID(told["form"].decode())
    except (KeyError, ValueError):
        abort(HTTPStatus.BAD_REQUEST)


def from_base64(text: str) -> bytes:
    """Return bytes, or answer that they cannot be read."""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        abort(HTTPStatus.BAD_REQUEST)


def answer(status: int, *, text: str = "", **headers: str) -> Response:
    """Return an answer in terms of the protocol."""
    told = {"Tus-Resumable": VERSION, "Content-Type": "text/plain; charset=utf-8"}
    return Response(text, status, {**told, **headers})
