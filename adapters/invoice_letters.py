"""The letters of an invoice: FiraGO, Noto Sans CJK for what it lacks, "?" for what both lack.

FiraGO 1.001 has Latin with Vietnamese, Greek, Cyrillic, Georgian, Hebrew, Arabic, Devanagari and
Thai; Noto Sans CJK 2.004 has Chinese, Japanese and Korean, in one weight and in the forms used in
Japan. Neither has Armenian, Ethiopic, the other scripts of India, or emoji. Both are under the SIL
Open Font License 1.1; a page carries only the letters that it shows.
"""

import logging
import re
import unicodedata
from importlib.resources import files
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

FIRST, SECOND = "firago", "notocjk"
UNKNOWN = "?"

SHAPELESS = frozenset({"Cc", "Cf", "Cs"})
"""Categories of Unicode that show nothing by themselves, or turn the text around them."""

JOINERS = "\u200c\u200d"
"""Shapeless, but names in Persian and Hindi are spelled with them."""

VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Choose between drawings of a letter; no font here has more than one."""


def tidy(text: str) -> str:
    """Return a text on one line, composed (NFC), without what shows nothing."""
    composed = unicodedata.normalize("NFC", VARIANTS.sub("", text))
    return " ".join("".join(letter for letter in composed if shows(letter)).split())


def shows(letter: str) -> bool:
    """Say whether a letter shows something or parts words, and leaves those around it alone."""
    known = letter.isspace() or letter in JOINERS
    return known or unicodedata.category(letter) not in SHAPELESS


class Letters:
    """The fonts of one page; `folder` must stay until the page is finished."""

    def __init__(self, page: FPDF, folder: Path) -> None:
        logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells the letters of names
        self._page = page
        for style, font in (("", FiraGO_Regular), ("B", FiraGO_Bold)):
            file = folder / f"firago{style}.ttf"
            file.write_bytes(font.fontbuffer)
            page.add_font(FIRST, style, file)
        page.set_text_shaping(use_shaping_engine=True)

    def printable(self, text: str) -> str:
        """Return a text with only such letters as some font has."""
        return "".join(letter if self._has(letter) else UNKNOWN for letter in tidy(text))

    def _has(self, letter: str) -> bool:
        return self._in_font(FIRST, letter) or self._in_second(letter)

    def _in_second(self, letter: str) -> bool:
        if SECOND not in self._page.fonts:  # 16 MB, and needed by few
            found = files("noto_cjk_sans_jp_regular") / "NotoSansCJKjp-Regular.otf"
            self._page.add_font(SECOND, "", str(found))
            self._page.set_fallback_fonts([SECOND], exact_match=False)
        return self._in_font(SECOND, letter)

    def _in_font(self, name: str, letter: str) -> bool:
        font = self._page.fonts[name]
        return isinstance(font, TTFFont) and ord(letter) in font.cmap
