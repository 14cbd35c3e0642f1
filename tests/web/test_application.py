from datetime import UTC, datetime, timedelta, timezone

from tests.fixtures.house import BASE_URL, House, Visitor
from tests.web.pages import COOKIE, cookie_of, first_message, told
from web.clock import moment

HOST = "evil.example"
EVIL = {"Host": HOST, "X-Forwarded-Host": HOST, "Forwarded": f"host={HOST}"}


def deceived(visitor: Visitor, host: str = HOST) -> Visitor:
    """Let a browser believe that the session belongs to the other host."""
    visitor.client.set_cookie(COOKIE, cookie_of(visitor), domain=host)
    return visitor


def test_what_is_asked_of_another_host_is_refused_and_changes_nothing(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    message = {"to": "eve@home.example", "role": "patient", "subject": "S", "body": "B"}
    filled = {**message, "csrf_token": ada.token(), "form_id": ada.form_id()}
    bought = {"csrf_token": ben.token(), "form_id": ben.form_id()}
    before = house.head()
    answers = [
        deceived(ada).client.post("/compose", data=filled, headers=EVIL),
        deceived(ben).client.post("/buy", data=bought, headers=EVIL),
        house.visitor().client.get("/sandbox/outbox.json", headers=EVIL),
    ]
    assert [(one.status_code, one.text) for one in answers] == [
        (400, "This is not the address of SecureMail.")
    ] * 3
    assert house.since(before) == []


def test_links_are_made_from_our_own_address_whatever_the_request_claims(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    message = {"to": "eve@home.example", "role": "patient", "subject": "S", "body": "B"}
    filled = {**message, "csrf_token": ada.token(), "form_id": ada.form_id()}
    bought = {"csrf_token": ben.token(), "form_id": ben.form_id()}
    local = {**EVIL, "Host": "127.0.0.1:9999", "X-Forwarded-Proto": "https"}
    answers = [
        deceived(ada, "127.0.0.1").client.post("/compose", data=filled, headers=local),
        deceived(ben, "127.0.0.1").client.post("/buy", data=bought, headers=local),
        ada.client.get("/", headers=local),
    ]
    house.settle()
    mails = "".join(one.text + one.html for one in house.outbox.mails())
    (asked,) = house.billing.asked.values()
    assert [str(one.location)[:10] for one in answers] == ["/messages/", "https://ca", "/dashboard"]
    assert [one in mails for one in (HOST, "127.0.0.1")] == [False, False]
    assert [one.startswith(f"{BASE_URL}/purchases/") for one in asked[2:4]] == [True, True]


def test_no_answer_leads_to_the_host_that_was_asked(house: House) -> None:
    paths = ["", "/", "/inbox", "//inbox", "/inbox//", "///x/", "/nothing", "/sandbox/"]
    client = house.visitor().client
    asked = [{"PATH_INFO": path} for path in paths]
    answers = [client.get("/", headers=EVIL, environ_overrides=one) for one in asked]
    assert [one for one in answers if HOST in str(one.headers) + one.text] == []


def test_pages_refer_to_nothing_outside(ben: Visitor) -> None:
    paths = ["/dashboard", "/inbox", "/compose", "/account", "/practice", first_message(ben)]
    pages = [ben.page(one) for one in paths]
    tags = [tag for page in pages for tag in page.select("[href], [src], [action]")]
    places = {str(tag.get(name, "/")) for tag in tags for name in ("href", "src", "action")}
    assert [one for one in places if not one.startswith(("/", "#")) or one.startswith("//")] == []


def test_an_address_that_is_nearly_right_is_not_mended(house: House) -> None:
    paths = ["/sandbox//outbox", "/sandbox/", "/messages//x"]
    answers = [house.visitor().get(one) for one in paths]
    assert {told(one) for one in answers} == {(404, "There is nothing here")}


def test_a_moment_is_told_in_utc_wherever_it_was_noted() -> None:
    noon = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=14)))
    assert {moment(noon), moment(elsewhere)} == {"Mar 2, 2026, 12:05 UTC"}
