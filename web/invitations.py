"""Whom I invited; and sending an invitation again, correcting its address, or withdrawing it."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.address import AddressIsTaken
from domain.erasing import NoSuchPerson
from domain.invitation import (
    AlreadyRegistered,
    InvitationWasSentTooOften,
    InvitationWasWithdrawn,
    OthersHaveWritten,
)
from projections.roster import Person
from web.access import Permission, may_compose, person, requires
from web.fields import Address, Tick
from web.form import Form, FormSchema, checked
from web.invitation_state import may_look_after, states_of
from web.people import face_of, faces_of
from web.portal import portal
from web.practice import status_of

invitations = Blueprint("invitations", __name__)

IS_TAKEN = (
    "This address belongs to somebody who is here already. Write to them as to anybody, and "
    "withdraw this invitation."
)
SENT_JUST_NOW = "The invitation was sent less than a minute ago. Nothing was sent now."
MEANWHILE: dict[type[Exception], str] = {
    AlreadyRegistered: "This person has registered meanwhile. Nothing was changed.",
    InvitationWasWithdrawn: "This invitation was withdrawn meanwhile. Nothing was changed.",
    InvitationWasSentTooOften: "This invitation was sent or corrected ten times within a day. "
    "Nothing was changed; please try again tomorrow.",
    OthersHaveWritten: "Somebody of another practice has written to this address as well, and what "
    "they wrote waits there. Nothing was changed. If yours was meant for somebody else, recall it.",
}


class AddressSchema(FormSchema):
    """The address to which the invitation should have gone."""

    address = Address()


class WithdrawalSchema(FormSchema):
    """Who withdraws has understood what that means."""

    understood = Tick()


@invitations.get("/invitations")
@requires(Permission.MEMBER)
def show_mine() -> ResponseReturnValue:
    """Show whom I invited, the latest first."""
    people, now = portal().roster.invited_by(person().user_id), portal().clock()
    states = states_of(people)
    rows = [
        (face, status_of(face.person, now), states.get(face.person.user_id))
        for face in faces_of(people)
    ]
    return render_template("invitations.html", rows=rows, may_compose=may_compose())


@invitations.get("/invitations/<uuid:user_id>")
@requires(Permission.MEMBER)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show how far an invitation has come, and what can be done about it."""
    return invitation_page(looked_after(user_id), Form())


@invitations.post("/invitations/<uuid:user_id>/mail")
@requires(Permission.MEMBER)
def resend(user_id: UUID) -> ResponseReturnValue:
    """Have the mail sent once more."""
    return done(
        user_id,
        lambda: portal().invitations.resend(
            user_id=user_id, by=person().user_id, at=portal().clock()
        ),
        "The invitation was sent again. It is open for another 14 days.",
        unchanged=SENT_JUST_NOW,
    )


@invitations.post("/invitations/<uuid:user_id>/address")
@requires(Permission.MEMBER)
def amend(user_id: UUID) -> ResponseReturnValue:
    """Correct the address, to which a new mail goes."""
    who = looked_after(user_id)
    values, form = checked(AddressSchema())
    if form.errors:
        return invitation_page(who, form)
    try:
        return done(
            user_id,
            lambda: portal().invitations.amend(
                user_id=user_id,
                address=values["address"],
                by=person().user_id,
                at=portal().clock(),
            ),
            "The address was corrected, and a new invitation is on its way to it. What was sent "
            "to the former address opens nothing any more.",
            unchanged="This is the address already. Nothing was changed.",
        )
    except AddressIsTaken:
        return invitation_page(who, form.refused(address=IS_TAKEN))


@invitations.post("/invitations/<uuid:user_id>/withdrawal")
@requires(Permission.MEMBER)
def withdraw(user_id: UUID) -> ResponseReturnValue:
    """Take the invitation back."""
    who = looked_after(user_id)
    values, form = checked(WithdrawalSchema())
    if form.errors or not values["understood"]:
        words = "Please tick the box if nobody is to register with this invitation."
        return invitation_page(who, form.refused(understood=words))
    words = "The invitation was withdrawn. Nobody can register with it any more."
    return done(
        user_id,
        lambda: portal().invitations.withdraw(
            user_id=user_id, by=person().user_id, at=portal().clock()
        ),
        words,
        unchanged=words,
    )


def looked_after(user_id: UUID) -> Person:
    """Return somebody about whose invitation I may decide. Raises NoSuchPerson."""
    who = portal().roster.person(user_id)
    if who is None or who.erased_at is not None or not may_look_after(who):
        raise NoSuchPerson
    return who


def done(
    user_id: UUID, command: Callable[[], int], changed: str, *, unchanged: str
) -> ResponseReturnValue:
    """Give a command, wait until it shows, and say on the page of the invitation what came of it.

    Raises NoSuchPerson or AddressIsTaken.
    """
    try:
        notification_id = command()
    except tuple(MEANWHILE) as refusal:
        flash(MEANWHILE[type(refusal)])
    else:
        portal().progress.wait(notification_id)
        flash(changed if notification_id else unchanged)
    return redirect(url_for(".show", user_id=user_id), 303)


def invitation_page(who: Person, form: Form) -> ResponseReturnValue:
    """Return the page about one invitation."""
    face = face_of(who)
    form = Form({"address": face.address, **form.values}, form.errors)
    page = render_template(
        "invitation.html",
        face=face,
        status=status_of(who, portal().clock()),
        state=states_of([who]).get(who.user_id),
        form=form,
    )
    return page, form.status
