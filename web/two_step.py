"""Two switches of a practice: who proves a phone at registration and when a password is reset."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from domain.role import RecipientRole
from domain.two_step import TwoStepPolicy
from web.access import Permission, person, requires
from web.fields import Tick
from web.form import Form, FormSchema, checked
from web.portal import portal

two_step = Blueprint("two_step", __name__)


class PolicySchema(FormSchema):
    """Two boxes."""

    colleagues = Tick()
    patients = Tick()


@two_step.get("/practice/two-step")
@requires(Permission.USER_MANAGER)
def show() -> ResponseReturnValue:
    """Show what holds now."""
    policy = policy_of_my_practice()
    ticked = {"colleagues": policy.colleagues, "patients": policy.patients}
    return policy_page(Form({name: "yes" if one else "" for name, one in ticked.items()}))


@two_step.post("/practice/two-step")
@requires(Permission.USER_MANAGER)
def change() -> ResponseReturnValue:
    """Turn the switches; where no text can be sent they can only be turned off."""
    values, form = checked(PolicySchema())
    if form.errors:
        return policy_page(form)
    wanted = TwoStepPolicy(**values)
    allowed = wanted if portal().has_texts else wanted.within(policy_of_my_practice())
    changed(allowed)
    if allowed == wanted:
        flash("The switches were saved.")
    return redirect(url_for(".show"), 303)


def changed(policy: TwoStepPolicy) -> None:
    """Save the switches, and wait until they show."""
    me = person()
    assert me.practice_id is not None  # noqa: S101 - what the permission means
    notification_id = portal().settling.change_two_step_policy(
        practice_id=me.practice_id, policy=policy, by=me.user_id, at=portal().clock()
    )
    portal().progress.wait(notification_id)


def policy_of_my_practice() -> TwoStepPolicy:
    """Return whom my practice asks to prove a phone; nobody, if I have none."""
    practice_id = person().practice_id
    settings = portal().roster.settings(practice_id) if practice_id else None
    return settings.two_step if settings else TwoStepPolicy()


def roles_with_phone() -> list[RecipientRole]:
    """Return as whom somebody new needs a phone, when I write to her."""
    policy = policy_of_my_practice()
    return [role for role in RecipientRole if policy.covers(role.kind)]


def policy_page(form: Form) -> ResponseReturnValue:
    """Return the form."""
    return render_template("two_step.html", form=form, has_texts=portal().has_texts), form.status
