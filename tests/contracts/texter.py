"""What every carrier of texts and calls promises: one class of tests, run on each of them.

A subclass gives the fixture `line`: the carrier, and a look at the far end of it.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

import pytest

from notifiers.carrier import AddressFails, AnswerWasLost, TryAgain
from notifiers.texter import PhoneCall, Texter, TextMessage

FIRST = UUID("7a3c1f8e-0000-4000-8000-000000000011")
SECOND = UUID("7a3c1f8e-0000-4000-8000-000000000012")

TO_CARLA = TextMessage(
    notice_id=FIRST,
    to_phone="+12025550123",
    words="Your SecureMail code is 409316. It is good for 10 minutes.",
)
CALL_CARLA = PhoneCall(TO_CARLA.notice_id, TO_CARLA.to_phone, TO_CARLA.words)

WORDS = {
    "an ampersand and brackets": "Smile & Sons <dental> 'of' \"Old\" Town: 409316",
    "what ends a document": "</Say></Response> ]]> <!-- &amp; %26 409316",
    "what ends a form": "code=409316&To=+12025550199&From=x",
    "other letters": "عيادة د. ليلى حسن 微笑牙科 Zahnärztin Žofie 🦷 409316",
    "lines": "SecureMail\n409316\n",
}
LONG = {"as long as a text may be": "tooth " * 260 + "409316"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came at the far end; a call's words are told letter by letter, without punctuation."""

    kind: str
    to_phone: str
    words: str


def arrived(notice: TextMessage | PhoneCall) -> Arrived:
    if isinstance(notice, TextMessage):
        return Arrived("text", notice.to_phone, notice.words)
    return Arrived("call", notice.to_phone, letters(notice.words))


def letters(words: str) -> str:
    """Return what of the words can be heard."""
    return "".join(filter(str.isalnum, words))


class Line(Protocol):
    """A carrier and the far end: what arrived there, in order, and faults to come."""

    texter: Texter

    def arrived(self) -> list[Arrived]: ...

    def fail_next(self) -> None: ...

    def fail_next_after_acting(self) -> None: ...


class RefusingLine(Line, Protocol):
    """A far end that knows a number which nothing reaches."""

    refused_phone: str


def send(line: Line, notice: TextMessage | PhoneCall) -> str:
    if isinstance(notice, TextMessage):
        return line.texter.text(notice)
    return line.texter.call(notice)


@pytest.mark.parametrize("notice", [TO_CARLA, CALL_CARLA], ids=["text", "call"])
class TexterContract:
    def test_what_is_sent_arrives(self, line: Line, notice):
        send(line, notice)
        assert line.arrived() == [arrived(notice)]

    def test_every_notice_has_a_reference_of_its_own(self, line: Line, notice):
        first = send(line, notice)
        second = send(line, replace(notice, notice_id=SECOND))
        assert first
        assert second
        assert first != second

    @pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
    def test_any_words_arrive_and_stay_words(self, line: Line, notice, words: str):
        send(line, replace(notice, words=words))
        assert line.arrived() == [arrived(replace(notice, words=words))]

    @pytest.mark.parametrize("words", LONG.values(), ids=LONG.keys())
    def test_long_words_arrive(self, line: Line, notice, words: str):
        send(line, replace(notice, words=words))
        assert line.arrived() == [arrived(replace(notice, words=words))]

    def test_what_failed_can_be_repeated(self, line: Line, notice):
        line.fail_next()
        with pytest.raises(TryAgain) as failure:
            send(line, notice)
        assert not isinstance(failure.value, AnswerWasLost)
        assert line.arrived() == []
        assert send(line, notice)
        assert line.arrived() == [arrived(notice)]

    def test_what_failed_but_happened_is_the_same_when_repeated(self, line: Line, notice):
        line.fail_next_after_acting()
        with pytest.raises(TryAgain):
            send(line, notice)
        assert line.arrived() == [arrived(notice)]
        send(line, notice)
        assert set(line.arrived()) == {arrived(notice)}

    def test_a_failure_names_neither_number_nor_words(self, line: Line, notice):
        line.fail_next()
        with pytest.raises(TryAgain) as failure:
            send(line, notice)
        assert str(failure.value)
        assert "5550123" not in repr(failure.value)
        assert "409316" not in repr(failure.value)


class RefusingTexterContract(TexterContract):
    def test_what_failed_but_may_have_happened_is_told_apart(self, line: Line, notice):
        line.fail_next_after_acting()
        with pytest.raises(AnswerWasLost):
            send(line, notice)
        assert line.arrived() == [arrived(notice)]

    def test_a_number_that_nothing_reaches_fails_with_a_status(self, line: RefusingLine, notice):
        with pytest.raises(AddressFails) as refusal:
            send(line, replace(notice, to_phone=line.refused_phone))
        assert str(refusal.value)
        assert refusal.value.status
        assert line.refused_phone not in repr(refusal.value)
        assert line.arrived() == []

    def test_a_refusal_leaves_the_carrier_fit_for_the_next(self, line: RefusingLine, notice):
        with pytest.raises(AddressFails):
            send(line, replace(notice, to_phone=line.refused_phone))
        send(line, notice)
        assert line.arrived() == [arrived(notice)]
