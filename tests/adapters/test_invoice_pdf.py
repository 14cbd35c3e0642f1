"""An invoice is one page that reads well, whatever people are called."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from adapters.invoice_letters import tidy
from adapters.invoice_pdf import PdfInvoicePrinter
from domain.billing import Price
from domain.invoice import Invoice, InvoicePrinter
from tests.domain.properties import tried

INVOICE = Invoice(
    invoice_id=UUID("5f3a9c21-0000-4000-8000-000000000000"),
    description="SecureMail, monthly plan, Nov 24, 2026 to Dec 24, 2026",
    price=Price(1000, "usd"),
    paid_at=datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC),
    refunded=0,
    buyer_name="Olivia Chen",
    practice_name="Maple Street Dental",
    beneficiary_name="Rosa Delgado",
)
LONG_WORD = "Wolfeschlegelsteinhausen" * 5


def pdf(invoice: Invoice) -> bytes:
    printer: InvoicePrinter = PdfInvoicePrinter()
    return printer.print(invoice)


def lines_of(content: bytes) -> list[str]:
    """Return the lines of all pages.

    pypdf reads a byte too many before each letter of Noto Sans CJK, whose table of codes lies in
    the file itself (ISO 32000-1, 9.7.5.3).
    """
    pages = PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\0", "").splitlines()


def text_of(content: bytes) -> str:
    """Return what the pages say, without spaces: how far letters stand apart is lost."""
    return without_spaces("".join(lines_of(content)))


def said(invoice: Invoice) -> str:
    return text_of(pdf(invoice))


def without_spaces(text: str) -> str:
    return "".join(text.split())


def test_it_says_what_was_bought_by_whom_for_whom_and_when() -> None:
    assert said(INVOICE) == without_spaces(
        "SecureMail Invoice Invoice number 2026-11-5F3A9C21 Date Nov 24, 2026"
        " Bought by Olivia Chen Practice Maple Street Dental For Rosa Delgado"
        " Amount Description"
        " $10.00 SecureMail, monthly plan, Nov 24, 2026 to Dec 24, 2026"
        " $10.00 Total paid"
        " Paid by card on Nov 24, 2026. Nothing is due."
    )


def test_who_buys_for_herself_outside_of_a_practice_reads_no_empty_lines() -> None:
    words = said(replace(INVOICE, practice_name=None, beneficiary_name=None))
    assert "BoughtbyOliviaChenAmount" in words


def test_a_refunded_one_says_so() -> None:
    assert "Refunded" not in said(INVOICE)
    words = said(replace(INVOICE, refunded=1000))
    assert "Refunded$10.00" in words
    assert "$0.00Totalaftertherefund" in words


def test_one_of_which_a_part_was_given_back_says_what_remains() -> None:
    words = said(replace(INVOICE, refunded=250))
    assert "Refunded$2.50" in words
    assert "$7.50Totalaftertherefund" in words


def test_it_is_one_page_of_us_letter() -> None:
    pages = PdfReader(BytesIO(pdf(INVOICE))).pages
    assert len(pages) == 1
    assert (float(pages[0].mediabox.width), float(pages[0].mediabox.height)) == (612, 792)


def test_the_file_says_about_itself_what_it_is_and_no_name() -> None:
    reader = PdfReader(BytesIO(pdf(INVOICE)))
    about = {key: value for key, value in (reader.metadata or {}).items() if key != "/Producer"}
    assert about == {
        "/Title": "Invoice 2026-11-5F3A9C21",
        "/Creator": "SecureMail",
        "/CreationDate": "D:20261124093015Z",
    }
    assert reader.xmp_metadata is None
    assert reader.root_object["/Lang"] == "en-US"
    assert reader.viewer_preferences is not None
    assert reader.viewer_preferences.display_doctitle


def test_the_same_invoice_gives_the_same_bytes() -> None:
    refunded = replace(INVOICE, buyer_name="王小明", refunded=1000)
    assert pdf(refunded) == pdf(refunded)
    assert pdf(refunded) != pdf(INVOICE)


def test_it_carries_only_the_letters_that_it_shows() -> None:
    assert len(pdf(INVOICE)) < 30_000
    assert len(pdf(replace(INVOICE, buyer_name="王小明"))) < 30_000


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Wójcik",
        "Şahin Ağaoğlu",
        "Ελένη Παπαδοπούλου",
        "Владимир Їжак",
        "Nguyễn Thị Hằng",
        "ნინო",
        "王小明",
        "田中さくら",
        "김민수",
        "สมชาย",
        "Anna 王 O\u2019Neill-Łoś",
    ],
)
def test_a_name_in_other_letters_prints(name: str) -> None:
    assert without_spaces(name) in said(replace(INVOICE, buyer_name=name))


@pytest.mark.parametrize("name", ["שלום כהן", "محمد علی", "नरेन्द्र"])
def test_a_name_whose_letters_join_or_run_leftwards_prints_as_it_is_read(name: str) -> None:
    assert without_spaces(name) in said(replace(INVOICE, buyer_name=name))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rosa \U0001f600", "Rosa ?"),
        ("\u0531\u0576\u0576\u0561", "????"),
        ("Rosa\ue000", "Rosa?"),
        ("Rosa\ud800", "Rosa"),
        ("Rosa\x00\x1b", "Rosa"),
        ("Rosa\r\nDelgado", "Rosa Delgado"),
        ("Rosa\u202eodagleD\u202c", "RosaodagleD"),
        ("u\u0308ber", "\u00fcber"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_a_letter_that_no_font_has_is_shown_as_a_question_mark(name: str, shown: str) -> None:
    page = said(replace(INVOICE, buyer_name=name))
    assert f"Boughtby{without_spaces(shown)}Practice" in page


@pytest.mark.parametrize(
    "name",
    ["W" * 120, "Maria de los Angeles " * 10, f"{LONG_WORD} 王", "王" * 120],
)
def test_a_very_long_name_is_wrapped_and_whole_and_stays_on_the_page(name: str) -> None:
    crowded = replace(INVOICE, buyer_name=name, practice_name=name, beneficiary_name=name)
    content = pdf(crowded)
    assert len(PdfReader(BytesIO(content)).pages) == 1
    assert text_of(content).count(without_spaces(name)) == 3
    assert max(map(len, lines_of(content))) < 90


@settings(tried, max_examples=3)
@given(name=st.text(max_size=60))
@example(name="")
@example(name=" ")
@example(name="%%EOF) endobj (\\")
@example(name="**bold** __under__ {nb}")
@example(name="\u0e31\u0301\u200d")
@example(name="שלום abc محمد 123")
def test_no_name_breaks_the_page(name: str) -> None:
    page = pdf(replace(INVOICE, buyer_name=name, description=name))
    assert "Nothingisdue." in text_of(page)


@settings(tried)
@given(text=st.text())
@example(text="Rosa \0 Delgado")
def test_what_is_tidied_stays_so(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_nothing_of_a_name_goes_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        pdf(replace(INVOICE, buyer_name="Łukasz"))
    assert {record.name for record in caplog.records} <= {"fpdf.output"}
    assert not [letter for letter in ("Łukasz", "Ł", "Lslash") if letter in caplog.text]
