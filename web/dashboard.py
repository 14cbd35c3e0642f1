"""The first page after the door, and what the frame of every page shows."""

from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.plan import MONTHLY
from web.access import Permission, is_allowed, may_compose, person, requires
from web.people import face_of
from web.portal import portal

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@requires(Permission.ANYONE)
def start() -> ResponseReturnValue:
    """Lead to where it makes sense to begin."""
    if g.person is not None:
        return redirect(url_for(".show"), 303)
    if portal().is_sandbox and portal().roster.is_empty():
        return redirect(url_for("sandbox.welcome"), 303)
    return redirect(url_for("signing_in.sign_in"), 303)


@dashboard.get("/dashboard")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show the ways onward."""
    return render_template("dashboard.html")


def frame() -> dict[str, Any]:
    """Return what the frame of every page needs."""
    words: dict[str, Any] = {
        "is_sandbox": portal().is_sandbox,
        "has_sandbox_cards": portal().has_sandbox_cards,
    }
    if g.get("person") is None:
        return {**words, "me": None}
    who, composes = person(), may_compose()
    return {
        **words,
        "me": face_of(who),
        "may_compose": composes,
        "may_buy": is_allowed(who, Permission.BUYER) and not composes,
        "is_member": is_allowed(who, Permission.MEMBER),
        "unread": portal().inbox.unread(who.user_id, at=portal().clock()),
        "price": MONTHLY.price,
        "purchase_form_id": portal().new_id(),
    }


def install(app: Flask) -> None:
    """Give the frame to every template."""
    app.context_processor(frame)
