"""The first page after the door, and what the frame of every page shows."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from projections.payments import SubscriptionEntry
from projections.roster import Person
from web.access import Permission, is_allowed, may_compose, person, requires
from web.clock import my_reach
from web.people import Face, face_of, faces
from web.portal import portal

dashboard = Blueprint("dashboard", __name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A card that was refused, or a paid version that has ended; `face` is a colleague's."""

    entry: SubscriptionEntry
    face: Face | None


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
    buys = is_allowed(who, Permission.BUYER)
    wrong = troubles(who) if buys else []
    return {
        **words,
        "me": face_of(who),
        "may_compose": composes,
        "may_buy": buys and not composes,
        "sees_billing": buys,
        "troubles": wrong,
        "mails_come_back": my_reach().fails(who.email),
        "is_member": is_allowed(who, Permission.MEMBER),
        "unread": portal().inbox.unread(who.user_id, at=portal().clock()),
        "plans": portal().payments.plans() if buys and (wrong or not composes) else [],
        "purchase_form_id": portal().new_id(),
    }


def troubles(who: Person) -> list[Trouble]:
    """Return what is wrong with a paid version that concerns a person: hers, or paid by her."""
    entries = portal().payments.in_trouble(who.user_id)
    known = faces({one.user_id for one in entries} - {who.user_id})
    return [Trouble(one, known.get(one.user_id)) for one in entries]


def install(app: Flask) -> None:
    """Give the frame to every template."""
    app.context_processor(frame)
