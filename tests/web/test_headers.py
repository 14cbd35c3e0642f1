from werkzeug.test import TestResponse

from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self' https://cards.example; "
    "base-uri 'none'; frame-ancestors 'none'"
)

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE = {**ALWAYS, "Cache-Control": "no-store"}


def headers(answer: TestResponse) -> dict[str, str]:
    ours = {*ALWAYS, "Cache-Control", "Strict-Transport-Security", "Server", "X-Powered-By"}
    return {name: value for name, value in answer.headers.items() if name in ours}


def test_every_page_tells_the_browser_to_trust_nothing_but_us_and_keep_nothing(
    ben: Visitor,
) -> None:
    paths = ["/dashboard", "/inbox", "/sent", "/account", "/practice", "/compose", "/registered"]
    answers = [ben.get(one) for one in [*paths, first_message(ben)]]
    assert [one.status_code for one in answers] == [200] * 8
    assert [headers(one) for one in answers] == [PAGE] * 8


def test_so_does_every_refusal_redirect_and_machine_answer(house: House, ben: Visitor) -> None:
    visitor, used = house.visitor(), house.link("ben@sample-dental.example", "register")
    answers = {
        303: visitor.get("/inbox"),
        400: ben.client.post("/compose"),
        403: ben.post("/compose/recipient"),
        404: visitor.get("/nothing"),
        405: visitor.client.delete("/sign-in"),
        410: visitor.get(used),
        413: visitor.client.post("/sign-in", data={"address": "a" * 5_000_000}),
        422: visitor.post("/sign-in"),
        503: failing_vendor(house, ben),
    }
    assert [one.status_code for one in answers.values()] == list(answers)
    assert [headers(one) for one in answers.values()] == [PAGE] * 9
    assert headers(visitor.client.head("/sign-in")) == PAGE
    assert headers(visitor.client.options("/sign-in")) == PAGE


def failing_vendor(house: House, visitor: Visitor) -> TestResponse:
    house.billing.is_down = True
    return visitor.post("/buy", form_id=visitor.form_id())


def test_so_does_a_failure_whatever_is_broken(house: House, ben: Visitor) -> None:
    house.stores.pool.close()
    answer = ben.get("/inbox")
    assert (answer.status_code, headers(answer)) == (500, PAGE)


def test_a_file_may_be_kept_and_is_as_closed_as_a_page(house: House) -> None:
    answers = [house.visitor().get(f"/static/{one}") for one in ("securemail.js", "mark.svg")]
    assert [one.status_code for one in answers] == [200, 200]
    assert [headers(one) for one in answers] == [{**ALWAYS, "Cache-Control": "no-cache"}] * 2


def test_a_file_that_is_not_there_leaves_no_page_of_a_person_behind(ben: Visitor) -> None:
    answers = [ben.get(f"/static/{one}") for one in ("nothing.css", "../x", "%00", "")]
    assert [one.status_code for one in answers] == [404] * 4
    assert [headers(one) for one in answers] == [PAGE] * 4


def test_a_mail_of_the_outbox_is_shut_in(house: House, ben: Visitor) -> None:
    notice = house.mails_to("ben@sample-dental.example")[0].notice_id
    answer = ben.get(f"/sandbox/outbox/{notice}")
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; sandbox allow-top-navigation"
    )
    assert headers(answer) == {**PAGE, "Content-Security-Policy": policy}


def test_behind_tls_the_browser_is_told_to_stay_there(house: House) -> None:
    answer = house.at("https://mail.example").test_client().get("/sign-in")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["Set-Cookie"].startswith("__Host-securemail=")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_what_a_page_shows_depends_on_the_session(house: House) -> None:
    visitor = house.visitor()
    assert [visitor.get(one).headers["Vary"] for one in ("/sign-in", "/nothing")] == ["Cookie"] * 2


def test_signing_out_clears_what_the_browser_kept(ada: Visitor) -> None:
    assert ada.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
