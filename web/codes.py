"""What the pages that ask for a code have in common, and what a browser has proved so far.

The session on the server holds which code this browser gave; whoever has the same mail in another
browser has proved nothing.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask import flash, render_template, request, session
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields

from domain.notification import Channel
from domain.phone_codes import TooManyCodes
from domain.phone_proof import CodeIsWrong
from web.form import Form, FormSchema
from web.phones import ending_of, network
from web.portal import portal

SPOKEN = (Channel.TEXT, Channel.CALL)
"""The ways in which a code can come."""

PROOF = "proof"
CHANNEL = "code_channel"

SIX_DIGITS = "Please enter the six digits of the code."


class Code(fields.String):
    """Six digits, with blanks or dashes between them if somebody likes that."""

    def __init__(self) -> None:
        super().__init__(required=True, error_messages={"required": SIX_DIGITS})

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        digits = "".join(text.replace("-", " ").split())
        if not re.fullmatch("[0-9]{6}", digits):
            raise ValidationError(SIX_DIGITS)
        return digits


class CodeSchema(FormSchema):
    """The code that was sent."""

    code = Code()


def asked_channel() -> Channel:
    """Return by which way a form wants the code: as a text, unless it says otherwise."""
    return Channel.CALL if request.form.get("channel") == Channel.CALL else Channel.TEXT


def send_code(user_id: UUID, *, phone: str | None = None) -> int:
    """Have a code sent, and tell the page that follows; return the position of the record."""
    now, channel = portal().clock(), asked_channel()
    try:
        position = portal().proving.request_code(
            user_id=user_id,
            code_id=portal().new_id(),
            channel=channel,
            phone=phone,
            network=network(),
            at=now,
        )
    except TooManyCodes as refusal:
        flash(f"No new code was sent. The next one can be sent in {span(refusal.again_at - now)}.")
        return 0
    session[CHANNEL] = channel.value
    return position


def code_page(
    form: Form, user_id: UUID, *, action: str, again: str, back: str, is_invited: bool = False
) -> ResponseReturnValue:
    """Return the page that asks for a code; of the number it shows the last digits.

    Who is invited learns what to do if it is the wrong number, where somebody else has given it.
    """
    number = portal().proving.phone_of(user_id) or ""
    channel = Channel(session.get(CHANNEL, Channel.TEXT))
    page = render_template(
        "code.html",
        form=form,
        ending=ending_of(number),
        is_invited=is_invited and not portal().proving.takes_what_is_typed(user_id),
        channel=channel.value,
        other_channel=next(one.value for one in SPOKEN if one is not channel),
        action=action,
        again=again,
        back=back,
    )
    return page, form.status


def wrong(refusal: CodeIsWrong) -> str:
    """Say that a code is wrong, whatever is wrong with it."""
    left = refusal.tries_left
    tries = "no try" if left == 0 else "1 try" if left == 1 else f"{left} tries"
    return f"This code is not right, or not valid any more. You have {tries} left with this code."


def remember_proof(user_id: UUID) -> None:
    """Keep in this session which code proved the phone."""
    code_id = portal().proving.proved_code(user_id)
    session[PROOF] = str(code_id) if code_id else None


def proof() -> UUID | None:
    """Return which code this browser gave last."""
    code_id = session.get(PROOF)
    return UUID(code_id) if code_id else None


def span(time: timedelta) -> str:
    """Return a stretch of time in words, rounded up."""
    seconds = max(1, -int(-time.total_seconds() // 1))
    for length, name in ((3600, "hour"), (60, "minute")):
        if seconds >= length:
            return counted(-(-seconds // length), name)
    return counted(seconds, "second")


def counted(number: int, name: str) -> str:
    """Return a number with its noun."""
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
