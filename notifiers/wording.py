"""Words in a mail: dates as people write them, and the names of other people made harmless."""

import re
import unicodedata
from datetime import UTC, datetime

DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible characters that change the order in which the words around them are read."""

JOINTS = re.compile(r"(?<=\S)([.:/@\u3002\uff0e\uff61]+)(?=\S)")
"""What holds an address together: without it no mail program makes a link of the words."""


def day(moment: datetime) -> str:
    """Return a date as it is written in a letter."""
    return f"{moment:%B} {moment.day}, {moment.year}"


def month(year: int, number: int) -> str:
    """Return a month as it is written in a letter."""
    return f"{datetime(year, number, 1, tzinfo=UTC):%B %Y}"


def one_line(text: str) -> str:
    """Return a text as one line of what can be seen, as a header can carry it."""
    return " ".join("".join(letter if is_shown(letter) else " " for letter in text).split())


def is_shown(letter: str) -> bool:
    """Say whether a character belongs into a name."""
    return unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in DIRECTIONS


def no_link(text: str) -> str:
    """Return a name that no mail program takes for a link, whatever its owner hoped for."""
    return JOINTS.sub(r"\1 ", one_line(text))
