"""What every form has that sends a message: a text, files, and an end."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from domain.corresponding import LONGEST_BODY
from domain.refusal import Refusal
from web.access import person
from web.attachments import file_choices, files_refused
from web.expiry import (
    EXPIRY_FIELDS,
    EXPIRY_REFUSED,
    ExpirySchema,
    expiry_choices,
    expiry_problem,
)
from web.fields import FormId, Text
from web.file_words import FILE_REFUSED
from web.form import Form

ON_ITS_WAY = "Your message is on its way and will show here in a moment. Nothing is lost."

REFUSED: tuple[type[Refusal], ...] = (*EXPIRY_REFUSED, *FILE_REFUSED)
"""What may be wrong with the end or the files of any message."""


class Body(Text):
    """The text of a message."""

    def __init__(self) -> None:
        super().__init__(what="a message", longest=LONGEST_BODY)


class MessageSchema(ExpirySchema):
    """When a message ends, and the name of its form; the text comes where the form has it."""

    form_id = FormId()


def refused_at_its_field(
    form: Form, refusal: Refusal, others: Mapping[type[Refusal], tuple[str, str]]
) -> Form:
    """Return the form with the refusal where it belongs; of `others` it is told field and words."""
    if isinstance(refusal, EXPIRY_REFUSED):
        return form.refused(ends_at=expiry_problem(refusal))
    if isinstance(refusal, FILE_REFUSED):
        return files_refused(form, refusal)
    name, message = others[type(refusal)]
    return form.refused(**{name: message})


def message_id_of(values: Mapping[str, Any], attachment_ids: list[UUID]) -> UUID:
    """Return the same identifier for the same form, and another one when it was changed.

    The form's random name keeps the identifier from telling anything about the text.
    """
    names = ("form_id", "to", "role", "phone", "subject", "body", *EXPIRY_FIELDS)
    said = [*(values[name] for name in names if name in values), *attachment_ids]
    return uuid5(person().user_id, "\n".join(map(str, said)))


def message_choices(form: Form) -> dict[str, Any]:
    """Return what a page needs to ask for a message."""
    return {"longest_body": LONGEST_BODY, **expiry_choices(), **file_choices(form)}
