"""What everybody promises who keeps the codes that prove a phone, and who counts them.

A subclass gives the fixture `codes` or `pace`.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.phone_codes import FOR_A_NETWORK, FOR_A_PERSON, CodePace, PhoneCodes
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")
FIRST = UUID("00000000-0000-0000-0000-00000000c0d1")
SECOND = UUID("00000000-0000-0000-0000-00000000c0d2")
END = START + timedelta(minutes=10)
MOMENT = timedelta(microseconds=1)
HALF_A_MINUTE = timedelta(seconds=30)


def drawn(codes: PhoneCodes, code_id: UUID = FIRST, user_id: UUID = ADA) -> str:
    """Draw a code, and return its digits."""
    codes.draw(code_id, user_id, at=START, ends_at=END)
    digits = codes.digits(code_id, at=START)
    assert digits is not None
    return digits


class PhoneCodesContract:
    def test_a_code_has_six_digits_and_is_the_same_whenever_it_is_looked_at(
        self, codes: PhoneCodes
    ):
        digits = drawn(codes)
        assert len(digits) == 6
        assert digits.isascii()
        assert digits.isdigit()
        assert [codes.digits(FIRST, at=START) for _ in range(3)] == [digits] * 3

    def test_drawing_again_for_the_same_code_keeps_its_digits(self, codes: PhoneCodes):
        assert drawn(codes) == drawn(codes)

    def test_only_the_very_digits_match(self, codes: PhoneCodes):
        digits = drawn(codes)
        others = ["", digits[:5], f"{digits}0", f" {digits}", "é", "a\x00b", digits[::-1] + "1"]
        assert codes.matches(FIRST, digits, at=START)
        assert [one for one in others if codes.matches(FIRST, one, at=START)] == []

    def test_a_code_is_good_until_the_very_moment_of_its_end(self, codes: PhoneCodes):
        digits = drawn(codes)
        assert codes.matches(FIRST, digits, at=END - MOMENT)
        assert not codes.matches(FIRST, digits, at=END)
        assert codes.digits(FIRST, at=END) is None

    def test_a_code_that_was_discarded_is_gone_and_discarding_again_changes_nothing(
        self, codes: PhoneCodes
    ):
        digits, other = drawn(codes), drawn(codes, SECOND)
        for _ in range(2):
            codes.discard(FIRST)
        assert codes.digits(FIRST, at=START) is None
        assert not codes.matches(FIRST, digits, at=START)
        assert codes.matches(SECOND, other, at=START)

    def test_a_code_that_was_never_drawn_matches_nothing(self, codes: PhoneCodes):
        drawn(codes)
        assert codes.digits(SECOND, at=START) is None
        assert not codes.matches(SECOND, "", at=START)
        codes.discard(SECOND)


class CodePaceContract:
    def sent(self, pace: CodePace, at: datetime, *counted: UUID) -> datetime | None:
        return pace.admit(dict.fromkeys(counted or (ADA,), FOR_A_PERSON), at=at)

    def test_one_is_sent_in_half_a_minute(self, pace: CodePace):
        assert self.sent(pace, START) is None
        again = START + HALF_A_MINUTE
        assert self.sent(pace, again - MOMENT) == again
        assert self.sent(pace, again) is None

    def test_five_are_sent_in_an_hour(self, pace: CodePace):
        moments = [START + number * HALF_A_MINUTE for number in range(5)]
        assert [self.sent(pace, at) for at in moments] == [None] * 5
        hour = timedelta(hours=1)
        assert self.sent(pace, moments[-1] + HALF_A_MINUTE) == START + hour
        assert self.sent(pace, START + hour) is None
        assert (
            self.sent(pace, START + hour + HALF_A_MINUTE - MOMENT) == START + hour + HALF_A_MINUTE
        )

    def test_ten_are_sent_in_a_day(self, pace: CodePace):
        moments = [START + number * timedelta(hours=1) for number in range(10)]
        assert [self.sent(pace, at) for at in moments] == [None] * 10
        assert self.sent(pace, START + timedelta(hours=23)) == START + timedelta(days=1)
        assert self.sent(pace, START + timedelta(days=1)) is None

    def test_what_is_refused_is_not_counted(self, pace: CodePace):
        assert self.sent(pace, START) is None
        for _ in range(20):
            assert self.sent(pace, START + MOMENT) == START + HALF_A_MINUTE
        assert self.sent(pace, START + HALF_A_MINUTE) is None

    def test_each_is_counted_for_itself(self, pace: CodePace):
        assert self.sent(pace, START, ADA) is None
        assert self.sent(pace, START, BEN) is None

    def test_what_is_full_for_one_is_counted_for_nobody(self, pace: CodePace):
        assert self.sent(pace, START, ADA) is None
        assert self.sent(pace, START + MOMENT, ADA, BEN) == START + HALF_A_MINUTE
        assert self.sent(pace, START + 2 * MOMENT, BEN) is None

    @pytest.mark.parametrize("first", [True, False])
    def test_of_several_limits_the_latest_moment_is_told(self, pace: CodePace, first: bool):  # noqa: FBT001 - a parameter
        for number in range(20):
            assert pace.admit({BEN: FOR_A_NETWORK}, at=START + number * MOMENT) is None
        assert self.sent(pace, START, ADA) is None
        both = {ADA: FOR_A_PERSON, BEN: FOR_A_NETWORK}
        asked = both if first else dict(reversed(both.items()))
        assert pace.admit(asked, at=START + 30 * MOMENT) == START + timedelta(hours=1)
