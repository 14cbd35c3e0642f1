"""A page that stays open knows when its messages end, and what to show from then on."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag

from tests.fixtures.clock import START
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message

pytestmark = pytest.mark.usefixtures("ben")

BEN = "ben@sample-dental.example"
BODY = "Der Wendehals sitzt im Apfelbaum."


def written(ada: Visitor, ben: Visitor) -> str:
    """Let Ada write; return the path of the message."""
    ada.compose(BEN, subject="Zaunkoenigfund", body=BODY)
    return first_message(ben)


def ending(page: BeautifulSoup) -> dict[str, Tag]:
    """Return what goes from a page at some moment, by what it says."""
    return {one.get_text(" ", strip=True): one for one in page.select("[data-ends-at]")}


def behind(one: Tag) -> str:
    """Return what takes the place of what goes."""
    template = one.find_next_sibling("template")
    assert isinstance(template, Tag)
    return " ".join(BeautifulSoup(template.decode_contents(), "html.parser").get_text(" ").split())


def test_body_and_subject_say_when_they_end_and_what_is_shown_then(ada: Visitor, ben: Visitor):
    found = ending(ben.page(written(ada, ben)))
    ends_at = (START + timedelta(days=30)).isoformat()
    assert {one["data-ends-at"] for one in found.values()} == {ends_at}
    assert list(found) == ["Zaunkoenigfund", BODY, "Ends Apr 1, 2026, 09:00 UTC"]
    assert behind(found["Zaunkoenigfund"]) == "Re: a message that has ended"
    assert behind(found[BODY]) == (
        "This message ended on Apr 1, 2026, 09:00 UTC , because its time was over."
        " Nobody can open its content any more."
    )


def test_the_page_says_what_the_server_s_clock_shows_and_where_it_is_shown_anew(
    house: House, ada: Visitor, ben: Visitor
):
    path = written(ada, ben)
    house.clock.forward(minutes=5)
    answered = BeautifulSoup(ben.post(f"{path}/reply", body="").text, "html.parser")
    for page in (ben.page(path), answered):
        thread = page.select_one("[data-thread]")
        assert thread is not None
        assert thread["data-shown-at"] == (START + timedelta(minutes=5)).isoformat()
        assert thread["data-thread"] == path


def test_what_has_ended_ends_no_more(house: House, ada: Visitor, ben: Visitor):
    path = written(ada, ben)
    house.clock.forward(days=30)
    ben.sign_in(BEN)
    page = ben.page(path)
    assert ending(page) == {}
    assert page.select("template") == []
    assert "This message ended" in page.get_text()


def test_a_reply_outlives_the_message_that_it_answers(house: House, ada: Visitor, ben: Visitor):
    path = written(ada, ben)
    house.clock.forward(minutes=5)
    ben.post(f"{path}/reply", body="A Girlitz answers.", form_id=ben.form_id())
    found = ending(ada.page(path))
    assert found["Zaunkoenigfund"]["data-ends-at"] == found[BODY]["data-ends-at"]
    assert found["A Girlitz answers."]["data-ends-at"] > found[BODY]["data-ends-at"]
