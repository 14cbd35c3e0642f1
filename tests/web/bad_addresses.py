"""Addresses that nobody can have, with what the page says about each."""

MISSING = "Please enter an e-mail address."
INCOMPLETE = "This is not a complete e-mail address, such as name@practice.example."
SEVERAL = "Only one e-mail address can be entered, without blanks and commas."
TOO_LONG = "An e-mail address has at most 254 characters."
NOT_ASCII = "Only addresses in plain letters (ASCII) can be used."

EVERY_KIND = {
    "": MISSING,
    "   ": MISSING,
    "ada": INCOMPLETE,
    "ada@sample": INCOMPLETE,
    "ada\x00@sample.example": INCOMPLETE,
    "a" * 285 + "@sample.example": TOO_LONG,
    "ädä@sample.example": NOT_ASCII,
    "ada@sample.example, ben@sample.example": SEVERAL,
}
"""One of each kind, for every form that asks for an address."""

MALFORMED = [
    "ada@",
    "@sample.example",
    "ada@-sample.example",
    "ada@sample..example",
    "ada..lovely@sample.example",
    ".ada@sample.example",
    "ada@[192.0.2.1]",
    "ada@sample_dental.example",
    "ada\t@sample.example",
    "ada\r\n@sample.example",
    "ada\x7f@sample.example",
    "<ada@sample.example>",
    "a" * 65 + "@sample.example",
    "ada@" + "s" * 64 + ".example",
]
"""More of them, for the field itself."""


def complaints_at(name: str) -> dict[str, tuple[int, dict[str, str]]]:
    """Return what a form is to answer to each kind, if the address is typed in that field."""
    return {address: (422, {name: complaint}) for address, complaint in EVERY_KIND.items()}
