"""What the sandbox shows of notices: samples of them, and the texts and calls that left."""

from collections.abc import Sequence
from typing import Protocol


class TextEntry(Protocol):
    """One text or call of the local outbox; `at` is ISO 8601 in UTC, `to` a number in E.164."""

    @property
    def kind(self) -> str:
        """Return "text" or "call"."""

    @property
    def to(self) -> str:
        """Return the number."""

    @property
    def words(self) -> str:
        """Return what was written, or would have been read aloud."""

    @property
    def at(self) -> str:
        """Return when it left."""


class TextOutbox(Protocol):
    """The texts and calls that left, in sandbox mode."""

    def texts(self) -> Sequence[TextEntry]:
        """Return them, newest first."""


class Exhibit(Protocol):
    """One sample of a notice; what it does not come as is empty."""

    @property
    def name(self) -> str:
        """Return its name in an address."""

    @property
    def title(self) -> str:
        """Return what it is about."""

    @property
    def subject(self) -> str:
        """Return the subject of the mail."""

    @property
    def text(self) -> str:
        """Return the mail as plain text."""

    @property
    def html(self) -> str:
        """Return the mail in HTML."""

    @property
    def words(self) -> str:
        """Return the text message, or what a call says."""


class Gallery(Protocol):
    """Samples of all notices, about invented people."""

    def exhibits(self) -> Sequence[Exhibit]:
        """Return them, in the order in which people come across them."""
