"""Sessions on the server: the browser's cookie is only a random name for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict


class Sessions(Protocol):
    """Where sessions are kept."""

    def load(self, session_id: str, *, at: datetime) -> dict[str, Any] | None:
        """Return what a living session holds, None if there is none of that name."""

    def start(self, content: dict[str, Any], *, user_id: UUID | None, at: datetime) -> str:
        """Store a new session and return its name."""

    def change(self, session_id: str, content: dict[str, Any]) -> None:
        """Store what a session holds now."""

    def end(self, session_id: str) -> None:
        """End a session."""


STATIC = ("/static/", "/bootstrap/static/")
"""Paths of files that are the same for everyone; they need no session."""


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What a session holds; knows whether it changed and whose it was when it was loaded."""

    def __init__(self, session_id: str | None, content: dict[str, Any] | None) -> None:
        def on_update(_: object) -> None:
            self.modified = True

        super().__init__(content or {}, on_update)
        self.session_id = session_id
        self.loaded_user_id = self.get("user_id")
        self.new = session_id is None
        self.modified = False


class ServerSessionInterface(SessionInterface):
    """Flask's sessions over the port `Sessions`.

    Signing in or out gives a new name. The nameless session before a sign-in stays until it is idle
    too long, so that a second click on "Sign In" still finds its form token.
    """

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime], *, secure: bool) -> None:
        self._sessions = sessions
        self._clock = clock
        self._secure = secure
        self.cookie = "__Host-securemail" if secure else "securemail"

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Load the session that the cookie names."""
        del app
        if request.path.startswith(STATIC):
            return ServerSession(None, None)
        session_id = request.cookies.get(self.cookie)
        content = self._sessions.load(session_id, at=self._clock()) if session_id else None
        return ServerSession(session_id if content is not None else None, content)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed."""
        del app
        response.headers.add("Vary", "Cookie")
        if not isinstance(session, ServerSession) or not session.modified:
            return
        user_id = session.get("user_id")
        if session.session_id and user_id == session.loaded_user_id:
            self._sessions.change(session.session_id, dict(session))
            return
        if session.session_id and session.loaded_user_id:
            self._sessions.end(session.session_id)
        self._start(session, user_id, response)

    def _start(self, session: ServerSession, user_id: str | None, response: Response) -> None:
        name = self._sessions.start(
            dict(session), user_id=UUID(user_id) if user_id else None, at=self._clock()
        )
        response.set_cookie(
            self.cookie, name, httponly=True, secure=self._secure, samesite="Lax", path="/"
        )
