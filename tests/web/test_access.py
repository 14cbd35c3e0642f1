from uuid import uuid5

from flask import Flask
from werkzeug.routing import Rule

from domain.aggregate import HOUSE
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, told
from web.access import STATIC, Permission, permission_of

NOBODYS = uuid5(HOUSE, "nothing")

DOOR = 303
"""To the sign-in page."""

TABLE = {
    # who comes:                           nobody, patient, free, paid, other practice
    "GET /": (303, 303, 303, 303, 303),
    "GET /sign-in": (200, 200, 200, 200, 200),
    "POST /sign-in": (422, 422, 422, 422, 422),
    "GET /forgot-password": (200, 200, 200, 200, 200),
    "POST /forgot-password": (422, 422, 422, 422, 422),
    "GET /register/wrong": (404, 404, 404, 404, 404),
    "POST /register/wrong": (404, 404, 404, 404, 404),
    "GET /registered": (200, 200, 200, 200, 200),
    "GET /password/wrong": (404, 404, 404, 404, 404),
    "POST /password/wrong": (404, 404, 404, 404, 404),
    "GET /register/wrong/code": (404, 404, 404, 404, 404),
    "POST /register/wrong/code": (404, 404, 404, 404, 404),
    "POST /register/wrong/code/new": (404, 404, 404, 404, 404),
    "GET /password/wrong/code": (404, 404, 404, 404, 404),
    "POST /password/wrong/code": (404, 404, 404, 404, 404),
    "POST /password/wrong/code/new": (404, 404, 404, 404, 404),
    "GET /dashboard": (DOOR, 200, 200, 200, 200),
    "GET /inbox": (DOOR, 200, 200, 200, 200),
    "GET /sent": (DOOR, 200, 200, 200, 200),
    "GET {message}": (DOOR, 404, 200, 200, 404),
    "POST {message}/reply": (DOOR, 404, 422, 422, 404),
    "GET {message}/ending": (DOOR, 404, 404, 200, 404),
    "POST {message}/expiry": (DOOR, 404, 404, 422, 404),
    "POST {message}/recall": (DOOR, 404, 404, 422, 404),
    f"GET /messages/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    "GET /compose": (DOOR, 200, 200, 200, 200),
    "POST /compose": (DOOR, 403, 403, 422, 403),
    "POST /compose/recipient": (DOOR, 403, 403, 200, 403),
    "OPTIONS /uploads": (DOOR, 204, 204, 204, 204),
    "POST /uploads": (DOOR, 412, 412, 412, 412),
    f"PATCH /uploads/{NOBODYS}": (DOOR, 412, 412, 412, 412),
    f"DELETE /uploads/{NOBODYS}": (DOOR, 412, 412, 412, 412),
    f"GET /attachments/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    "POST /buy": (DOOR, 404, 303, 303, 303),
    f"GET /purchases/{NOBODYS}/return": (DOOR, 404, 404, 404, 404),
    f"GET /purchases/{NOBODYS}/cancelled": (DOOR, 404, 404, 404, 404),
    "GET /billing": (DOOR, 404, 200, 200, 200),
    "POST /billing/cancel": (DOOR, 404, 303, 303, 303),
    "POST /billing/resume": (DOOR, 404, 303, 303, 303),
    "POST /billing/card": (DOOR, 404, 303, 303, 303),
    f"GET /billing/card/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    "POST /billing/summary": (DOOR, 404, 303, 303, 303),
    f"GET /billing/confirm/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    f"POST /billing/confirm/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    f"GET /billing/confirm/{NOBODYS}/return": (DOOR, 404, 404, 404, 404),
    f"GET /invoices/{NOBODYS}.pdf": (DOOR, 404, 404, 404, 404),
    "GET /account/paid-version": (DOOR, 404, 200, 200, 200),
    f"GET /practice/people/{NOBODYS}/paid-version": (DOOR, 404, 404, 404, 404),
    "POST /webhooks/stripe": (400, 400, 400, 400, 400),
    "POST /webhooks/sendgrid": (400, 400, 400, 400, 400),
    "GET /support/enter/wrong": (404, 404, 404, 404, 404),
    "POST /support/enter/wrong": (404, 404, 404, 404, 404),
    "GET /support": (404, 404, 404, 404, 404),
    "POST /support/leave": (404, 404, 404, 404, 404),
    "POST /support/search": (404, 404, 404, 404, 404),
    f"GET /support/people/{NOBODYS}": (404, 404, 404, 404, 404),
    f"GET /support/notices/{NOBODYS}": (404, 404, 404, 404, 404),
    "GET /practice": (DOOR, 404, 200, 200, 200),
    "GET /invitations": (DOOR, 404, 200, 200, 200),
    f"GET /invitations/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    f"POST /invitations/{NOBODYS}/mail": (DOOR, 404, 404, 404, 404),
    f"POST /invitations/{NOBODYS}/address": (DOOR, 404, 404, 404, 404),
    f"POST /invitations/{NOBODYS}/withdrawal": (DOOR, 404, 404, 404, 404),
    "GET /practice/settings": (DOOR, 404, 404, 200, 200),
    "POST /practice/settings": (DOOR, 404, 404, 422, 422),
    "GET /practice/two-step": (DOOR, 404, 404, 200, 200),
    "POST /practice/two-step": (DOOR, 404, 404, 303, 303),
    "GET /practice/holds": (DOOR, 404, 404, 200, 200),
    "POST /practice/holds": (DOOR, 404, 404, 422, 422),
    f"GET /practice/holds/{NOBODYS}": (DOOR, 404, 404, 404, 404),
    f"POST /practice/holds/{NOBODYS}/lift": (DOOR, 404, 404, 404, 404),
    f"GET /practice/people/{NOBODYS}/erasure": (DOOR, 404, 404, 404, 404),
    f"POST /practice/people/{NOBODYS}/erasure": (DOOR, 404, 404, 404, 404),
    f"POST /practice/people/{NOBODYS}/erasure/withdrawal": (DOOR, 404, 404, 404, 404),
    "GET /account/notices": (DOOR, 200, 200, 200, 200),
    "POST /account/notices": (DOOR, 422, 422, 422, 422),
    "POST /account/time-zone": (DOOR, 422, 422, 422, 422),
    "GET /account/email": (DOOR, 200, 200, 200, 200),
    "POST /account/email": (DOOR, 422, 422, 422, 422),
    "POST /account/email/works": (DOOR, 303, 303, 303, 303),
    "GET /email/wrong": (404, 404, 404, 404, 404),
    "POST /email/wrong": (404, 404, 404, 404, 404),
    "GET /notices/stop/wrong": (404, 404, 404, 404, 404),
    "POST /notices/stop/wrong": (404, 404, 404, 404, 404),
    "POST /notices/stop/wrong/undo": (404, 404, 404, 404, 404),
    "POST /account/expiry": (DOOR, 422, 422, 422, 422),
    "GET /account/phone": (DOOR, 200, 200, 200, 200),
    "POST /account/phone": (DOOR, 422, 422, 422, 422),
    "GET /account/phone/code": (DOOR, 303, 303, 303, 303),
    "POST /account/phone/code": (DOOR, 422, 422, 422, 422),
    "POST /account/phone/code/new": (DOOR, 303, 303, 303, 303),
    "GET /account": (DOOR, 200, 200, 200, 200),
    "GET /sandbox": (200, 200, 200, 200, 200),
    "POST /sandbox": (422, 422, 422, 422, 422),
    "GET /sandbox/outbox": (200, 200, 200, 200, 200),
    "GET /sandbox/outbox.json": (200, 200, 200, 200, 200),
    f"GET /sandbox/outbox/{NOBODYS}": (404, 404, 404, 404, 404),
    "GET /sandbox/notices": (200, 200, 200, 200, 200),
    "GET /sandbox/notices/expiry": (200, 200, 200, 200, 200),
    "GET /sandbox/notices/expiry/mail": (200, 200, 200, 200, 200),
    "GET /static/securemail.css": (200, 200, 200, 200, 200),
    "GET /bootstrap/static/css/bootstrap.min.css": (200, 200, 200, 200, 200),
    "POST /sign-out": (DOOR, DOOR, DOOR, DOOR, DOOR),
}


def status(visitor: Visitor, step: str, message: str) -> int:
    method, _, path = step.replace("{message}", message).partition(" ")
    headers = {"X-CSRFToken": visitor.token()} if method not in ("GET", "OPTIONS") else {}
    answer = visitor.client.open(path, method=method, headers=headers, buffered=True)
    visitor.house.settle()
    return answer.status_code


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_route_answers_each_kind_of_person_as_the_table_says(
    house: House, ada: Visitor, ben: Visitor, carla: Visitor, dora: Visitor
) -> None:
    people, message = [house.visitor(), carla, ben, ada, dora], first_message(ben)
    found = {step: tuple(status(one, step, message) for one in people) for step in TABLE}
    assert found == TABLE


def test_the_table_knows_every_route(house: House) -> None:
    adapter = house.app.url_map.bind("localhost")
    steps = [step.replace("{message}", f"/messages/{NOBODYS}").split(" ") for step in TABLE]
    known = {(adapter.match(path, method)[0], method) for method, path in steps}
    there = {
        (rule.endpoint, method)
        for rule in rules(house.app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } | {("uploads.tell", "OPTIONS")}
    assert there == known


def test_every_route_states_a_permission(house: House) -> None:
    silent = {
        rule.endpoint
        for rule in rules(house.app)
        if permission_of(house.app.view_functions[rule.endpoint]) is None
    }
    assert silent == set(STATIC)


def test_a_route_that_states_nothing_does_not_exist(house: House) -> None:
    house.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert told(house.visitor().get("/forgotten")) == (404, "There is nothing here")


def test_only_the_vendor_posts_without_a_form(house: House) -> None:
    vendors = {
        rule.rule
        for rule in rules(house.app)
        if permission_of(house.app.view_functions[rule.endpoint]) is Permission.VENDOR
    }
    assert vendors == {"/webhooks/stripe", "/webhooks/sendgrid"}


def test_outside_the_sandbox_there_is_no_sandbox(house: House) -> None:
    house.leave_the_sandbox()
    visitor = house.visitor()
    paths = ["/sandbox", "/sandbox/outbox", "/sandbox/outbox.json", f"/sandbox/outbox/{NOBODYS}"]
    assert {told(visitor.get(one)) for one in paths} == {(404, "There is nothing here")}
    assert visitor.post("/sandbox", name="A practice").status_code == 404
    assert "sandbox" not in visitor.page("/").get_text().lower()
    assert house.since(0) == []


def test_a_person_whom_the_roster_does_not_show_any_more_is_outside(
    house: House, ada: Visitor
) -> None:
    with house.stores.pool.connection() as connection:
        connection.execute("DELETE FROM roster.person")
    assert ada.get("/dashboard").location == "/sign-in"
