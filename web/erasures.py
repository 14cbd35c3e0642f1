"""Erasing a person on request of the practice: asking for it, and thinking better of it in time."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.erasing import NoSuchPerson
from domain.erasure import PersonWasErased
from projections.roster import Person
from web.access import Permission, person, requires
from web.fields import Tick
from web.form import Form, FormSchema, checked
from web.people import face_of
from web.portal import portal
from web.practice_settings import my_settings

erasures = Blueprint("erasures", __name__)

ALREADY = "This person was erased already."


class ErasureSchema(FormSchema):
    """The user manager has understood what erasing means."""

    understood = Tick()


@erasures.get("/practice/people/<uuid:user_id>/erasure")
@requires(Permission.USER_MANAGER)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show what erasing this person means, and whether it was asked for."""
    return erasure_page(user_id, Form())


@erasures.post("/practice/people/<uuid:user_id>/erasure")
@requires(Permission.USER_MANAGER)
def request(user_id: UUID) -> ResponseReturnValue:
    """Ask for the erasure; asking again changes nothing."""
    one_of_ours(user_id)
    values, form = checked(ErasureSchema())
    if not values["understood"]:
        words = "Please tick the box if this person is to be erased."
        return erasure_page(user_id, form.refused(understood=words))
    try:
        notification_id = portal().erasing.request(
            user_id=user_id, by=person().user_id, at=portal().clock()
        )
    except PersonWasErased:
        return to_roster(ALREADY)
    portal().progress.wait(notification_id)
    return to_roster("The erasure was asked for. You can withdraw it until its day.")


@erasures.post("/practice/people/<uuid:user_id>/erasure/withdrawal")
@requires(Permission.USER_MANAGER)
def withdraw(user_id: UUID) -> ResponseReturnValue:
    """Let the person stay."""
    one_of_ours(user_id)
    try:
        notification_id = portal().erasing.withdraw(
            user_id=user_id, by=person().user_id, at=portal().clock()
        )
    except PersonWasErased:
        return to_roster(ALREADY)
    portal().progress.wait(notification_id)
    return to_roster("The erasure was withdrawn. Nothing is destroyed.")


def one_of_ours(user_id: UUID) -> Person:
    """Return a person of my practice or invited by it, but not me. Raises NoSuchPerson."""
    me, who = person(), portal().roster.person(user_id)
    if who is None or user_id == me.user_id:
        raise NoSuchPerson
    if (who.practice_id or who.invited_from) != me.practice_id:
        raise NoSuchPerson
    return who


def erasure_page(user_id: UUID, form: Form) -> ResponseReturnValue:
    """Return the page about one person."""
    who = one_of_ours(user_id)
    page = render_template(
        "erasure.html",
        face=face_of(who),
        form=form,
        retention=my_settings().retention,
        would_be_due=portal().clock() + timedelta(days=my_settings().retention),
    )
    return page, form.status


def to_roster(words: str) -> ResponseReturnValue:
    """Lead to the roster, with a note on top."""
    flash(words)
    return redirect(url_for("practice.show"), 303)
