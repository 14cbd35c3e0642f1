"""My practice: who belongs to it, who was invited by it, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from domain.invitation import Status
from domain.role import Kind
from projections.entitlements import Entitlement
from projections.roster import Person
from web.access import Permission, person, requires
from web.invitation_state import InvitationState, states_of
from web.people import Face, faces_of
from web.portal import portal

practice = Blueprint("practice", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list."""

    face: Face
    status: str
    tier: str
    may_be_bought_for: bool
    invitation: InvitationState | None


@practice.get("/practice")
@requires(Permission.MEMBER)
def show() -> ResponseReturnValue:
    """Show the roster of my practice, and the outsiders it invited."""
    me = person()
    practice_id = me.practice_id
    assert practice_id is not None  # noqa: S101 - what the permission means
    return render_template(
        "practice.html",
        practice_name=me.practice_name,
        plans=portal().payments.plans(),
        members=rows(portal().roster.members(practice_id)),
        outsiders=rows(portal().roster.outsiders(practice_id)) if me.is_user_manager else None,
    )


def rows(people: list[Person]) -> list[Row]:
    """Return people with status, tier and invitation in words."""
    now = portal().clock()
    tiers = portal().entitlements.of_all(who.user_id for who in people)
    invitations = states_of(people)
    return [
        Row(
            face,
            status_of(face.person, now),
            *tier_of(face.person, tiers, now),
            invitations.get(face.person.user_id),
        )
        for face in faces_of(people)
    ]


def status_of(who: Person, now: datetime) -> str:
    """Return how far a person has come, or when the person ends."""
    if who.erased_at is not None:
        return "Erased"
    if who.erasure_due_at is not None:
        return f"To be erased on {day(who.erasure_due_at)}"
    if who.status == Status.WITHDRAWN:
        return "Invitation withdrawn"
    if who.status == Status.INVITED:
        return "Invitation expired" if now >= who.invitation_ends_at else "Invited"
    return "Registered, no password yet" if who.status == Status.REGISTERED else "Active"


def tier_of(who: Person, tiers: dict[UUID, Entitlement], now: datetime) -> tuple[str, bool]:
    """Return the tier of a person, and whether a user manager may buy it for her."""
    held = tiers.get(who.user_id)
    is_paid = held is not None and held.holds(now)
    stays = who.erasure_due_at is None and who.erased_at is None and who.status != Status.WITHDRAWN
    return "Paid" if is_paid else "Free", stays and not is_paid and who.kind != Kind.PATIENT


def day(moment: datetime) -> str:
    """Return a date as a list shows it."""
    return f"{moment:%b} {moment.day}, {moment:%Y}"
