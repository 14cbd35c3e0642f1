"""A form as a page shows it: what was typed, and what is wrong at which field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, pre_load


class FormSchema(Schema):
    """Root of all forms: surrounding blanks do not count, unknown fields are ignored."""

    class Meta:
        """Marshmallow's own settings."""

        unknown = EXCLUDE

    keep_blanks = frozenset[str]()

    @pre_load
    def trim(self, data: Mapping[str, str], **_: object) -> dict[str, str]:
        """Trim what a person typed, and count a line end as one letter; never in a password."""
        return {
            name: value if name in self.keep_blanks else value.strip().replace("\r\n", "\n")
            for name, value in data.items()
        }


@dataclass(frozen=True, slots=True)
class Form:
    """Values and errors by field; `secret` fields are never shown again."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return what was typed."""
        return self.values.get(name, "")

    @property
    def status(self) -> int:
        """Return the status of a page that shows this form."""
        return 422 if self.errors else 200

    @property
    def first_problem(self) -> str | None:
        """Return the first field with an error, where the cursor should be."""
        return next(iter(self.errors), None)

    def refused(self, **errors: str) -> "Form":
        """Return the same form with more errors."""
        return Form(self.values, {**self.errors, **errors})

    def begun_anew(self, form_id: UUID) -> "Form":
        """Return the same form with another hidden name, so that it sends something else."""
        return Form({**self.values, "form_id": str(form_id)}, self.errors)

    def renamed(self, form_id: UUID) -> "Form":
        """Return the same form with another hidden name if its own cannot be used."""
        if "form_id" not in self.errors:
            return self
        return self.begun_anew(form_id)


SECRETS = frozenset({"password", "code", "csrf_token"})


def typed() -> Form:
    """Return what the request's form holds, without errors."""
    return Form({name: value for name, value in request.form.items() if name not in SECRETS})


def checked(schema: FormSchema) -> tuple[dict[str, Any], Form]:
    """Return the loaded values, and the form with what is wrong; both from the request."""
    form = typed()
    try:
        return schema.load(request.form.to_dict()), form
    except ValidationError as error:
        return {}, form.refused(**first_messages(error))


def checked_query(schema: FormSchema) -> tuple[dict[str, Any], Form]:
    """Return the loaded values of a form that only asks, and what is wrong in it."""
    form = Form(request.args.to_dict())
    try:
        return schema.load(request.args.to_dict()), form
    except ValidationError as error:
        return {}, form.refused(**first_messages(error))


def first_messages(error: ValidationError) -> dict[str, str]:
    """Return one message a field."""
    messages = cast("dict[str, list[str]]", error.messages)
    return {name: texts[0] for name, texts in messages.items()}
