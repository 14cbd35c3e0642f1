import logging
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

import pytest
from flask.typing import ResponseReturnValue

from domain.aggregate import HOUSE
from domain.refusal import Refusal
from projections.inbox import Inbox, InboxEntry
from tests.fixtures.house import House, Visitor
from tests.web.pages import heading, page_of, told
from web.access import Permission, requires

PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
OUR_SIDE = (500, "Something went wrong on our side")


@dataclass(frozen=True, slots=True)
class BrokenInbox(Inbox):
    """Fails, and tells in its message what no log may know."""

    def received_by(self, user_id: UUID, *, before: int | None = None) -> list[InboxEntry]:
        raise RuntimeError(f"{user_id} {before} Ada's secret")


@dataclass(frozen=True, slots=True)
class BrokenFrame(Inbox):
    """Fails in what every page of a person shows."""

    def unread(self, user_id: UUID, *, at: datetime) -> int:
        raise RuntimeError(f"{user_id} {at} Ada's secret")


def broken(house: House) -> None:
    inbox = BrokenInbox(house.stores.pool)
    house.app.extensions["portal"] = replace(house.portal, inbox=inbox)


def test_what_does_not_exist_is_said_plainly(house: House, ada: Visitor) -> None:
    paths = ["/nothing", "/inbox/", "/.env", "/messages", "/%00", "/%ff", "/" + "x" * 3000]
    answers = [one.get(path) for one in (house.visitor(), ada) for path in paths]
    assert {told(one) for one in answers} == {(404, "There is nothing here")}


def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(
    house: House, ada: Visitor
) -> None:
    before, methods = house.head(), ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND")
    answers = [ada.client.open("/compose", method=one) for one in methods]
    assert {told(one) for one in answers} == {(405, "That did not work")}
    assert {one.headers["Allow"] for one in answers} == {"GET, HEAD, OPTIONS, POST"}
    assert house.since(before) == []


def test_a_form_cannot_be_opened_like_a_page(house: House, ada: Visitor) -> None:
    paths = ["/buy", "/sign-out", "/compose/recipient", f"/messages/{uuid5(HOUSE, 'x')}/reply"]
    before = house.head()
    assert [told(ada.get(one)) for one in paths] == [(405, "That did not work")] * 4
    assert house.since(before) == []


def test_heads_and_options_are_answered_without_a_body(house: House, ada: Visitor) -> None:
    before = house.head()
    head, options = ada.client.head("/inbox"), ada.client.options("/compose")
    assert [(one.status_code, one.data) for one in (head, options)] == [(200, b"")] * 2
    assert sorted(options.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]
    assert house.since(before) == []


def test_a_form_of_five_megabytes_is_too_much(house: House, ada: Visitor) -> None:
    before, part = house.head(), PART.replace(b"1", b"a" * 5_000_000) + b"--x--"
    answers = [
        ada.client.post("/compose", data={"body": "a" * 5_000_000}),
        ada.client.post("/compose", data=part, content_type="multipart/form-data; boundary=x"),
        ada.client.post("/webhooks/stripe", data=b"a" * 5_000_000),
    ]
    assert {told(one) for one in answers} == {(413, "That is too much at once")}
    assert "A message may have up to 100,000 characters." in answers[0].text
    assert house.since(before) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"&".join([b"a=1"] * 500_000), "application/x-www-form-urlencoded"),
        (PART * 20_000 + b"--x--", "multipart/form-data; boundary=x"),
    ],
    ids=["urlencoded", "multipart"],
)
def test_any_number_of_fields_is_answered(
    house: House, ada: Visitor, body: bytes, content_type: str
) -> None:
    before = house.head()
    answer = ada.client.post("/compose", data=body, content_type=content_type)
    assert answer.status_code in {400, 413}
    assert house.since(before) == []


NO_FORMS = [
    (b"\x00\xff", "multipart/form-data"),
    (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"%%%=%&&=;", "application/x-www-form-urlencoded"),
    (b"{", "application/json"),
    (b"x", "nonsense/\xff"),
]


def test_a_body_that_is_no_form_is_no_form(house: House, ada: Visitor) -> None:
    before, post = house.head(), ada.client.post
    answers = [post("/compose", data=body, content_type=kind) for body, kind in NO_FORMS]
    assert {told(one) for one in answers} == {(400, "This form has expired")}
    assert house.since(before) == []


def test_a_failure_shows_a_page_and_the_log_learns_kind_and_place_only(
    house: House, ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    broken(house)
    answer = ada.get("/inbox")
    assert told(answer) == OUR_SIDE
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert record.getMessage().startswith("unforeseen RuntimeError at ")
    assert record.exc_info is None
    assert "secret" not in caplog.text + answer.text


def test_without_a_database_there_is_still_a_page(
    house: House, ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    house.stores.pool.close()
    paths = ["/", "/inbox", "/sign-in", "/nothing", "/register/secret-token"]
    assert {told(ada.get(one)) for one in paths} == {OUR_SIDE}
    assert [one.exc_info for one in caplog.records] == [None] * len(caplog.records)
    assert "secret-token" not in caplog.text


@requires(Permission.ANYONE)
def unknown_refusal() -> ResponseReturnValue:
    raise Refusal("Ada's secret")


def test_when_what_every_page_shows_is_broken_there_is_still_a_page(
    house: House, ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = BrokenFrame(house.stores.pool)
    house.app.extensions["portal"] = replace(house.portal, inbox=inbox)
    paths = ["/dashboard", "/nothing", "/register/secret-token", "/account"]
    assert {told(ada.get(one)) for one in paths} == {OUR_SIDE}
    assert [one.exc_info for one in caplog.records] == [None] * len(caplog.records)
    assert "secret" not in caplog.text


def test_a_refusal_that_no_page_knows_is_a_failure(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.app.add_url_rule("/unknown", "unknown", unknown_refusal)
    assert told(house.visitor().get("/unknown")) == OUR_SIDE
    assert "secret" not in caplog.text


def test_a_page_of_an_error_is_no_dead_end(house: House, ada: Visitor) -> None:
    pages = [page_of(one.get("/nothing")) for one in (house.visitor(), ada)]
    assert [one.select_one("main a")["href"] for one in pages] == ["/", "/"]  # type: ignore[index] - the link is what is tested
    assert heading(ada.get("/nothing")) == "There is nothing here"
