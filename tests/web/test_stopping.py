"""The link that stops mails about messages: for people, and for mail programs (RFC 8058)."""

from datetime import timedelta

import pytest

from domain.ports import LinkPurpose
from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of, told

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
STOP, STOPPED = "Stop mails about messages", "Mails about messages are stopped"
NOT_VALID = (404, "This link is not valid")


@pytest.fixture
def link(house: House, carla: Visitor) -> str:
    """The link in a mail to Carla."""
    holder, at = house.portal.inviting.holder(carla.address), house.clock()
    assert holder is not None
    end = at + timedelta(days=60)
    links = house.portal.registering.links
    return "/notices/stop/" + links.mint(holder, LinkPurpose.STOP_NOTICES, at=at, expires_at=end)


def one_click(house: House, link: str):
    """Post what a mail program posts: no cookie, no form of ours."""
    return house.app.test_client().post(link, data=ONE_CLICK)


def test_a_look_changes_nothing(house: House, link: str) -> None:
    before = house.head()
    assert {told(house.visitor().get(link)) for _ in range(3)} == {(200, STOP)}
    assert house.since(before) == []


def test_who_follows_the_link_stops_the_mails_and_can_take_that_back(
    house: House, link: str
) -> None:
    before, visitor = house.head(), house.visitor()
    answer = visitor.post(link)
    assert (answer.status_code, answer.location) == (303, link)
    assert house.since(before) == ["profile.begun", "profile.notices-chosen"]
    assert told(visitor.get(link)) == (200, STOPPED)
    [form] = page_of(visitor.get(link)).select("main form")
    visitor.post(str(form["action"]))
    assert told(visitor.get(link)) == (200, STOP)


def test_both_pages_say_what_stays(house: House, link: str) -> None:
    visitor = house.visitor()
    before = page_of(visitor.get(link)).select_one(".hint")
    visitor.post(link)
    after = page_of(visitor.get(link)).select_one(".hint")
    assert before == after
    assert before is not None
    assert "These stay: links to sign in, what happens to your account" in before.get_text()


def test_one_click_in_a_mail_program_is_enough(house: House, link: str) -> None:
    before = house.head()
    answers = [one_click(house, link) for _ in range(2)]
    assert {(one.status_code, one.text) for one in answers} == {(200, "Stopped.")}
    assert [one.headers.get("Set-Cookie") for one in answers] == [None, None]
    assert house.since(before) == ["profile.begun", "profile.notices-chosen"]
    assert told(house.visitor().get(link)) == (200, STOPPED)


def test_one_click_may_be_posted_in_parts(house: House, link: str) -> None:
    answer = house.app.test_client().post(link, data=ONE_CLICK, content_type="multipart/form-data")
    assert (answer.status_code, answer.text) == (200, "Stopped.")


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": ""}, {"List-Unsubscribe": "one"}])
def test_anything_else_needs_the_form_of_our_page(
    house: House, link: str, body: dict[str, str]
) -> None:
    before = house.head()
    answer = house.app.test_client().post(link, data=body)
    assert told(answer) == (400, "This form has expired")
    assert house.since(before) == []


def test_one_click_takes_nothing_back(house: House, link: str) -> None:
    one_click(house, link)
    answer = house.app.test_client().post(f"{link}/undo", data=ONE_CLICK)
    assert told(answer) == (400, "This form has expired")
    assert told(house.visitor().get(link)) == (200, STOPPED)


def test_wrong_and_old_links_are_answered_alike(house: House, link: str) -> None:
    wrong, visitor = "/notices/stop/wrong", house.visitor()
    answers = [visitor.get(wrong), visitor.post(wrong), one_click(house, wrong)]
    answers += [visitor.post(f"{wrong}/undo")]
    house.clock.forward(days=60)
    answers += [visitor.get(link), visitor.post(link), one_click(house, link)]
    assert [told(one) for one in answers] == [NOT_VALID] * 7
    assert len({page_of(one).main for one in answers}) == 1  # type: ignore[arg-type] - every page has one
