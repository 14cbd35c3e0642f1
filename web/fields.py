"""What people type, checked: addresses, phones, names, texts. Messages are sentences."""

import re
from collections.abc import Mapping

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from domain.address import LONGEST_ADDRESS, AddressIsMalformed, normalised

HOME_REGION = "US"
"""Phones without a country code are read as numbers of this region."""

LONGEST_NAME = 100
LONGEST_PHONE = 40

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no keyboard types; line ends and tabs are no part of it."""

LINE_ENDS = re.compile(r"[\n\r\u2028\u2029]")
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Marks that make the rest of a line read backwards, and one name look like another."""

UNSEEN = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]*")
"""Blanks, and letters that nobody sees."""


class Text(fields.String):
    """A required text of limited length; control characters are refused."""

    def __init__(self, *, what: str, longest: int) -> None:
        self.missing = f"Please enter {what}."
        self.longest = longest
        super().__init__(
            required=True, error_messages={"required": self.missing}, validate=self.judge
        )

    def judge(self, text: str) -> None:
        """Raise ValidationError with the first thing that is wrong."""
        if UNSEEN.fullmatch(text):
            raise ValidationError(self.missing)
        if len(text) > self.longest:
            raise ValidationError(f"At most {self.longest:,} characters; this is {len(text):,}.")
        if CONTROLS.search(text):
            raise ValidationError("Please remove the control characters.")


class Line(Text):
    """A text of one line."""

    def judge(self, text: str) -> None:
        """Raise ValidationError with the first thing that is wrong."""
        super().judge(text)
        if LINE_ENDS.search(text):
            raise ValidationError("Please write it in one line.")
        if TURNS.search(text):
            raise ValidationError("Please remove the control characters.")


class Address(fields.String):
    """Exactly one e-mail address, RFC 5321 and 5322, in ASCII."""

    def __init__(self) -> None:
        missing = complaint_about("")
        super().__init__(
            required=True, error_messages={"required": str(missing)}, validate=self.judge
        )

    def judge(self, address: str) -> None:
        """Raise ValidationError with what is wrong."""
        complaint = complaint_about(address)
        if complaint:
            raise ValidationError(complaint)


def complaint_about(address: str) -> str | None:
    """Say what is wrong with an address, None if nothing is."""
    if not address:
        return "Please enter an e-mail address."
    if len(address) > LONGEST_ADDRESS:
        return f"An e-mail address has at most {LONGEST_ADDRESS} characters."
    if not address.isascii():
        return "Only addresses in plain letters (ASCII) can be used."
    if address.count("@") > 1 or any(separator in address for separator in ",; "):
        return "Only one e-mail address can be entered, without blanks and commas."
    try:
        validate_email(
            address, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
        normalised(address)
    except (EmailNotValidError, AddressIsMalformed):
        return "This is not a complete e-mail address, such as name@practice.example."
    return None


class CellPhone(fields.String):
    """A phone number, kept as E.164."""

    def __init__(self) -> None:
        super().__init__(
            required=True, error_messages={"required": "Please enter your cell phone number."}
        )

    def _deserialize(
        self,
        value: object,
        attr: str | None,
        data: Mapping[str, object] | None,
        **kwargs: object,
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        if not text:
            raise ValidationError("Please enter your cell phone number.")
        return e164(text)


def e164(text: str) -> str:
    """Return a phone number as text providers want it, or raise ValidationError."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if len(text) > LONGEST_PHONE or number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError("This is not a phone number, such as (202) 555-0123.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Tick(fields.Boolean):
    """A box that is ticked or not."""

    def __init__(self) -> None:
        super().__init__(
            load_default=False,
            falsy={*fields.Boolean.falsy, ""},
            error_messages={"invalid": "Please tick the box, or leave it empty."},
        )


class FormId(fields.UUID):
    """Hidden name of a form, so that sending it twice does its work once."""

    def __init__(self) -> None:
        again = "Please check what you entered, and send it again."
        super().__init__(required=True, error_messages={"required": again, "invalid_uuid": again})
