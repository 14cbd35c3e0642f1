"""Sessions in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)


@dataclass
class Session:
    content: dict[str, Any]
    started_at: datetime
    last_seen_at: datetime


@dataclass
class MemorySessions:
    """The port `Sessions`; `started` counts, so that no name comes back."""

    sessions: dict[str, Session] = field(default_factory=dict)
    started: int = 0

    def load(self, session_id: str, *, at: datetime) -> dict[str, Any] | None:
        session = self.sessions.get(session_id)
        if session is None or at >= min(session.last_seen_at + IDLE, session.started_at + LONGEST):
            return None
        session.last_seen_at = at
        return dict(session.content)

    def start(self, content: dict[str, Any], *, user_id: UUID | None, at: datetime) -> str:
        del user_id
        self.started += 1
        name = f"session-{self.started:020}"
        self.sessions[name] = Session(dict(content), at, at)
        return name

    def change(self, session_id: str, content: dict[str, Any]) -> None:
        if session_id in self.sessions:
            self.sessions[session_id].content = dict(content)

    def end(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
