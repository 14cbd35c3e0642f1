"""What Twilio would refuse of a form, and the telephone numbers of its own that always fail.

The numbers: https://www.twilio.com/docs/iam/test-credentials. The codes:
https://www.twilio.com/docs/api/errors. As the vendor's, the sentences quote what was sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

LONGEST_BODY = 1600
LONGEST_TWIML = 4000
VERBS = {"Say", "Pause"}
TO_TEXT = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
TO_CALL = {
    "+15005550001": 21217,
    "+15005550002": 21214,
    "+15005550003": 21215,
    "+15005550004": 21216,
}
FROM_TEXT = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
FROM_CALL = {"+15005550001": 21212, "+15005550007": 21210, "+15005550008": 21210}

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a form, by the vendor's own number of it."""

    code: int
    message: str


def objections_to_text(form: Mapping[str, str]) -> Iterator[Objection]:
    """Yield what is wrong with a text, worst first."""
    yield from _to_fields(form, {"To": 21604, "From": 21603, "Body": 21602})
    yield from _to_number(form.get("From", ""), "From", 21212, FROM_TEXT)
    yield from _to_number(form.get("To", ""), "To", 21211, TO_TEXT)
    if len(form.get("Body", "")) > LONGEST_BODY:
        yield Objection(21617, f"The body exceeds the {LONGEST_BODY} character limit: {form}")


def objections_to_call(form: Mapping[str, str]) -> Iterator[Objection]:
    """Yield what is wrong with a call, worst first."""
    yield from _to_fields(form, {"To": 21201, "From": 21213, "Twiml": 21205})
    yield from _to_number(form.get("From", ""), "From", 21212, FROM_CALL)
    yield from _to_number(form.get("To", ""), "To", 21217, TO_CALL)
    if len(form.get("Twiml", "")) > LONGEST_TWIML or not _is_spoken(form.get("Twiml", "")):
        yield Objection(12100, f"The document cannot be read: {form}")


def _to_fields(form: Mapping[str, str], wanted: Mapping[str, int]) -> Iterator[Objection]:
    for name in form.keys() - wanted.keys():
        yield Objection(20001, f"SecureMail has no use for {name}")
    for name, code in wanted.items():
        if not form.get(name):
            yield Objection(code, f"{name} is required")


def _to_number(
    number: str, name: str, malformed: int, failing: Mapping[str, int]
) -> Iterator[Objection]:
    code = failing.get(number) or (0 if _E164.fullmatch(number) else malformed)
    if code:
        yield Objection(code, f"The '{name}' number {number} cannot be used.")


def _is_spoken(twiml: str) -> bool:
    """Say whether a document is a `Response` of things to say and pauses, with something to say."""
    try:
        root = ET.fromstring(twiml)  # noqa: S314 - what our own carrier wrote, on this machine
    except ET.ParseError:
        return False
    verbs = {each.tag for each in root}
    return root.tag == "Response" and "Say" in verbs and verbs <= VERBS
