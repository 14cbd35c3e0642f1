"""Settings of a practice: how long messages live, and personal data after erasure was asked for."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from domain.expiry import LONGEST_EVER, ExpiryRule, ExpiryRuleIsUnusable
from domain.practice import LONGEST_RETENTION
from projections.practice_settings import PracticeSettings
from web.access import Permission, person, requires
from web.form import Form, FormSchema, checked
from web.portal import portal

practice_settings = Blueprint("practice_settings", __name__)

DO_NOT_FIT = "The usual number lies between the shortest and the longest, and is at least 1."


def days(smallest: int, largest: int) -> fields.Integer:
    """Return a field for a number of days."""
    words = f"Please enter a whole number of days from {smallest:,} to {largest:,}."
    return fields.Integer(
        required=True,
        strict=False,
        validate=validate.Range(smallest, largest, error=words),
        error_messages={"required": words, "invalid": words, "too_large": words},
    )


class SettingsSchema(FormSchema):
    """Four numbers of days."""

    shortest = days(0, LONGEST_EVER)
    usual = days(1, LONGEST_EVER)
    longest = days(1, LONGEST_EVER)
    retention = days(0, LONGEST_RETENTION)


@practice_settings.get("/practice/settings")
@requires(Permission.USER_MANAGER)
def show() -> ResponseReturnValue:
    """Show what holds now."""
    return settings_page(Form(as_typed(my_settings())))


@practice_settings.post("/practice/settings")
@requires(Permission.USER_MANAGER)
def change() -> ResponseReturnValue:
    """Change the settings; messages that were sent keep their end."""
    values, form = checked(SettingsSchema())
    if form.errors:
        return settings_page(form)
    try:
        changed(values)
    except ExpiryRuleIsUnusable:
        return settings_page(form.refused(usual=DO_NOT_FIT))
    flash("The settings were saved.")
    return redirect(url_for(".show"), 303)


def changed(values: dict[str, Any]) -> None:
    """Save the settings, and wait until they show."""
    me = person()
    assert me.practice_id is not None  # noqa: S101 - what the permission means
    notification_id = portal().settling.change_practice(
        practice_id=me.practice_id,
        rule=ExpiryRule(values["shortest"], values["usual"], values["longest"]),
        retention=values["retention"],
        by=me.user_id,
        at=portal().clock(),
    )
    portal().progress.wait(notification_id)


def my_settings() -> PracticeSettings:
    """Return the settings of my practice."""
    practice_id = person().practice_id
    found = portal().roster.settings(practice_id) if practice_id else None
    assert found is not None  # noqa: S101 - what the permission means
    return found


def as_typed(found: PracticeSettings) -> dict[str, str]:
    """Return settings as their form holds them."""
    names = ("shortest", "usual", "longest", "retention")
    return {name: str(getattr(found, name)) for name in names}


def settings_page(form: Form) -> ResponseReturnValue:
    """Return the form."""
    page = render_template(
        "practice_settings.html",
        form=form,
        longest_ever=LONGEST_EVER,
        longest_retention=LONGEST_RETENTION,
    )
    return page, form.status
