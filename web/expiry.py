"""The end of a message as a form asks for it: after some days, or at a moment of one's choice."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields

from domain.expiry import (
    HOUSE_RULE,
    ExpiryIsPast,
    ExpiryIsTooLate,
    ExpiryIsTooSoon,
    ExpiryRule,
)
from domain.refusal import Refusal
from web.access import person
from web.form import FormSchema
from web.portal import portal

OFFERED_DAYS = (1, 2, 3, 7, 14, 21, 30, 60, 90, 180, 365, 730, 1826, 3650)
"""What a list offers, as far as the practice's rule reaches."""

AT_A_MOMENT = "moment"
"""The choice of a moment instead of days."""

EXPIRY_FIELDS = ("ends_after", "ends_at")
EXPIRY_REFUSED = (ExpiryIsPast, ExpiryIsTooSoon, ExpiryIsTooLate)


class Days(fields.String):
    """One of the offered numbers of days, nothing for the usual, or a moment instead."""

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        if text not in ("", AT_A_MOMENT, *map(str, OFFERED_DAYS)):
            raise ValidationError("Please choose one of the list.")
        if text == AT_A_MOMENT and not (data or {}).get("ends_at"):
            raise ValidationError("Please choose the moment, or a number of days.")
        return text


class Moment(fields.String):
    """A moment in UTC: with its own offset, or as clocks show it in the form's time zone."""

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> Any:  # noqa: ANN401 - marshmallow's String promises text
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        return moment_of(text, str((data or {}).get("zone") or "UTC")) if text else None


def moment_of(text: str, zone: str) -> datetime:
    """Return what ISO 8601 says, in UTC, or raise ValidationError."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError, KeyError):  # KeyError: no such zone
        raise ValidationError(
            "Please write the moment as in 2026-12-24 18:00, in a time zone that exists."
        ) from None


class ExpirySchema(FormSchema):
    """A form with an end to choose; without a choice it is the usual one."""

    ends_after = Days(load_default="")
    ends_at = Moment(load_default=None)
    zone = fields.String(load_default="UTC")


def chosen_end(values: Mapping[str, Any], *, sent_at: datetime) -> datetime | None:
    """Return the end that was chosen, None for the usual one.

    A moment counts unless days were chosen: without scripts both can be filled in.
    """
    days = values["ends_after"]
    if days in ("", AT_A_MOMENT):
        moment: datetime | None = values["ends_at"]
        return moment
    return sent_at + timedelta(days=int(days))


def my_rule() -> ExpiryRule:
    """Return how long messages of who is signed in may live."""
    practice_id = person().practice_id
    settings = portal().roster.settings(practice_id) if practice_id else None
    return settings.expiry_rule if settings else HOUSE_RULE


def my_usual_days() -> int:
    """Return how many days my messages live if I say nothing."""
    start = portal().clock()
    return (my_rule().usual_end(start, person().usual_days) - start).days


def expiry_choices() -> dict[str, Any]:
    """Return what a form needs to ask for an end."""
    rule = my_rule()
    return {
        "rule": rule,
        "usual_days": my_usual_days(),
        "offered_days": [one for one in OFFERED_DAYS if rule.shortest <= one <= rule.longest],
    }


def expiry_problem(refusal: Refusal) -> str:
    """Say why an end was refused."""
    rule = my_rule()
    match refusal:
        case ExpiryIsTooSoon():
            return f"Messages of your practice live at least {days_of(rule.shortest)}."
        case ExpiryIsTooLate():
            return f"A message ends at most {days_of(rule.longest)} after it was sent."
        case _:
            return "This moment has passed already."


def days_of(number: int) -> str:
    """Return a number of days in words."""
    return "1 day" if number == 1 else f"{number:,} days"
