from uuid import uuid5

from domain.aggregate import HOUSE
from tests.fixtures.house import House, Visitor
from tests.web.pages import (
    field,
    first_message,
    flashes,
    heading,
    page_of,
    problems,
    refused,
    same_browser,
    subjects,
    told,
)
from web.message_form import ON_ITS_WAY

NOT_YOURS = (404, "There is nothing here")


def answer_to(visitor: Visitor, path: str, body: str = "An answer", **fields: str):
    return visitor.post(f"{path}/reply", **{"body": body, "form_id": visitor.form_id(), **fields})


def test_a_message_is_read_and_answered(house: House, ada: Visitor, ben: Visitor) -> None:
    before, path = house.head(), first_message(ben)
    page = page_of(ben.get(path))
    assert heading(ben.get(path)) == "For Ben"
    assert page.select_one(".body").get_text() == "A body"  # type: ignore[union-attr] - the body is what is tested
    assert answer_to(ben, path, "Thank you.").location == path
    assert house.since(before) == ["message.read", "message.read", "message.sent"]
    assert flashes(ben.page(path)) == ["Your reply was sent."]
    assert subjects(ada.page("/inbox")) == ["Re: For Ben (unread)"]


def test_every_look_at_a_message_is_recorded(house: House, ben: Visitor) -> None:
    before, path = house.head(), first_message(ben)
    ben.get(path)
    ben.get(path)
    assert house.since(before) == ["message.read", "message.read"]
    assert subjects(ben.page("/inbox")) == ["For Ben"]


def test_the_lists_show_no_look(house: House, ben: Visitor) -> None:
    before = house.head()
    ben.get("/inbox")
    ben.get("/sent")
    assert house.since(before) == []


def test_an_empty_reply_is_not_sent(house: House, ben: Visitor) -> None:
    path, before = first_message(ben), house.head()
    answers = [answer_to(ben, path, blank) for blank in ("", "  ", "\r\n", "\u200b")]
    assert [refused(one) for one in answers] == [(422, {"body": "Please enter a message."})] * 4
    assert [one["id"] for one in page_of(answers[0]).select("[autofocus]")] == ["body"]
    assert house.since(before) == ["message.read"] * 4


def test_a_reply_of_a_megabyte_is_refused_with_the_limit_and_kept(
    house: House, ben: Visitor
) -> None:
    path, before, text = first_message(ben), house.head(), "a" * 1_048_576
    answer = answer_to(ben, path, text)
    complaint = "At most 100,000 characters; this is 1,048,576."
    assert refused(answer) == (422, {"body": complaint})
    assert "Up to 100,000 characters." in page_of(answer).select_one("#body-hint").get_text()  # type: ignore[union-attr] - the hint is what is tested
    assert field(answer, "body").get_text(strip=True) == text
    assert house.since(before) == ["message.read"]


def test_a_reply_with_control_characters_or_without_its_hidden_name_is_refused(
    house: House, ben: Visitor
) -> None:
    path, before = first_message(ben), house.head()
    nul, nameless = answer_to(ben, path, "nul\x00"), answer_to(ben, path, form_id="x")
    assert [problems(nul), problems(nameless)] == [
        {"body": "Please remove the control characters."},
        {"form_id": "Please check what you entered, and send it again."},
    ]
    assert house.since(before) == ["message.read", "message.read"]
    again = answer_to(ben, path, form_id=str(field(nameless, "form_id")["value"]))
    assert again.status_code == 303


def test_the_message_of_somebody_else_is_like_one_that_does_not_exist(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor, carla: Visitor
) -> None:
    before, theirs = house.head(), first_message(ben)
    nobodys = f"/messages/{uuid5(HOUSE, 'nothing')}"
    strangers = [dora, carla]
    looks = [one.get(path) for one in strangers for path in (theirs, nobodys)]
    replies = [answer_to(one, path) for one in strangers for path in (theirs, nobodys)]
    empty = [answer_to(one, path, "") for one in strangers for path in (theirs, nobodys)]
    assert {told(one) for one in [*looks, *replies, *empty]} == {NOT_YOURS}
    assert without_names(looks[0].text) == without_names(looks[1].text)
    assert without_names(replies[0].text) == without_names(replies[1].text)
    assert without_names(empty[0].text) == without_names(empty[1].text)
    assert [sorted(one.headers.keys()) for one in looks[:1]] == [sorted(looks[1].headers.keys())]
    assert house.since(before) == []
    assert ada.get(theirs).status_code == 200


def without_names(text: str) -> list[str]:
    """Return a page without its form tokens and identifiers, which differ from page to page."""
    return [line for line in text.splitlines() if "csrf_token" not in line]


def test_a_malformed_identifier_is_like_one_that_does_not_exist(ben: Visitor) -> None:
    paths = [f"/messages/{one}" for one in ("1", "%00", "' OR 1=1", "", "é", "0" * 36)]
    looks = [ben.get(one) for one in paths]
    replies = [ben.post(f"{one}/reply", body="An answer") for one in paths]
    assert {told(one) for one in [*looks, *replies]} == {NOT_YOURS}


def test_who_wrote_a_message_cannot_reply_to_it(house: House, ada: Visitor, ben: Visitor) -> None:
    path, before = first_message(ada, "/sent"), house.head()
    assert told(answer_to(ada, path)) == NOT_YOURS
    assert page_of(ada.get(path)).select_one("form.reply") is None
    assert house.since(before) == ["message.read"]
    assert ben.get("/inbox").status_code == 200


def test_a_message_that_has_ended_is_closed_to_everybody(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path = first_message(ben)
    house.clock.forward(days=30)
    ben.sign_in("ben@sample-dental.example")
    before = house.head()
    page = page_of(ben.get(path))
    assert page.h1.get_text() == "This conversation has ended"  # type: ignore[union-attr] - the heading is what is tested
    assert "A body" not in page.get_text()
    assert page.select_one("form.reply") is None
    assert told(answer_to(ben, path)) == (410, "This message has ended")
    assert subjects(ben.page("/inbox")) == ["This message has ended"]
    assert house.since(before) == []
    assert ada.get("/inbox").location == "/sign-in"


NONSENSE = "x", "", "-1", "0", "1e3", "9" * 30, "9" * 5000, "1 OR 1=1", "\x00", "٣٣٣", "1_000_000"


def test_a_page_that_is_asked_for_with_nonsense_is_answered(ben: Visitor) -> None:
    asked = [(folder, before) for folder in ("/inbox", "/sent") for before in NONSENSE]
    answers = [ben.client.get(one, query_string={"before": before}) for one, before in asked]
    assert [one.status_code for one in answers] == [200] * 22


def test_nonsense_begins_at_the_newest(ben: Visitor) -> None:
    assert subjects(ben.page("/inbox?before=x")) == ["For Ben (unread)"]
    assert subjects(ben.page("/inbox?before=-7")) == ["For Ben (unread)"]
    assert subjects(ben.page(f"/inbox?before={2**63}")) == ["For Ben (unread)"]


def test_a_page_older_than_everything_leads_back_to_the_newest(ben: Visitor) -> None:
    page = ben.page("/inbox?before=1")
    assert page.h2.get_text() == "Nothing older"  # type: ignore[union-attr] - the heading is what is tested
    assert page.select_one(".empty a")["href"] == "/inbox"  # type: ignore[index] - the link is what is tested


def test_empty_folders_say_what_will_be_there(ada: Visitor) -> None:
    assert [ada.page(one).h2.get_text() for one in ("/inbox", "/sent")] == [  # type: ignore[union-attr] - the heading is what is tested
        "Nothing here yet",
        "Nothing sent yet",
    ]


def test_a_long_list_is_shown_page_by_page(house: House, ada: Visitor, ben: Visitor) -> None:
    house.write(ada, "ben@sample-dental.example", times=51)
    first = ben.page("/inbox")
    older = first.find("a", string="Older messages")
    assert len(subjects(first)) == 50
    assert subjects(ben.page(str(older["href"]))) == ["Number 1 (unread)", "For Ben (unread)"]  # type: ignore[index] - the link is what is tested


def test_a_reply_that_does_not_show_in_time_is_said_to_be_on_its_way(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path = first_message(ben)
    house.hold_back()
    before = house.head()
    answer = ben.unsettled_post(f"{path}/reply", body="Late", form_id=ben.form_id())
    assert answer.location == path
    page = ben.page(path)
    assert flashes(page) == [ON_ITS_WAY]
    assert len(page.select("article.message")) == 1
    assert house.since(before) == ["message.sent", "message.read"]
    house.settle()
    assert subjects(ada.page("/inbox")) == ["Re: For Ben (unread)"]


def test_two_tabs_of_one_person_answer_twice(house: House, ada: Visitor, ben: Visitor) -> None:
    path, before = first_message(ben), house.head()
    answer_to(ben, path, "From here")
    answer_to(same_browser(house, ben), path, "From there")
    assert house.since(before) == ["message.sent", "message.sent"]
    assert subjects(ada.page("/inbox")) == ["Re: For Ben (unread)"] * 2
