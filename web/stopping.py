"""The link by which mails about messages are stopped, without signing in; a look changes nothing.

Mail programs may stop them with one click (RFC 8058): they post `List-Unsubscribe=One-Click`, have
no form of ours and no cookie, and follow no redirect. The link itself is all that they need.
"""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.profile import NoticesBy
from web.access import Permission, requires
from web.portal import portal

stopping = Blueprint("stopping", __name__)


def is_one_click() -> bool:
    """Say whether a mail program asks, not a person on our page."""
    return request.form.get("List-Unsubscribe") == "One-Click"


@stopping.get("/notices/stop/<token>")
@requires(Permission.ANYONE)
def show(token: str) -> ResponseReturnValue:
    """Show what the link does, or that it is done."""
    chosen = portal().stopping.chosen(token, at=portal().clock())
    return render_template("stop_notices.html", token=token, stopped=chosen is NoticesBy.NONE)


@stopping.post("/notices/stop/<token>")
@requires(Permission.ANYONE)
def stop(token: str) -> ResponseReturnValue:
    """Stop mails about messages; from a page of ours only with its form."""
    if not is_one_click():
        current_app.extensions["csrf"].protect()
    portal().stopping.stop(token, at=portal().clock())
    if is_one_click():
        return "Stopped.", {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for(".show", token=token), 303)


@stopping.post("/notices/stop/<token>/undo")
@requires(Permission.ANYONE)
def take_back(token: str) -> ResponseReturnValue:
    """Tell of messages again, as before."""
    portal().stopping.take_back(token, at=portal().clock())
    return redirect(url_for(".show", token=token), 303)
