"""What every keeper of sessions promises.

A subclass gives the fixture `sessions`.
"""

from datetime import timedelta
from uuid import UUID

from tests.fixtures.clock import START
from web.sessions import Sessions

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
CONTENT = {"user_id": str(ADA), "csrf_token": "c0ffee", "_flashes": [["message", "Za\N{TOOTH}n"]]}
IDLE = timedelta(minutes=15)
MOMENT = timedelta(microseconds=1)


def start(sessions: Sessions) -> str:
    return sessions.start(CONTENT, user_id=ADA, at=START)


class SessionsContract:
    def test_a_session_holds_what_it_was_started_with(self, sessions: Sessions):
        assert sessions.load(start(sessions), at=START) == CONTENT

    def test_a_session_of_nobody_is_a_session_too(self, sessions: Sessions):
        name = sessions.start({}, user_id=None, at=START)
        assert sessions.load(name, at=START) == {}

    def test_there_is_no_session_of_another_name(self, sessions: Sessions):
        name = start(sessions)
        others = ["", "unknown", name[:-1], name.swapcase(), "a\x00b", "x" * 10_000]
        assert [sessions.load(other, at=START) for other in others] == [None] * 6

    def test_every_session_has_a_long_name_of_its_own(self, sessions: Sessions):
        names = [start(sessions) for _ in range(50)]
        assert len(set(names)) == 50
        assert {len(name) >= 22 for name in names} == {True}

    def test_a_session_holds_what_it_was_changed_to(self, sessions: Sessions):
        name, other = start(sessions), start(sessions)
        sessions.change(name, {"csrf_token": "changed"})
        assert sessions.load(name, at=START) == {"csrf_token": "changed"}
        assert sessions.load(other, at=START) == CONTENT

    def test_what_is_done_to_a_loaded_session_is_not_kept_by_itself(self, sessions: Sessions):
        name = start(sessions)
        loaded = sessions.load(name, at=START)
        assert loaded is not None
        loaded.clear()
        assert sessions.load(name, at=START) == CONTENT

    def test_an_ended_session_is_gone_and_no_other_is(self, sessions: Sessions):
        name, other = start(sessions), start(sessions)
        sessions.end(name)
        sessions.end(name)
        assert sessions.load(name, at=START) is None
        assert sessions.load(other, at=START) == CONTENT

    def test_a_change_does_not_bring_an_ended_session_back(self, sessions: Sessions):
        name = start(sessions)
        sessions.end(name)
        sessions.change(name, CONTENT)
        assert sessions.load(name, at=START) is None

    def test_a_session_is_there_until_it_was_idle_for_15_minutes(self, sessions: Sessions):
        name, other = start(sessions), start(sessions)
        assert sessions.load(name, at=START + IDLE - MOMENT) == CONTENT
        assert sessions.load(other, at=START + IDLE) is None

    def test_a_session_that_was_idle_too_long_does_not_come_back(self, sessions: Sessions):
        name = start(sessions)
        assert sessions.load(name, at=START + IDLE) is None
        sessions.change(name, CONTENT)
        assert sessions.load(name, at=START + IDLE) is None

    def test_whoever_comes_by_keeps_a_session_alive(self, sessions: Sessions):
        name = start(sessions)
        sights = [START + minutes * timedelta(minutes=14) for minutes in range(1, 40)]
        assert [sessions.load(name, at=sight) for sight in sights] == [CONTENT] * 39

    def test_a_session_ends_after_12_hours_however_busy_it_was(self, sessions: Sessions):
        name = start(sessions)
        sights = [START + minutes * timedelta(minutes=10) for minutes in range(1, 72)]
        assert [sessions.load(name, at=sight) for sight in sights] == [CONTENT] * 71
        assert sessions.load(name, at=START + timedelta(hours=12) - MOMENT) == CONTENT
        assert sessions.load(name, at=START + timedelta(hours=12)) is None
