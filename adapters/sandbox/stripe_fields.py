"""The form fields of a call, read one by one; what nobody has read in the end is refused.

So nothing that the stand-in ignores ever seems to work.
"""

import re
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from adapters.sandbox.stripe_errors import StripeRefusal

LONGEST_LIST = 20


class Fields:
    """Form fields in Stripe's notation (`a[b][0]=c`); every method raises StripeRefusal."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self._form = form
        self._read: set[str] = set()

    def text(self, key: str) -> str | None:
        """Return a text, or None if it is missing or empty."""
        self._read.add(key)
        return self._form.get(key) or None

    def required(self, key: str) -> str:
        """Return a text that has to be there."""
        value = self.text(key)
        if value is None:
            raise StripeRefusal(
                f"Missing required param: {key}.", code="parameter_missing", param=key
            )
        return value

    def whole(self, key: str) -> int:
        """Return a number of at least 1 that has to be there."""
        value = self.required(key)
        if not re.fullmatch(r"[0-9]{1,8}", value):
            raise _no_number(f"Invalid integer: {value}", key)
        if int(value) < 1:
            raise _no_number("This value must be greater than or equal to 1.", key)
        return int(value)

    def whole_or_none(self, key: str) -> int | None:
        """Return a number of at least 1, or None if it is missing."""
        return self.whole(key) if self.text(key) else None

    def moment(self, key: str) -> int | None:
        """Return a time in Unix seconds, or None if it is missing."""
        value = self.text(key)
        if value is not None and not re.fullmatch(r"[0-9]{1,12}", value):
            raise _no_number(f"Invalid integer: {value}", key)
        return None if value is None else int(value)

    def truth(self, key: str) -> bool:
        """Return whether `true` stands there; missing is no."""
        return self.choice(key, "true", "false", default="false") == "true"

    def currency(self, key: str) -> str:
        """Return an ISO 4217 code in lower case."""
        value = self.required(key).lower()
        if not re.fullmatch(r"[a-z]{3}", value):
            raise StripeRefusal(f"Invalid currency: {value}", param=key)
        return value

    def url(self, key: str) -> str:
        """Return an address of the web."""
        value = self.required(key)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise StripeRefusal("Not a valid URL", code="url_invalid", param=key)
        return value

    def choice(self, key: str, *allowed: str, default: str = "") -> str:
        """Return one of the allowed values; without a default it has to be there."""
        value = (self.text(key) or default) or self.required(key)
        if value not in allowed:
            raise StripeRefusal(f"Invalid {key}: must be one of {', '.join(allowed)}", param=key)
        return value

    def choice_or_none(self, key: str, *allowed: str) -> str | None:
        """Return one of the allowed values, or None if it is missing."""
        return self.choice(key, *allowed) if self.text(key) else None

    def pairs(self, name: str = "metadata") -> dict[str, str]:
        """Return what is written as `name[key]=value`."""
        pattern = re.compile(rf"{re.escape(name)}\[([^\[\]]{{1,40}})\]")
        found = {match[1]: key for key in self._form if (match := pattern.fullmatch(key))}
        self._read.update(found.values())
        return {inner: self._form[key] for inner, key in found.items()}

    def list_of(self, name: str) -> list[str]:
        """Return what is written as `name[]=value` or `name[0]=value`."""
        pattern = re.compile(rf"{re.escape(name)}\[[0-9]*\]")
        keys = [key for key in self._form if pattern.fullmatch(key)]
        self._read.update(keys)
        values = [value for key in keys for value in self._form.getlist(key)]
        if len(values) > LONGEST_LIST:
            raise StripeRefusal(f"Array must have at most {LONGEST_LIST} items.", param=name)
        return values

    def only_cards(self) -> bool:
        """Say whether the caller limits the ways to pay to cards, the only one there is here."""
        key = "allowed_payment_method_types[0]"
        return self.choice_or_none(key, "card") is not None

    def done(self) -> None:
        """Refuse the first field that nobody has read."""
        for key in self._form:
            if key not in self._read:
                raise StripeRefusal(
                    f"Received unknown parameter: {key}", code="parameter_unknown", param=key
                )


def _no_number(message: str, key: str) -> StripeRefusal:
    return StripeRefusal(message, code="parameter_invalid_integer", param=key)
