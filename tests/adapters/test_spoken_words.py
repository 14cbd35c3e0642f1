"""What a phone reads aloud: all words, twice, codes digit by digit."""

from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from adapters.spoken_words import twiml


def spoken(words: str) -> list[str]:
    """Return what is said, with "-" for each second of rest."""
    return [
        "-" if each.tag == "Pause" else each.text or ""
        for each in ET.fromstring(twiml(words))  # noqa: S314 - our own
    ]


def test_words_are_read_twice_with_a_rest_before_and_between():
    assert spoken("Good morning") == ["-", "Good morning", "-", "-", "Good morning"]


def test_a_code_is_read_digit_by_digit_a_second_apart():
    once = ["-", "4", "-", "0", "-", "9", "-", "3", "-", "is your code.", "-", "-"]
    assert spoken("4093 is your code.")[:13] == ["-", *once]


def test_a_short_number_is_read_as_a_number():
    assert spoken("It is good for 10 minutes.")[1] == "It is good for 10 minutes."


def test_a_full_stop_after_a_code_is_not_read():
    assert spoken("Code 4093. Bye").count("Bye") == 2
    assert "." not in "".join(spoken("Code 4093."))


def test_words_cannot_end_the_document():
    assert spoken("</Say></Response>&amp;")[1] == "Say></Response>&amp;"


def test_what_has_no_place_in_a_document_is_left_out():
    assert spoken("a\x00b\ud800c\ufffe")[1] == "a b c"


@given(st.text(max_size=300))
def test_whatever_the_words_are_every_digit_of_a_code_stands_alone(words: str):
    heard = spoken(words)
    assert not [a for a, b in pairwise(heard) if a.isdecimal() and a.isascii() and b.isdecimal()]
    assert heard[1 : len(heard) // 2] == heard[len(heard) // 2 + 2 :]
