"""How I am told of messages, and by whose clock I live."""

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.phone_proof import PhoneIsNotProved
from domain.profile import NoticesBy
from web.access import Permission, person, requires
from web.clock import my_reach
from web.form import Form, FormSchema, checked
from web.portal import portal
from web.time_zones import names, zones

preferences = Blueprint("preferences", __name__)

WORDS = {
    NoticesBy.EMAIL_AND_TEXT: "E-mail and text",
    NoticesBy.TEXT: "Text",
    NoticesBy.EMAIL: "E-mail",
    NoticesBy.NONE: "None",
}
CHOOSE = "Please choose one."
NO_TEXTS = "Texts are not set up here. Please choose another way."
PROVE_FIRST = "Please prove your cell phone first; the link is below."


class NoticesSchema(FormSchema):
    """One of the four ways."""

    notices = fields.Enum(
        NoticesBy,
        by_value=True,
        required=True,
        error_messages={"required": CHOOSE, "unknown": CHOOSE},
    )


class TimeZoneSchema(FormSchema):
    """One of the zones."""

    time_zone = fields.String(
        required=True,
        error_messages={"required": CHOOSE},
        validate=validate.OneOf(names(), error=CHOOSE),
    )


@preferences.get("/account/notices")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show how I am told, and my time zone."""
    return preferences_page(Form())


@preferences.post("/account/notices")
@requires(Permission.SIGNED_IN)
def choose_notices() -> ResponseReturnValue:
    """Choose how I am told."""
    values, form = checked(NoticesSchema())
    if form.errors:
        return preferences_page(form)
    notices: NoticesBy = values["notices"]
    if notices.has_texts and not portal().has_texts:
        return preferences_page(form.refused(notices=NO_TEXTS))
    try:
        position = portal().settling.choose_notices(
            user_id=person().user_id, notices=notices, at=portal().clock()
        )
    except PhoneIsNotProved:
        return preferences_page(form.refused(notices=PROVE_FIRST))
    return saved(position)


@preferences.post("/account/time-zone")
@requires(Permission.SIGNED_IN)
def choose_time_zone() -> ResponseReturnValue:
    """Choose by whose clock I live."""
    values, form = checked(TimeZoneSchema())
    if form.errors:
        return preferences_page(form)
    position = portal().settling.choose_time_zone(
        user_id=person().user_id, time_zone=values["time_zone"], at=portal().clock()
    )
    return saved(position)


def saved(position: int) -> ResponseReturnValue:
    """Lead back once the choice shows."""
    portal().progress.wait(position)
    flash("Saved.")
    return redirect(url_for(".show"), 303)


def preferences_page(form: Form) -> ResponseReturnValue:
    """Return the page with both choices."""
    mine = my_reach()
    there = portal().clock().astimezone(ZoneInfo(mine.time_zone or "UTC"))
    page = render_template(
        "preferences.html",
        form=form,
        reach=mine,
        ways=WORDS,
        zones=zones(),
        time_there=f"{there:%H:%M}",
        has_texts=portal().has_texts,
    )
    return page, form.status
