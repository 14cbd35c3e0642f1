"""A mail as a letter in the form of RFC 5322, in short ASCII lines that any mail server carries.

Text and HTML are alternatives (RFC 2046); the pictures of the HTML lie beside it (RFC 2387) and are
named by their Content-ID (RFC 2392). A letter says that no person wrote it (RFC 3834), so that no
out-of-office answer comes back, and how mails of its kind are stopped (RFC 8058).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

from adapters.stop_link import stop_headers
from notifiers.mailer import Mail, Picture

LONGEST_LINE = 78  # RFC 5322, 2.1.1

# The header lines below are final; the standard library's own folding breaks unusual names.
LINES = policy.SMTP.clone(refold_source="none")

# One mailbox as people have them, with no room for a second one, a comment or a command.
_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+""")
_PLAIN = re.compile(r"[A-Za-z0-9 .,:'!?-]{1,60}")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the name and the address in the letter, and where answers go, if elsewhere."""

    name: str
    address: str
    reply_to: str | None = None

    @property
    def domain(self) -> str:
        """Return what stands behind the @."""
        return self.address.partition("@")[2]


def letter_of(mail: Mail, sender: Sender, *, mark: str, written_at: datetime) -> EmailMessage:
    """Write a mail; the same notice always has the same `mark`, and so the same Message-ID.

    Raises UnicodeError if it has half a character.
    """
    lines = (
        f"From: {_mailbox('From', sender.name, sender.address)}",
        f"To: {_mailbox('To', mail.to_name, mail.to_address)}",
        *([f"Reply-To: <{sender.reply_to}>"] if sender.reply_to else ()),
        f"Subject: {_words('Subject', _one_line(mail.subject))}",
        f"Date: {format_datetime(written_at)}",
        f"Message-ID: <{mark}@{sender.domain}>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        *(_folded(name, value) for name, value in stop_headers(mail.stop_link).items()),
    )
    letter = message_from_string("\r\n".join((*lines, "", "")), policy=LINES)
    letter.set_content(mail.text, cte="quoted-printable")
    letter.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for picture in mail.pictures:
        _enclose(letter, picture)
    return letter


def is_address(text: str) -> bool:
    """Say whether a text is exactly one address."""
    return text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _enclose(letter: EmailMessage, picture: Picture) -> None:
    kind, _, form = picture.media_type.partition("/")
    *_, shown = letter.iter_parts()
    shown.add_related(picture.content, kind, form, cid=f"<{picture.content_id}>")


def _folded(name: str, value: str) -> str:
    line = f"{name}: {value}"
    return line if len(line) <= LONGEST_LINE else f"{name}:\r\n {value}"


def _mailbox(header: str, name: str, address: str) -> str:
    words = _words(header, _one_line(name))
    quoted = f'"{words}"' if _PLAIN.fullmatch(words) else words
    return f"{quoted}\r\n <{address}>" if words else f"<{address}>"


def _words(header: str, text: str) -> str:
    """Return the text for a header: as it is if it is plain, or as encoded words (RFC 2047)."""
    if not text or _PLAIN.fullmatch(text):
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    """Return the text without line breaks, control characters and broken halves of characters."""
    unprintable = {"Cc", "Cs", "Zl", "Zp"}
    return " ".join(
        "".join(" " if unicodedata.category(sign) in unprintable else sign for sign in text).split()
    )
