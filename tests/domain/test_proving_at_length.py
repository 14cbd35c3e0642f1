"""Whatever is asked and tried, in whatever order: a code proves the phone it went to, once."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.notification import Channel
from domain.phone_codes import TooManyCodes
from domain.phone_proof import CodeIsWrong, PhoneProof, phone_proof_of
from tests.domain.people import CARLA, CARLA_WAS_INVITED, NOW
from tests.domain.properties import tried
from tests.domain.rules import Rules

NUMBERS = ("+12025550123", "+12025550187")
CODE_LASTS = timedelta(minutes=10)


@dataclass
class Story:
    """What was done, and what should follow, told without the rules."""

    rules: Rules = field(default_factory=lambda: Rules().given(*CARLA_WAS_INVITED))
    now: timedelta = field(default_factory=timedelta)
    sent: list[tuple[UUID, str, timedelta]] = field(default_factory=list)
    number: str = ""
    wrong: int = 0
    is_open: bool = False

    def ask(self, number: str) -> None:
        code_id = UUID(int=len(self.sent) + 1)
        try:
            self.rules.proving.request_code(
                user_id=CARLA,
                code_id=code_id,
                channel=Channel.TEXT,
                phone=number,
                at=NOW + self.now,
            )
        except TooManyCodes as refusal:
            assert NOW + self.now < refusal.again_at <= NOW + self.now + timedelta(days=1)  # noqa: PT017 - what it says
            return
        digits = self.rules.codes.digits(code_id, at=NOW + self.now)
        assert digits is not None
        self.sent.append((code_id, digits, self.now))
        self.number = number if not self.is_proved else self.number
        self.wrong, self.is_open = 0, True

    def give(self, which: int) -> None:
        """Give the newest code, one of those before, or none that was ever sent."""
        codes = [digits for _, digits, _ in self.sent]
        code = codes[-which] if 0 < which <= len(codes) else "999999"
        counts = self.is_open and self.wrong < 5 and self.now < self.sent[-1][2] + CODE_LASTS
        expected = counts and which == 1
        try:
            self.rules.proving.give_code(user_id=CARLA, code=code, at=NOW + self.now)
        except CodeIsWrong as refusal:
            self.wrong += counts
            assert not expected
            assert refusal.tries_left == (5 - self.wrong if counts else 0)  # noqa: PT017 - the same
        else:
            assert expected
            self.is_open = False

    @property
    def is_proved(self) -> bool:
        return self.rules.proving.is_proved(CARLA)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(NUMBERS)),
        st.tuples(st.just("give"), st.integers(0, 3)),
        st.tuples(st.just("pass"), st.sampled_from((10, 31, 240, 601, 4000))),
    ),
    max_size=40,
)


@tried
@given(STEPS)
def test_only_the_newest_code_proves_in_its_time_and_within_five_tries(
    steps: list[tuple[str, object]],
) -> None:
    story = Story()
    for act, what in steps:
        match act, what:
            case "ask", str(number):
                story.ask(number)
            case "give", int(which):
                story.give(which)
            case _, int(seconds):
                story.now += timedelta(seconds=seconds)
        assert len(story.rules.codes.codes) <= 1
    events = [one.event for one in story.rules.log.read(after=0, limit=1000)]
    refused = [one.code_id for one in events if isinstance(one, PhoneProof.PhoneCodeRefused)]
    right = [one.code_id for one in events if isinstance(one, PhoneProof.IdentityVerified)]
    assert all(refused.count(one) <= 5 for one in refused)
    assert len(right) == len(set(right))
    if story.sent:
        kept = story.rules.now(PhoneProof, phone_proof_of(CARLA))
        assert kept.phone is not None
        assert story.rules.proving.phone_of(CARLA) == story.number
