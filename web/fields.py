"""What people type, checked: addresses, phones, names, texts. Messages are sentences."""

from collections.abc import Mapping
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from domain.address import LONGEST_ADDRESS

HOME_REGION = "US"
"""Phones without a country code are read as numbers of this region."""

LONGEST_NAME = 100


class Text(fields.String):
    """A required text of limited length; control characters are refused."""

    def __init__(self, *, what: str, longest: int) -> None:
        self.missing = f"Please enter {what}."
        self.longest = longest
        super().__init__(required=True, error_messages={"required": self.missing})

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any  # noqa: ANN401
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        if not text.strip():
            raise ValidationError(self.missing)
        if len(text) > self.longest:
            raise ValidationError(f"At most {self.longest:,} characters; this is {len(text):,}.")
        if any(ord(letter) < ord(" ") and letter not in "\r\n\t" for letter in text):
            raise ValidationError("Please remove the control characters.")
        return text


class Line(Text):
    """A text of one line."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any  # noqa: ANN401
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\n" in text or "\r" in text:
            raise ValidationError("Please write it in one line.")
        return text


class Address(fields.String):
    """Exactly one e-mail address, RFC 5321 and 5322, in ASCII."""

    def __init__(self) -> None:
        super().__init__(
            required=True, error_messages={"required": "Please enter an e-mail address."}
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any  # noqa: ANN401
    ) -> str:
        text = (super()._deserialize(value, attr, data, **kwargs) or "").strip()
        complaint = complaint_about(text)
        if complaint:
            raise ValidationError(complaint)
        return text.lower()


def complaint_about(address: str) -> str | None:
    """Say what is wrong with an address, None if nothing is."""
    if not address:
        return "Please enter an e-mail address."
    if len(address) > LONGEST_ADDRESS:
        return f"An e-mail address has at most {LONGEST_ADDRESS} characters."
    if not address.isascii():
        return "Only addresses in plain letters (ASCII) can be used."
    if address.count("@") > 1 or any(separator in address for separator in ",; "):
        return "Only one e-mail address can be entered."
    try:
        validate_email(address, allow_smtputf8=False, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return "This is not a complete e-mail address, such as name@practice.example."
    return None


class CellPhone(fields.String):
    """A phone number, kept as E.164."""

    def __init__(self) -> None:
        super().__init__(
            required=True, error_messages={"required": "Please enter your cell phone number."}
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any  # noqa: ANN401
    ) -> str:
        text = (super()._deserialize(value, attr, data, **kwargs) or "").strip()
        if not text:
            raise ValidationError("Please enter your cell phone number.")
        try:
            number = phonenumbers.parse(text[:40], HOME_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError("This is not a phone number, such as (202) 555-0123.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
