"""Makes the Flask application from everything that it needs; it reads no settings by itself."""

from datetime import datetime

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from web import access, dashboard, errors, headers, icons
from web.account import account
from web.composing import composing
from web.messages import messages
from web.portal import Portal
from web.practice import practice
from web.purchasing import hear, purchasing
from web.registering import registering
from web.sandbox import sandbox
from web.sessions import ServerSessionInterface, Sessions
from web.signing_in import signing_in

LARGEST_FORM = 4 * 1024 * 1024
"""Bytes; a body that is too long is refused at its field, not by the server."""

BLUEPRINTS = (
    signing_in,
    registering,
    dashboard.dashboard,
    messages,
    composing,
    purchasing,
    practice,
    account,
    sandbox,
)


def create_app(portal: Portal, sessions: Sessions, *, web_key: bytes) -> Flask:
    """Return the application; `web_key` signs form tokens."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=web_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # the session's own end is the limit
        WTF_CSRF_SSL_STRICT=False,  # we tell browsers to send no referrer
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["moment"] = moment
    app.extensions["portal"] = portal
    secure = portal.base_url.startswith("https:")
    app.session_interface = ServerSessionInterface(sessions, portal.clock, secure=secure)
    Bootstrap5(app)
    CSRFProtect(app).exempt(hear)
    for part in (access, headers, errors, icons, dashboard):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def moment(at: datetime) -> str:
    """Return a moment as a person reads it; in UTC until people choose a time zone."""
    return f"{at:%b} {at.day}, {at:%Y}, {at:%H:%M} UTC"
