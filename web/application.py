"""Makes the Flask application from everything that it needs; it reads no settings by itself."""

from http import HTTPStatus
from types import TracebackType
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, abort
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.routing import RequestRedirect

from web import access, dashboard, errors, form_files, headers, icons
from web.account import account
from web.billing import billing
from web.changing_email import changing_email
from web.clock import day, moment
from web.composing import composing
from web.confirming import confirming
from web.deliveries import deliveries
from web.deliveries import hear as hear_carrier
from web.downloads import downloads
from web.ending import ending
from web.erasures import erasures
from web.file_words import size
from web.holds import holds
from web.invitations import invitations
from web.invoices import invoices
from web.messages import messages
from web.password_code import password_code
from web.phone import phone
from web.portal import Portal
from web.practice import practice
from web.practice_settings import practice_settings
from web.preferences import preferences
from web.purchasing import hear, purchasing
from web.registering import registering
from web.registration_code import registration_code
from web.sandbox import sandbox
from web.sessions import ServerSessionInterface, Sessions
from web.signing_in import signing_in
from web.stopping import stop, stopping
from web.tier_history import tier_history
from web.two_step import two_step
from web.uploads import uploads

LOOPBACK = ("localhost", "127.0.0.1")
"""Where the card vendor's stand-in and those who look after this machine reach us."""

BLUEPRINTS = (
    signing_in,
    registering,
    registration_code,
    password_code,
    deliveries,
    dashboard.dashboard,
    messages,
    composing,
    uploads,
    downloads,
    ending,
    purchasing,
    billing,
    confirming,
    invoices,
    tier_history,
    practice,
    invitations,
    practice_settings,
    two_step,
    holds,
    erasures,
    account,
    phone,
    preferences,
    changing_email,
    stopping,
    sandbox,
)


class Site(Flask):
    """Flask, but for what it would tell its log, and where it would lead people."""

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Mend no address: the redirect would follow the request's own Host header."""
        if isinstance(request.routing_exception, RequestRedirect):
            abort(HTTPStatus.NOT_FOUND)
        super().raise_routing_exception(request)

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Report kind and place of a failure that not even its page survived.

        The framework's own words would hold the path, which may be a link, and values.
        """
        errors.report(exc_info[1])


def create_app(portal: Portal, sessions: Sessions, *, web_key: bytes) -> Flask:
    """Return the application; `web_key` signs form tokens."""
    app = Site(__name__)
    app.config.update(
        SECRET_KEY=web_key,
        MAX_CONTENT_LENGTH=form_files.LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=form_files.LARGEST_FORM,
        BOOTSTRAP_SERVE_LOCAL=True,
        TRUSTED_HOSTS=[urlsplit(portal.base_url).hostname, *LOOPBACK],
        WTF_CSRF_TIME_LIMIT=None,  # the session's own end is the limit
        WTF_CSRF_SSL_STRICT=False,  # we tell browsers to send no referrer
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["size"] = size
    app.extensions["portal"] = portal
    secure = portal.base_url.startswith("https:")
    app.session_interface = ServerSessionInterface(sessions, portal.clock, secure=secure)
    Bootstrap5(app)
    access.install(app)  # first who it is, then what may come, then whether the form is hers
    form_files.install(app)
    protection = CSRFProtect(app)
    for view in (hear, hear_carrier, stop):  # each sees to it in its own way
        protection.exempt(view)
    for part in (headers, errors, icons, dashboard):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
