"""Who may use which page: every route states it, and a route that states nothing does not exist."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from domain.aggregate import OPERATOR
from domain.role import Kind
from projections.entitlements import Entitlement
from projections.roster import Person
from web.portal import portal

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


STATIC = ("static", "bootstrap.static")
"""Files that are the same for everyone."""


class Permission(Enum):
    """What a route asks of who comes."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "any person who is signed in"
    MEMBER = "a doctor or staff member of a practice"
    USER_MANAGER = "a user manager of a practice"
    BUYER = "a person who may be offered a purchase: anyone but patients"
    SANDBOX = "anyone, in sandbox mode only"
    VENDOR = "a vendor that signs what it sends"
    SUPPORT = "support, who came by a link from the command line"


def requires(permission: Permission) -> Callable[[View], View]:
    """State what a view asks of who comes."""

    def state(view: View) -> View:
        @wraps(view)
        def stated(*args: Any, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401 - passes through
            return view(*args, **kwargs)

        stated.permission = permission  # type: ignore[attr-defined]
        return cast("View", stated)

    return state


def permission_of(view: object) -> Permission | None:
    """Return what a view states, None if it states nothing."""
    return getattr(view, "permission", None)


def person() -> Person:
    """Return who is signed in."""
    return cast("Person", g.person)


def account_of(who: Person) -> UUID:
    """Return the account in which what somebody keeps is counted: her practice, or who invited."""
    return who.practice_id or who.invited_from or who.user_id


def entitlement() -> Entitlement | None:
    """Return the paid tier of who is signed in."""
    return portal().entitlements.of(person().user_id)


def may_compose() -> bool:
    """Say whether who is signed in may compose now."""
    held = entitlement()
    return held is not None and held.holds(portal().clock())


def guard() -> ResponseReturnValue | None:
    """Let through, send to the door, or answer as if there were no such page."""
    if request.endpoint in STATIC:
        return None
    g.person = signed_in_person()
    view = current_app.view_functions.get(request.endpoint or "")
    permission = permission_of(view)
    if view is not None and permission is None:
        abort(404)
    if permission in (None, Permission.ANYONE, Permission.VENDOR):
        return None
    if permission is Permission.SANDBOX:
        return None if portal().is_sandbox else abort(404)
    if permission is Permission.SUPPORT:
        return None if is_support() else abort(404)
    if g.person is None:
        return to_the_door()
    return None if is_allowed(g.person, permission) else abort(404)


def is_allowed(who: Person, permission: Permission | None) -> bool:
    """Say whether a signed-in person meets a permission."""
    match permission:
        case Permission.SIGNED_IN:
            return True
        case Permission.MEMBER:
            return who.practice_id is not None
        case Permission.USER_MANAGER:
            return who.practice_id is not None and who.is_user_manager
        case Permission.BUYER:
            return who.kind != Kind.PATIENT
        case _:
            return False


def signed_in_person() -> Person | None:
    """Return the person of the session; of who was erased no session counts any more."""
    user_id = session.get("user_id")
    found = portal().roster.person(UUID(user_id)) if user_id else None
    return found if found is not None and found.erased_at is None else None


def is_support() -> bool:
    """Say whether the session is support's, which is nobody's of a practice."""
    return bool(session.get("user_id") == str(OPERATOR))


def to_the_door() -> ResponseReturnValue:
    """Ask to sign in; a page that was only looked at is remembered for afterwards."""
    if request.method == "POST":
        flash("Please sign in to go on. Nothing was changed.")
    if request.method == "GET" and request.accept_mimetypes.accept_html:
        session["next"] = request.path
    return redirect(url_for("signing_in.sign_in"), 303)


def install(app: Flask) -> None:
    """Guard every request."""
    app.before_request(guard)
