"""How the name of an attached file is made harmless and true to what the file is.

Invariants:
- a tidy name is a name on every system: one line of visible characters, without folders, devices
  or hidden beginnings, and of at most LONGEST_NAME characters;
- its ending is one of its kind's, so that it opens in a program for that kind and in no other;
- tidying a tidy name changes nothing.
"""

import re
import unicodedata

from domain.file_kind import FileKind

LONGEST_NAME = 150
"""Characters (code points), the ending included."""

NAMELESS = "file"

INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, marks of direction and of no width, halves of characters, unassigned, line ends."""

INVISIBLE_LETTERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
"""Letters and marks that Unicode counts as visible, and that show as nothing."""

FORBIDDEN = re.compile(r'[:*?"<>|]')
"""What Windows has in no name; `/` and `\\` part folders."""

DEVICES = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])",
    re.IGNORECASE,
)
"""Names that Windows takes for devices, whatever their ending (Microsoft, "Naming Files")."""


def tidy(name: str, kind: FileKind) -> str:
    """Return a harmless name for a file of that kind, as like the given one as possible.

    Folders before the name are dropped; an ending that does not fit the kind stays, with one that
    does behind it: `scan.jpg` that is a PNG becomes `scan.jpg.png`. Never empty, never raises.
    """
    stem, ending = parted(visible(name), kind)
    stem = stem.strip(" .") or NAMELESS
    if DEVICES.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    return shortened(stem, LONGEST_NAME - len(ending)) + ending


def visible(name: str) -> str:
    """Return the last part of a path in composed form (NFC), without what nobody sees."""
    shown = "".join(visibly(letter) for letter in INVISIBLE_LETTERS.sub("", name))
    composed = unicodedata.normalize("NFC", shown)
    parts = [part for part in re.split(r"[/\\]", composed) if part.strip(" .")]
    return " ".join(FORBIDDEN.sub("-", parts[-1]).split()) if parts else ""


def visibly(letter: str) -> str:
    """Return a character, a plain blank for any blank, or nothing."""
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) in INVISIBLE_CATEGORIES else letter


def parted(name: str, kind: FileKind) -> tuple[str, str]:
    """Return a name's stem, and the ending (with its dot) that it has or else is given."""
    name = name.strip(" .")
    stem, _, ending = name.rpartition(".")
    if stem and ending.lower() in kind.endings:
        return stem, f".{ending}"
    if kind is FileKind.DICOM and not re.search(r"[^\W\d_]", ending if stem else ""):
        return name, ""  # scanners write names such as IM000001 and 1.2.840.10008
    return name, f".{kind.extension}" if kind.endings else ""


def shortened(stem: str, most: int) -> str:
    """Return at most so many characters, not ending between a letter and its accents."""
    if len(stem) <= most:
        return stem
    end = most
    while end and unicodedata.category(stem[end]) in ("Mn", "Mc", "Me", "Sk"):
        end -= 1
    return stem[: end or most].rstrip(" .")
