"""The card vendor's way of saying no: an error object with type, code, parameter and a sentence.

The form is https://docs.stripe.com/api/errors; the codes are those of
https://docs.stripe.com/error-codes.
"""

from typing import Any


class StripeRefusal(Exception):
    """The stand-in answers a call with an error object instead of doing what was asked.

    `about` is what else the error object holds, such as the PaymentIntent that was declined.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        about: dict[str, Any] | None = None,  # JSON
    ) -> None:
        super().__init__(message)
        self.status = status
        named = {"code": code, "message": message, "param": param, "type": kind}
        self._fields = named | (about or {})

    def body(self) -> dict[str, Any]:  # JSON
        """Return the error object; what does not apply is left out."""
        return {"error": {name: value for name, value in self._fields.items() if value}}


def missing(kind: str, identifier: str, *, status: int = 404) -> StripeRefusal:
    """Return the refusal for an object that does not exist: 404 if the address names it."""
    return StripeRefusal(
        f"No such {kind}: '{identifier}'", status=status, code="resource_missing", param=kind
    )
