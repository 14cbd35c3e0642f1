"""What makes a password good enough: length, and not being easy to guess. Nothing else.

NIST SP 800-63B-4, section 3.1.1: at least 15 characters when it is the only factor, no classes of
characters, no expiry, compared with what is common and with its context.
"""

import unicodedata
from datetime import timedelta

from domain.ports import Passwords
from domain.refusal import Refusal

SHORTEST = 15
LONGEST = 256

RESET_PAUSE = timedelta(minutes=1)
"""How soon after a request for a link another one is heard."""

LINK_LASTS = timedelta(hours=72)
"""How long the link of a final mail or of a password reset can be used."""


class PasswordIsUnusable(Refusal):
    """The password is not accepted; `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__("password refused")
        self.reason = reason


def one_form(password: str) -> str:
    """Return the form in which a password is compared (Unicode NFC)."""
    return unicodedata.normalize("NFC", password)


def is_too_long(password: str) -> bool:
    """Say whether a password is longer than any that is accepted.

    What is far too long is not even brought into one form: that takes time that grows with the
    square of the length.
    """
    return len(password) > 4 * LONGEST or len(one_form(password)) > LONGEST


def require_good(password: str, passwords: Passwords, context: list[str]) -> None:
    """Raise PasswordIsUnusable unless the password is long enough and hard to guess."""
    if is_too_long(password):
        raise PasswordIsUnusable(f"Use at most {LONGEST} characters.")
    if len(one_form(password)) < SHORTEST:
        raise PasswordIsUnusable(f"Use at least {SHORTEST} characters. Several words are fine.")
    weakness = passwords.weakness(password, context)
    if weakness:
        raise PasswordIsUnusable(weakness)
