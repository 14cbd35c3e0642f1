"""Which event made a person able to compose on a day: for herself, and for her user managers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields

from domain.aggregate import CARD_PROCESSOR, CASHIER, OPERATOR
from domain.erasing import NoSuchPerson
from domain.tier import TierEnd
from projections.entitlements import TierChange, able_during
from projections.roster import Person
from web.access import Permission, person, requires
from web.form import FormSchema, checked_query
from web.people import Face, face_of, faces
from web.portal import portal

tier_history = Blueprint("tier_history", __name__)

CAUSES = {
    "purchased": "Paid for",
    "granted": "Given by SecureMail",
    TierEnd.RENEWING: "Kept while the card was charged for the next term",
    TierEnd.GRACE: "Kept although the card was refused",
    TierEnd.CANCELLED: "To end with what is paid, since the renewal was cancelled",
    TierEnd.REVOKED: "Ended early, since the money went back",
}
SYSTEMS = {
    CARD_PROCESSOR: "the card processor",
    CASHIER: "SecureMail, by itself",
    OPERATOR: "SecureMail support",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change of the paid version, in words."""

    change: TierChange
    words: str
    by: str
    paid_by: str | None


def has_begun(day: date) -> None:
    """Raise ValidationError for a day of which nobody can know yet."""
    if day > portal().clock().astimezone(UTC).date():
        raise ValidationError("Please enter a day that has begun.")


class DaySchema(FormSchema):
    """The day that is asked about (UTC)."""

    on = fields.Date(
        load_default=None,
        validate=has_begun,
        error_messages={"invalid": "Please enter a day, such as 2026-11-24."},
    )


@tier_history.get("/account/paid-version")
@requires(Permission.BUYER)
def show_mine() -> ResponseReturnValue:
    """Show the history of my own paid version."""
    return history_page(person())


@tier_history.get("/practice/people/<uuid:user_id>/paid-version")
@requires(Permission.USER_MANAGER)
def show_colleague(user_id: UUID) -> ResponseReturnValue:
    """Show that of somebody in my practice."""
    colleague = portal().roster.person(user_id)
    if colleague is None or colleague.practice_id != person().practice_id:
        raise NoSuchPerson
    return history_page(colleague)


def history_page(who: Person) -> ResponseReturnValue:
    """Return the page, with the answer for a day if one was asked about."""
    values, form = checked_query(DaySchema())
    history = portal().entitlements.history(who.user_id)
    lines = lines_of(history)
    able = on_day(history, values["on"]) if values.get("on") is not None else []
    page = render_template(
        "tier_history.html",
        form=form,
        face=face_of(who),
        lines=lines,
        asked_on=values.get("on"),
        answers=[one for one in lines if one.change in able],
    )
    return page, form.status


def on_day(history: list[TierChange], on: date) -> list[TierChange]:
    """Return the events that made somebody able to compose at any time of a day (UTC), so far."""
    begin = datetime.combine(on, time.min, tzinfo=UTC)
    now = portal().clock() + timedelta(microseconds=1)
    return able_during(history, begin, min(begin + timedelta(days=1), now))


def lines_of(history: list[TierChange]) -> list[Line]:
    """Return changes in words."""
    bought = [one.purchase_id for one in history if one.purchase_id is not None]
    items = portal().payments.items(bought)
    known = faces({one.by for one in history} | {one.buyer_id for one in items.values()})

    def name_of(user_id: UUID) -> str:
        found: Face | None = known.get(user_id)
        return SYSTEMS.get(user_id) or (found.name if found else "Somebody")

    def payer_of(change: TierChange) -> str | None:
        item = items.get(change.purchase_id) if change.purchase_id else None
        return name_of(item.buyer_id) if item else None

    return [
        Line(one, CAUSES.get(one.cause, one.cause), name_of(one.by), payer_of(one))
        for one in history
    ]
