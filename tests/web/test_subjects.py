"""The subject of a conversation is that of its first message, and goes with it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from domain.expiry import HOUSE_RULE
from runtime.parts.sweeper import sweeper_of
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, heading, page_of, subjects

SUBJECT = "For Ben"
LATER = timedelta(days=20)
REST = timedelta(days=HOUSE_RULE.longest) - LATER


def answer(visitor: Visitor, path: str, body: str = "An answer") -> None:
    sent = visitor.post(f"{path}/reply", body=body, form_id=visitor.form_id())
    assert sent.status_code == 303


def recall(visitor: Visitor, path: str) -> None:
    recalled = visitor.post(f"{path}/recall", reason="It was wrong.")
    assert recalled.location == path


def hold(ada: Visitor, path: str) -> None:
    thread = path.rpartition("/")[2]
    form = {"thread": thread, "reason": "Case 7", "form_id": ada.form_id()}
    assert ada.post("/practice/holds", what="thread", **form).status_code == 303


def pass_by(house: House, *visitors: Visitor) -> None:
    """Let the time of the first message pass; nothing is swept."""
    house.clock.forward(days=REST.days)
    for visitor in visitors:
        visitor.sign_in(visitor.address)


def sweep(house: House) -> None:
    while sweeper_of(house.stores, house.blobs, house.clock).sweep():
        house.settle()


def links(texts: list[str], last: str = "") -> list[str]:
    """Return the addresses of messages that pages name, or of what can be done about these."""
    pages = [BeautifulSoup(text, "html.parser") for text in texts]
    found = {str(one["href"]) for page in pages for one in page.select("a[href^='/messages/']")}
    return sorted(one for one in found if one.endswith(last))


def everything_shown_to(visitor: Visitor) -> str:
    """Return all pages on which one finds messages."""
    lists = [visitor.get(one).text for one in ("/dashboard", "/inbox", "/sent")]
    threads = [visitor.get(one).text for one in links(lists)]
    endings = [visitor.get(one).text for one in links(threads, "/ending")]
    return "\n".join([*lists, *threads, *endings])


@pytest.fixture
def path(house: House, ada: Visitor, ben: Visitor) -> str:
    """Ada wrote to Ben, who answered much later, so that his answer lives longer."""
    path = first_message(ben)
    house.clock.forward(days=LATER.days)
    for visitor in (ada, ben):
        visitor.sign_in(visitor.address)
    answer(ben, path)
    return path


def recalled(house: House, ada: Visitor, ben: Visitor, path: str) -> None:
    del house, ben
    recall(ada, path)


def recalled_and_held(house: House, ada: Visitor, ben: Visitor, path: str) -> None:
    hold(ada, path)
    recalled(house, ada, ben, path)
    sweep(house)


def recalled_and_destroyed(house: House, ada: Visitor, ben: Visitor, path: str) -> None:
    recalled(house, ada, ben, path)
    sweep(house)


def ended(house: House, ada: Visitor, ben: Visitor, path: str) -> None:
    del path
    pass_by(house, ada, ben)


def ended_and_destroyed(house: House, ada: Visitor, ben: Visitor, path: str) -> None:
    ended(house, ada, ben, path)
    sweep(house)


RECALLED, ENDED = "Re: a message that was recalled", "Re: a message that has ended"
Route = Callable[[House, Visitor, Visitor, str], None]


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (recalled, RECALLED),
        (recalled_and_held, RECALLED),
        (recalled_and_destroyed, RECALLED),
        (ended, ENDED),
        (ended_and_destroyed, ENDED),
    ],
)
def test_when_the_first_message_is_over_no_page_of_either_end_shows_its_subject(
    house: House, ada: Visitor, ben: Visitor, path: str, *, route: Route, words: str
) -> None:
    assert SUBJECT in everything_shown_to(ada)
    assert SUBJECT in everything_shown_to(ben)
    route(house, ada, ben, path)
    for visitor in (ada, ben):
        shown = everything_shown_to(visitor)
        assert "An answer" in shown
        assert SUBJECT not in shown
        assert heading(visitor.get(path)) == words
    assert subjects(ada.page("/inbox")) == [words]
    assert subjects(ben.page("/sent")) == [words]


def test_an_answer_shows_the_subject_as_long_as_the_first_message_lives(
    ada: Visitor, ben: Visitor, path: str
) -> None:
    assert subjects(ada.page("/inbox")) == ["Re: For Ben (unread)"]
    answer(ada, first_message(ada), "Another answer")
    assert subjects(ben.page("/inbox")) == ["Re: For Ben (unread)", "For Ben (unread)"]
    reply = first_message(ada)
    assert heading(ben.get(reply)) == heading(ada.get(path)) == SUBJECT
    facts = page_of(ben.get(f"{reply}/ending")).select("dd")
    assert facts[1].get_text() == "Re: For Ben"


def test_who_recalls_an_answer_takes_no_subject_away(ada: Visitor, ben: Visitor, path: str) -> None:
    recall(ben, first_message(ada))
    assert heading(ada.get(path)) == SUBJECT
    assert subjects(ada.page("/inbox")) == ["This message was recalled"]
    assert subjects(ben.page("/inbox")) == ["For Ben (unread)"]


def test_a_conversation_of_which_nothing_is_left_says_so(
    house: House, ada: Visitor, ben: Visitor, path: str
) -> None:
    recall(ada, path)
    recall(ben, first_message(ada))
    assert heading(ada.get(path)) == "This conversation has ended"
    sweep(house)
    assert heading(ben.get(path)) == "This conversation has ended"


def test_another_end_of_the_first_message_is_the_end_of_the_subject(
    house: House, ada: Visitor, ben: Visitor, path: str
) -> None:
    assert ada.post(f"{path}/expiry", ends_after="21").status_code == 303
    assert heading(ben.get(path)) == SUBJECT
    house.clock.forward(days=1)
    ben.sign_in(ben.address)
    assert heading(ben.get(path)) == ENDED


def test_what_is_answered_already_is_not_answered_twice_in_its_subject(
    ada: Visitor, ben: Visitor
) -> None:
    ada.compose(ben.address, subject="RE: the plan")
    answer(ben, first_message(ben))
    assert subjects(ada.page("/inbox")) == ["RE: the plan (unread)"]


def test_a_subject_that_cannot_be_opened_is_not_said_to_have_ended(
    house: House, ada: Visitor, path: str
) -> None:
    with house.stores.pool.connection() as connection:
        connection.execute("DELETE FROM vault.data_key WHERE owner = %s", (path.split("/")[2],))
    assert heading(ada.get(path)) == "Cannot be opened"
    assert subjects(ada.page("/inbox")) == ["Cannot be opened"]


def test_who_recalls_is_told_what_becomes_of_the_subject(
    ada: Visitor, ben: Visitor, path: str
) -> None:
    assert "The subject goes with this message" in ada.get(f"{path}/ending").text
    assert "keeps its subject" in ben.get(f"{first_message(ada)}/ending").text
