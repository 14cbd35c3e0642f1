"""What makes a password good enough."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.password import PasswordIsUnusable, one_form, require_good
from tests.domain.properties import tried
from tests.doubles.credentials import MemoryLinks, MemoryPasswords

TOO_SHORT = "Use at least 15 characters. Several words are fine."
TOO_LONG = "Use at most 256 characters."
MADE_OF_CONTEXT = "Do not build it from your name, your address or your practice."
TOO_EASY = "This password is too easy to guess."

LETTERS = "quiet lantern orbit fig "
COMPOSED = "\N{LATIN SMALL LETTER E WITH ACUTE}"
DECOMPOSED = "e\N{COMBINING ACUTE ACCENT}"
TOOTH = "\N{TOOTH}"


def judged(password: str, context: Iterable[str] = ()) -> str | None:
    """Return what a person is told about a password, None if it is accepted."""
    try:
        require_good(password, MemoryPasswords(MemoryLinks()), list(context))
    except PasswordIsUnusable as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("password", "verdict"),
    [
        ("", TOO_SHORT),
        (LETTERS[:14], TOO_SHORT),
        (LETTERS[:15], None),
        ((LETTERS * 20)[:256], None),
        ((LETTERS * 20)[:257], TOO_LONG),
        ((LETTERS * 20)[:300], TOO_LONG),
    ],
    ids=["0", "14", "15", "256", "257", "300"],
)
def test_a_password_has_15_to_256_characters(password: str, verdict: str | None) -> None:
    assert judged(password) == verdict


def test_one_factor_needs_no_classes_of_characters() -> None:
    assert judged("quiet lantern orbit fig") is None


def test_a_password_may_be_made_of_emoji_each_counted_once() -> None:
    assert judged(f"{TOOTH}qwei") == TOO_SHORT
    assert judged(f"{TOOTH * 11}qwei") is None
    assert judged(f"{TOOTH * 252}qwei") is None
    assert judged(f"{TOOTH * 253}qwei") == TOO_LONG


def test_an_accented_letter_counts_once_however_it_was_typed() -> None:
    assert judged("quiet lantern" + COMPOSED) == TOO_SHORT
    assert judged("quiet lantern" + DECOMPOSED) == TOO_SHORT
    assert judged("quiet lantern " + COMPOSED) is None
    assert judged("quiet lantern " + DECOMPOSED) is None


def test_a_syllable_that_was_typed_in_three_parts_counts_once() -> None:
    parts = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    assert judged(parts * 128) is None
    assert judged(parts * 129) == TOO_LONG


def test_an_accented_letter_is_the_same_however_it_was_typed() -> None:
    assert one_form(DECOMPOSED) == one_form(COMPOSED) == COMPOSED


def test_capitals_and_blanks_are_kept() -> None:
    assert one_form(" Quiet  Lantern ") == " Quiet  Lantern "


def test_a_password_made_of_its_context_is_refused_with_the_reason() -> None:
    assert judged("ada sample from sample dental", ["Ada", "sample"]) == MADE_OF_CONTEXT


def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason() -> None:
    assert judged("aaaaaaaaaaaaaaaa") == TOO_EASY


def test_length_is_judged_first() -> None:
    assert judged("sample", ["sample"]) == TOO_SHORT


def test_a_refusal_carries_its_reason_for_the_person_and_nothing_for_the_logs() -> None:
    refused = PasswordIsUnusable("made of quiet-lantern")
    assert (refused.reason, str(refused)) == ("made of quiet-lantern", "password refused")


@tried
@given(st.text())
def test_one_form_is_final(password: str) -> None:
    assert one_form(one_form(password)) == one_form(password)
