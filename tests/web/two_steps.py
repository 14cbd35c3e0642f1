"""What tests of two-step verification do again and again: switches, codes, a new patient."""

import re

from adapters.outbox_texter import OutboxText
from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of

CARLA = "carla@home.example"
TYPED = "+12025550123"
GIVEN = "+12025550187"


def turn_on(visitor: Visitor, *switches: str) -> None:
    """Turn on the named switches of somebody's practice, and the others off."""
    answer = visitor.post("/practice/two-step", **dict.fromkeys(switches, "yes"))
    assert answer.status_code == 303


def texts_to(house: House, phone: str) -> list[OutboxText]:
    """Return what went to a phone, newest first."""
    house.settle()
    return [one for one in house.texts.texts() if one.to == phone]


def code_to(house: House, phone: str) -> str:
    """Return the newest code that went to a phone."""
    found = re.search("[0-9]{6}", texts_to(house, phone)[0].words)
    assert found is not None
    return found.group(0)


def another(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def register(visitor: Visitor, link: str, **changed: str):
    given = {
        "address": CARLA,
        "cell_phone": "(202) 555-0123",
        "full_name": "Carla Molar",
        "accepts_terms": "yes",
    }
    return visitor.post(link, **{**given, **changed})


def lead(answer) -> str:
    """Return what the page of a code says of where it went."""
    return str(page_of(answer).select("main p")[0].get_text(" ", strip=True))
