"""Codes that prove a phone, by text and by call; and the notice that a phone was changed."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from domain.notification import Channel
from notifiers.office import runner_over
from notifiers.texter import PhoneCall, TextMessage
from tests.doubles.texter import MemoryTexter
from tests.fixtures.house import PASSWORD
from tests.notifiers.golden_mails import golden, whole
from tests.notifiers.post import ADAS_ADDRESS, Post

PHONE = "+12025550187"


@dataclass
class Line:
    """A telephone line of the notifier, and somebody to whom codes are sent."""

    post: Post
    texter: MemoryTexter
    user_id: UUID

    def request(self, channel: Channel = Channel.TEXT) -> str:
        """Have a code sent, and return its digits."""
        portal, code_id = self.post.house.portal, self.post.house.portal.new_id()
        portal.proving.request_code(
            user_id=self.user_id,
            code_id=code_id,
            channel=channel,
            phone=PHONE,
            at=self.post.clock(),
        )
        self.post.house.projections.catch_up()
        digits = portal.proving.codes.digits(code_id, at=self.post.clock())
        assert digits is not None
        return digits

    def sent(self) -> list[tuple[str, str]]:
        """Let leave what is due; return the words of texts and calls, oldest first."""
        self.post.runner.work_off()
        kinds = {TextMessage: "text", PhoneCall: "call"}
        assert {one.to_phone for one in self.texter.sent} <= {PHONE}
        return [(kinds[type(one)], one.words) for one in self.texter.sent]

    def fates(self) -> list[tuple[str, str | None]]:
        return [
            (state, answer)
            for occasion, state, _, answer in self.post.states()
            if occasion == "phone-code"
        ]


@pytest.fixture
def line(post: Post) -> Line:
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    texter = MemoryTexter()
    post.runner = runner_over(
        post.stores.log, post.stores.pool, post.runner.desk, post.mailer, texter
    )
    return Line(post, texter, post.who(ADAS_ADDRESS))


def test_a_code_goes_out_as_a_text_and_never_as_a_mail(line: Line) -> None:
    code = line.request()
    words = (
        f"{code} is your SecureMail code. It is good for 10 minutes. We never ask for it by phone."
    )
    assert line.sent() == [("text", words)]
    assert line.post.mailer.sent == []


def test_a_code_is_read_aloud_in_a_call(line: Line) -> None:
    code = line.request(Channel.CALL)
    words = f"Your SecureMail code is {code}. It is good for 10 minutes. Tell it to nobody."
    assert line.sent() == [("call", words)]


def test_the_number_and_the_digits_are_nowhere_in_what_is_owed(line: Line) -> None:
    code = line.request()
    owed = str([row["facts"] for row in line.post.owed()])
    assert code not in owed
    assert PHONE not in owed


def test_a_code_that_is_over_is_given_up_and_not_sent_late(line: Line) -> None:
    line.request()
    line.post.clock.forward(minutes=10)
    assert line.sent() == []
    assert line.fates() == [("abandoned", "the code is void or over")]


def test_of_two_codes_after_a_failure_only_the_newer_one_leaves(line: Line) -> None:
    line.texter.fail_next()
    line.request()
    assert line.sent() == []
    line.post.clock.forward(seconds=31)
    newer = line.request()
    assert [words[:6] for _, words in line.sent()] == [newer]
    assert sorted(state for state, _ in line.fates()) == ["abandoned", "accepted"]


def test_a_code_that_was_used_is_not_sent_again(line: Line) -> None:
    line.texter.fail_next_after_acting()
    code = line.request()
    assert len(line.sent()) == 1
    line.post.house.portal.proving.give_code(user_id=line.user_id, code=code, at=line.post.clock())
    line.post.clock.forward(minutes=1)
    assert len(line.sent()) == 1


def test_a_changed_phone_is_told_by_mail_whole(line: Line) -> None:
    line.request()
    line.sent()
    line.post.house.portal.proving.change_phone(
        user_id=line.user_id, phone="+12025550144", password=PASSWORD, at=line.post.clock()
    )
    line.post.house.projections.catch_up()
    assert len(line.sent()) == 1
    assert whole(line.post.newest()) == golden("second-factor-changed")
