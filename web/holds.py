"""Legal holds of a practice: which lie, placing one, lifting one. For its user managers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields

from domain.holding import NoSuchSubject
from domain.legal_hold import NoSuchHold, Subject, hold_reason
from domain.ports import Place, Sealed, sealed_in_version
from domain.reason import LONGEST_REASON
from projections.holds import Hold
from web.access import Permission, person, requires
from web.fields import FormId, Text
from web.form import Form, FormSchema, checked
from web.opening import opened
from web.people import Face, faces, faces_of
from web.portal import portal

holds = Blueprint("holds", __name__)

NOT_OURS = "There is no such conversation in which somebody of your practice takes part."


@dataclass(frozen=True, slots=True)
class OpenedHold:
    """One hold with names and reasons that can be read."""

    hold: Hold
    subject: str
    placed_by: Face | None
    lifted_by: Face | None
    reason: str | None
    lifting_reason: str | None


class HoldSchema(FormSchema):
    """What is held, and why; `what` is "practice", "thread" or a person's identifier."""

    what = fields.String(required=True, error_messages={"required": "Please choose what to hold."})
    thread = fields.String(load_default="")
    reason = Text(what="a reason", longest=LONGEST_REASON)
    form_id = FormId()


class LiftSchema(FormSchema):
    """Why a hold is lifted."""

    reason = Text(what="a reason", longest=LONGEST_REASON)


@holds.get("/practice/holds")
@requires(Permission.USER_MANAGER)
def show() -> ResponseReturnValue:
    """Show all holds and a form for a new one; a link from a conversation names it."""
    thread = request.args.get("thread", "")
    asked = {"form_id": str(portal().new_id()), "thread": thread}
    return holds_page(Form(asked | ({"what": Subject.THREAD} if thread else {})))


@holds.post("/practice/holds")
@requires(Permission.USER_MANAGER)
def place() -> ResponseReturnValue:
    """Place a hold; sending the same form twice places one."""
    values, form = checked(HoldSchema())
    if form.errors:
        return holds_page(form)
    try:
        subject, subject_id = meant(values)
        placed(subject, subject_id, values)
    except ValidationError as error:
        return holds_page(form.refused(what=str(error.messages[0])))
    except NoSuchSubject:
        where = {"thread": NOT_OURS} if values["what"] == Subject.THREAD else {"what": NOT_OURS}
        return holds_page(form.refused(**where))
    flash("The hold is in force. Nothing that it covers is destroyed until it is lifted.")
    return redirect(url_for(".show"), 303)


@holds.get("/practice/holds/<uuid:hold_id>")
@requires(Permission.USER_MANAGER)
def one(hold_id: UUID) -> ResponseReturnValue:
    """Show one hold, and the form to lift it."""
    return hold_page(hold_id, Form())


@holds.post("/practice/holds/<uuid:hold_id>/lift")
@requires(Permission.USER_MANAGER)
def lift(hold_id: UUID) -> ResponseReturnValue:
    """Lift a hold; doing so again changes nothing."""
    hold = my_hold(hold_id)
    values, form = checked(LiftSchema())
    if form.errors:
        return hold_page(hold_id, form)
    notification_id = portal().holding.lift(
        hold_id=hold_id,
        subject_id=hold.subject_id,
        reason=values["reason"],
        by=person().user_id,
        at=portal().clock(),
    )
    portal().progress.wait(notification_id)
    flash("The hold is lifted. What is over by now is destroyed within a moment.")
    return redirect(url_for(".show"), 303)


def placed(subject: Subject, subject_id: UUID, values: dict[str, Any]) -> None:
    """Place a hold, and wait until it shows."""
    key = f"{values['form_id']} {subject_id} {values['reason']}"
    notification_id = portal().holding.place(
        hold_id=uuid5(person().user_id, key),
        subject=subject,
        subject_id=subject_id,
        reason=values["reason"],
        by=person().user_id,
        at=portal().clock(),
    )
    portal().progress.wait(notification_id)


def meant(values: dict[str, Any]) -> tuple[Subject, UUID]:
    """Return what a form means, or raise ValidationError or NoSuchSubject."""
    what = values["what"]
    practice_id = person().practice_id
    if what == Subject.PRACTICE and practice_id is not None:
        return Subject.PRACTICE, practice_id
    if not what:
        raise ValidationError("Please choose what to hold.")
    subject = Subject.THREAD if what == Subject.THREAD else Subject.PERSON
    try:
        return subject, UUID(values["thread"] if subject is Subject.THREAD else what)
    except ValueError:
        raise NoSuchSubject from None


def my_hold(hold_id: UUID) -> Hold:
    """Return a hold of my practice. Raises NoSuchHold."""
    hold = portal().holds.hold(hold_id)
    if hold is None or hold.practice_id is None or hold.practice_id != person().practice_id:
        raise NoSuchHold
    return hold


def holds_page(form: Form) -> ResponseReturnValue:
    """Return the list with the form for a new hold."""
    practice_id = person().practice_id
    assert practice_id is not None  # noqa: S101 - what the permission means
    roster = portal().roster
    people = [*roster.members(practice_id), *roster.outsiders(practice_id)]
    return (
        render_template(
            "holds.html",
            holds=opened_holds(portal().holds.placed_by_practice(practice_id)),
            people=faces_of(people),
            form=form.renamed(portal().new_id()),
            longest_reason=LONGEST_REASON,
        ),
        form.status,
    )


def hold_page(hold_id: UUID, form: Form) -> ResponseReturnValue:
    """Return one hold with the form to lift it."""
    page = render_template(
        "hold.html",
        one=opened_holds([my_hold(hold_id)])[0],
        form=form,
        longest_reason=LONGEST_REASON,
    )
    return page, form.status


def opened_holds(found: list[Hold]) -> list[OpenedHold]:
    """Open the names and the reasons of holds."""
    people = faces({one for hold in found for one in people_of(hold)})
    reasons = opened([reason for hold in found for reason in reasons_of(hold)])
    return [
        OpenedHold(
            hold=hold,
            subject=subject_of(hold, people),
            placed_by=people.get(hold.placed_by),
            lifted_by=people.get(hold.lifted_by) if hold.lifted_by else None,
            reason=reason,
            lifting_reason=lifting_reason,
        )
        for hold, reason, lifting_reason in zip(found, reasons[::2], reasons[1::2], strict=True)
    ]


def people_of(hold: Hold) -> set[UUID]:
    """Return whose names a hold shows."""
    named = {hold.placed_by, hold.lifted_by or hold.placed_by}
    return named | ({hold.subject_id} if hold.subject == Subject.PERSON else set())


def reasons_of(hold: Hold) -> list[tuple[Sealed | None, Place]]:
    """Return why a hold was placed, and why it was lifted, each with its place."""
    sealed = (hold.reason, hold.lifting_reason)
    versions = [sealed_in_version(one) if one else 0 for one in sealed]
    places = [hold_reason(hold.hold_id, version) for version in versions]
    return list(zip(sealed, places, strict=True))


def subject_of(hold: Hold, people: dict[UUID, Face]) -> str:
    """Return what is held, in words."""
    match hold.subject:
        case Subject.PRACTICE:
            return "The whole practice"
        case Subject.PERSON:
            face = people.get(hold.subject_id)
            return face.name if face else "Unknown person"
        case _:
            return f"Conversation {hold.subject_id}"
