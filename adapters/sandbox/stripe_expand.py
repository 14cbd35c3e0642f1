"""Objects within objects: a name is replaced by what it names, if the caller asks for it.

After https://docs.stripe.com/api/expanding_objects. Only what is listed here can be expanded.
"""

from collections.abc import Iterable

from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Books

EXPANDABLE = {
    "charge": {"customer": "customer", "payment_intent": "payment_intent"},
    "checkout.session": {
        "customer": "customer",
        "payment_intent": "payment_intent",
        "setup_intent": "setup_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
    },
    "payment_method": {"customer": "customer"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
}


def refuse_unexpandable(kind: str, paths: Iterable[str]) -> None:
    """Raise StripeRefusal for what cannot be expanded in an object, or in a list of them."""
    for path in paths:
        place = kind
        for step in path.removeprefix("data.").split("."):
            if step not in EXPANDABLE.get(place, {}):
                message = f"This property cannot be expanded ({path})."
                raise StripeRefusal(message, param="expand")
            place = EXPANDABLE[place][step]


def expanded(books: Books, found: Json, paths: Iterable[str]) -> Json:
    """Return an object, or each of a list, with what the paths name in full."""
    for path in paths:
        if found["object"] == "list":
            data = [expanded(books, each, [path.removeprefix("data.")]) for each in found["data"]]
            found = found | {"data": data}
        else:
            found = _expanded(books, found, path.split("."))
    return found


def _expanded(books: Books, found: Json, steps: list[str]) -> Json:
    step, *rest = steps
    inner = found[step]
    if isinstance(inner, str):
        inner = books.get(inner)
    if inner is not None and rest:
        inner = _expanded(books, inner, rest)
    return found | {step: inner}
