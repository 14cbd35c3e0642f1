"""Reads the pages that come back as a person does: headings, notes, complaints at fields."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.fixtures.house import House, Visitor

COOKIE = "securemail"


def page_of(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def problems(answer: TestResponse) -> dict[str, str]:
    """Return the message at each field that has one."""
    notes = {str(one["id"]): one.get_text(strip=True) for one in page_of(answer).select(".problem")}
    return {name.removesuffix("-error"): text for name, text in notes.items() if text}


def refused(answer: TestResponse) -> tuple[int, dict[str, str]]:
    """Return what a form answers that was not accepted."""
    return answer.status_code, problems(answer)


def heading(answer: TestResponse) -> str:
    return str(page_of(answer).select_one("h1").get_text(strip=True))  # type: ignore[union-attr] - every page has one


def told(answer: TestResponse) -> tuple[int, str]:
    """Return the status and the heading of a plain page."""
    return answer.status_code, heading(answer)


def flashes(page: BeautifulSoup) -> list[str]:
    return [one.get_text(strip=True) for one in page.select(".flash")]


def field(answer: TestResponse, name: str) -> Tag:
    found = page_of(answer).find(attrs={"name": name})
    assert isinstance(found, Tag), f"no field {name}"
    return found


def first_message(visitor: Visitor, folder: str = "/inbox") -> str:
    """Return the path of the newest message of a list."""
    link = visitor.page(folder).select_one(".mail-list a")
    assert link is not None
    return str(link["href"])


def subjects(page: BeautifulSoup) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page.select(".mail-subject")]


def same_browser(house: House, visitor: Visitor) -> Visitor:
    """Return a second tab of somebody's browser."""
    tab = house.visitor()
    tab.client.set_cookie(COOKIE, cookie_of(visitor))
    return tab


def cookie_of(visitor: Visitor) -> str:
    """Return the name of somebody's session."""
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value
