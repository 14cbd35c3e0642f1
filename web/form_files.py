"""Files that come with a plain form: sealed while the form is read, and never kept in clear.

A page without scripts sends its files inside the form. They arrive before anybody knows whether
the form is genuine, so they wait in a form of their own until the view takes them over; what no
view takes is removed when the request ends.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from io import RawIOBase
from typing import IO, Any, cast
from uuid import UUID

from flask import Flask, Request, g, request

from domain.refusal import Refusal
from domain.uploads import Receiving
from web.access import account_of, person
from web.file_words import FILE_REFUSED, words_for
from web.portal import portal

LARGEST_FORM = 4 * 1024 * 1024
"""Bytes of a form without its files; a text that is too long is refused at its field."""

OTHER_PARTS = 20
"""Parts of a form that are no files, with room for a file too many."""

FORMS_WITH_FILES = ("composing.send", "messages.reply")
UPLOADS = ("uploads.go_on",)


@dataclass
class Arrivals:
    """The files of one request: which began, which of these are whole, and why others are not."""

    form_id: UUID
    begun: list[UUID] = field(default_factory=list)
    whole: list[UUID] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def taken_over(self) -> list[UUID]:
        """Return what is whole; it is the view's now."""
        taken, self.whole = self.whole, []
        self.begun = [one for one in self.begun if one not in taken]
        return taken


class ArrivingFile(RawIOBase):
    """Where the form's parser writes one file; what is refused is read to its end and dropped."""

    def __init__(self, arrivals: Arrivals | None, name: str, at_most: int) -> None:
        super().__init__()
        self._arrivals = arrivals if name else None
        self._name = name
        self._at_most = at_most
        self._stack = ExitStack()
        self._receiving: Receiving | None = None

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever the parser has
        """Seal bytes of the file; the first ones begin it."""
        if self._arrivals is not None:
            try:
                self._begun(self._arrivals).write(bytes(data))
            except FILE_REFUSED as refusal:
                self._dropped(self._arrivals, refusal)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Note that the file is complete: its parser rewinds it then."""
        del offset, whence
        if self._arrivals is not None:
            try:
                self._stack.close()
                self._arrivals.whole.append(self._arrivals.begun[-1])
            except FILE_REFUSED as refusal:
                self._dropped(self._arrivals, refusal)
            self._arrivals = None
        return 0

    def close(self) -> None:
        """Break off what is not complete."""
        if self._arrivals is not None:
            broken = EOFError("the form ended in the middle of a file")
            self._stack.__exit__(EOFError, broken, None)
            self._arrivals = None
        super().close()

    def _begun(self, arrivals: Arrivals) -> Receiving:
        if self._receiving is None:
            me, attachment_id = person(), portal().new_id()
            portal().uploads.begin(
                attachment_id,
                owner_id=me.user_id,
                account_id=account_of(me),
                form_id=arrivals.form_id,
                name=self._name,
                length=None,
                at_most=self._at_most,
                at=portal().clock(),
            )
            arrivals.begun.append(attachment_id)
            self._receiving = self._stack.enter_context(
                portal().uploads.receiving(attachment_id, owner_id=me.user_id, offset=0)
            )
        return self._receiving

    def _dropped(self, arrivals: Arrivals, refusal: Refusal) -> None:
        """Remember why, and drop what follows."""
        arrivals.problems.append(words_for(refusal))
        self._arrivals = None
        self._stack.__exit__(type(refusal), refusal, refusal.__traceback__)


class PortalRequest(Request):
    """A request whose files are sealed as they come."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Return where a file of the form goes (Werkzeug's own hook for that)."""
        del content_type, content_length  # what a part says of itself is anybody's word
        most = portal().attaching.limits.file
        file = ArrivingFile(arrivals(), filename or "", min(total_content_length or most, most))
        g.setdefault("arriving", []).append(file)
        return cast("IO[bytes]", file)


def arrivals() -> Arrivals | None:
    """Return the files of this request; None where none may come, or nobody is signed in."""
    return cast("Arrivals | None", g.get("arrivals"))


def expect() -> None:
    """Make room for files where they may come, before anybody looks at the form."""
    if g.get("person") is None:
        return
    limits = portal().attaching.limits
    if request.endpoint in UPLOADS:
        request.max_content_length = limits.file
    elif request.endpoint in FORMS_WITH_FILES and request.mimetype == "multipart/form-data":
        request.max_content_length = limits.message + LARGEST_FORM
        request.max_form_parts = limits.count + OTHER_PARTS
        g.arrivals = Arrivals(portal().new_id())


def clear_away(_: BaseException | None) -> None:
    """Break off what is not complete, and remove what no view took."""
    for file in g.pop("arriving", []):
        file.close()
    left = arrivals()
    for attachment_id in left.begun if left else ():
        remove_quietly(attachment_id)


def remove_quietly(attachment_id: UUID) -> None:
    """Remove a file; one that was refused is removed already."""
    try:
        portal().uploads.remove(attachment_id, owner_id=person().user_id, at=portal().clock())
    except Refusal:
        return


def install(app: Flask) -> None:
    """Expect files in every request that may bring some."""
    app.request_class = PortalRequest
    app.before_request(expect)
    app.teardown_request(clear_away)
