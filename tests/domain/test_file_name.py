"""Names are made harmless, and end as their files are."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.file_kind import FileKind
from domain.file_name import LONGEST_NAME, tidy
from tests.domain.properties import tried

kinds = st.sampled_from(FileKind)
nasty = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("./\\: \t\n\0\u202e\u2066\u200b\ufeff\u00ad\u0301\ud800aecnousxprjlt1"),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("name", "kind", "tidied"),
    [
        ("report.pdf", FileKind.PDF, "report.pdf"),
        ("Report.PDF", FileKind.PDF, "Report.PDF"),
        ("scan.jpg", FileKind.PNG, "scan.jpg.png"),
        ("scan.jpeg", FileKind.JPEG, "scan.jpeg"),
        ("scan.tif", FileKind.TIFF, "scan.tif"),
        ("scan", FileKind.TIFF, "scan.tif"),
        ("IM000001", FileKind.DICOM, "IM000001"),
        ("1.2.840.10008.1", FileKind.DICOM, "1.2.840.10008.1"),
        ("jaw.dcm", FileKind.DICOM, "jaw.dcm"),
        ("jaw.exe", FileKind.DICOM, "jaw.exe.dcm"),
        ("letter.docx", FileKind.WORD, "letter.docx"),
        ("letter.doc", FileKind.WORD, "letter.doc.docx"),
        ("letter.docx", FileKind.ZIP, "letter.docx.zip"),
    ],
)
def test_the_ending_fits_the_kind(name: str, kind: FileKind, tidied: str) -> None:
    assert tidy(name, kind) == tidied


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("", "file.pdf"),
        (" . . ", "file.pdf"),
        ("\u202e\u200b", "file.pdf"),
        ("a\0b\x1b[31m\x7f.pdf", "ab[31m.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("\u2067a\u2069\u200f.pdf", "a.pdf"),
        ("a\u200b\u200d\ufeff\u00adb\u3164\ufe0f.pdf", "ab.pdf"),
        ("a\nb\u2028c\u3000d.pdf", "a b c d.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("report.pdf/", "report.pdf"),
        ("a:b*c?.pdf", "a-b-c-.pdf"),
        ('<"a|b">.pdf', "--a-b--.pdf"),
        ("pdf", "pdf.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("...hidden.pdf", "hidden.pdf"),
        ("report.pdf. .", "report.pdf"),
        ("report .pdf", "report.pdf"),
        ("con.pdf", "_con.pdf"),
        ("COM1", "_COM1.pdf"),
        ("nul .tar.pdf", "_nul .tar.pdf"),
        ("lpt\u00b9.pdf", "_lpt\u00b9.pdf"),
        ("console.pdf", "console.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("\u212ain.pdf", "Kin.pdf"),
        ("half \ud83d.pdf", "half.pdf"),
        ("Zahnb\u00fcrste \u6b6f \U0001f9b7.pdf", "Zahnb\u00fcrste \u6b6f \U0001f9b7.pdf"),
    ],
)
def test_a_name_is_made_harmless(name: str, tidied: str) -> None:
    assert tidy(name, FileKind.PDF) == tidied


def test_a_long_name_keeps_its_ending() -> None:
    assert tidy("a" * 1000 + ".pdf", FileKind.PDF) == "a" * 146 + ".pdf"
    assert tidy("a" * 1000, FileKind.WORD) == "a" * 145 + ".docx"
    assert tidy("1" * 1000, FileKind.DICOM) == "1" * 150


def test_a_long_name_is_not_cut_between_a_letter_and_its_accent() -> None:
    name = "a" * 145 + "q\u0301\u0323" + "a" * 20 + ".pdf"
    assert tidy(name, FileKind.PDF) == "a" * 145 + ".pdf"


def test_a_name_of_nothing_but_accents_is_cut_all_the_same() -> None:
    assert len(tidy("\u0301" * 1000, FileKind.PDF)) == LONGEST_NAME


@tried
@given(name=nasty, kind=kinds)
@example(name="\u0301" * 300, kind=FileKind.PDF)
def test_any_name_becomes_a_name_on_every_system(name: str, kind: FileKind) -> None:
    tidied = tidy(name, kind)
    assert 0 < len(tidied) <= LONGEST_NAME
    assert not re.search(r'[/\\:*?"<>|]', tidied)
    assert {unicodedata.category(letter) for letter in tidied}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    assert unicodedata.is_normalized("NFC", tidied)
    assert tidied == tidied.strip(" .")
    assert not re.match(r"(?:con|prn|aux|nul|com\d|lpt\d)\s*(?:\.|\Z)", tidied, re.IGNORECASE)


@tried
@given(name=nasty, kind=kinds)
def test_any_name_ends_as_its_kind_does(name: str, kind: FileKind) -> None:
    stem, _, ending = tidy(name, kind).rpartition(".")
    fits = bool(stem) and ending.lower() in kind.endings
    has_none = not re.search(r"[^\W\d_]", ending if stem else "")
    assert fits or not kind.endings or (kind is FileKind.DICOM and has_none)


@tried
@given(name=nasty, kind=kinds)
@example(name="a. .pdf.", kind=FileKind.PDF)
def test_tidying_twice_changes_nothing(name: str, kind: FileKind) -> None:
    tidied = tidy(name, kind)
    assert tidy(tidied, kind) == tidied
