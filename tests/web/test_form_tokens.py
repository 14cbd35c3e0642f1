"""A form is accepted from the person to whom it was shown, and from nobody else."""

import re
from uuid import uuid5

from domain.aggregate import HOUSE
from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of, told

TOO_OLD = (400, "This form has expired")
ELSEWHERE = ("/webhooks", "/support/leave", "/support/search")
"""Forms of vendors and of support, which are not there for anybody else."""


def posts(house: House) -> list[str]:
    """Return a path for every route that takes a form."""
    rules = [rule for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    named = [re.sub("<uuid:[^>]+>", str(uuid5(HOUSE, "x")), rule.rule) for rule in rules]
    return sorted(re.sub("<[^>]+>", "x", one) for one in named if not one.startswith(ELSEWHERE))


def test_every_form_of_the_house_is_walked(house: House) -> None:
    named = uuid5(HOUSE, "x")
    assert posts(house) == [
        "/account/email",
        "/account/email/works",
        "/account/expiry",
        "/account/notices",
        "/account/phone",
        "/account/phone/code",
        "/account/phone/code/new",
        "/account/time-zone",
        "/billing/cancel",
        "/billing/card",
        f"/billing/confirm/{named}",
        "/billing/resume",
        "/billing/summary",
        "/buy",
        "/compose",
        "/compose/recipient",
        "/email/x",
        "/forgot-password",
        f"/invitations/{named}/address",
        f"/invitations/{named}/mail",
        f"/invitations/{named}/withdrawal",
        f"/messages/{named}/expiry",
        f"/messages/{named}/recall",
        f"/messages/{named}/reply",
        "/notices/stop/x",
        "/notices/stop/x/undo",
        "/password/x",
        "/password/x/code",
        "/password/x/code/new",
        "/practice/holds",
        f"/practice/holds/{named}/lift",
        f"/practice/people/{named}/erasure",
        f"/practice/people/{named}/erasure/withdrawal",
        "/practice/settings",
        "/practice/two-step",
        "/register/x",
        "/register/x/code",
        "/register/x/code/new",
        "/sandbox",
        "/sign-in",
        "/sign-out",
        "/support/enter/x",
        "/uploads",
    ]


def test_no_form_is_accepted_with_an_invented_token(house: House, ada: Visitor) -> None:
    before, tokens = house.head(), ("", "x", "x" * 5000, "\x00", "é", "a.b.c")
    filled = [(path, {"csrf_token": token}) for path in posts(house) for token in tokens]
    answers = [ada.client.post(path, data=fields) for path, fields in filled]
    assert [told(one) for one in answers] == [TOO_OLD] * len(filled)
    assert house.since(before) == []


def test_no_form_is_accepted_without_a_token(house: House, ada: Visitor) -> None:
    before = house.head()
    answers = [ada.client.post(path) for path in posts(house)]
    assert [told(one) for one in answers] == [TOO_OLD] * len(posts(house))
    assert house.since(before) == []
    assert ada.get("/dashboard").status_code == 200


def test_no_form_is_accepted_with_the_token_of_another_session(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before, token = house.head(), ben.token()
    answers = [ada.client.post(path, data={"csrf_token": token}) for path in posts(house)]
    assert [told(one) for one in answers] == [TOO_OLD] * len(posts(house))
    assert house.since(before) == []


def test_no_form_is_accepted_with_the_token_of_before_signing_in(
    house: House, ada: Visitor
) -> None:
    visitor = house.visitor()
    token = visitor.token()
    visitor.sign_in(ada.address)
    before = house.head()
    answers = [visitor.client.post(path, data={"csrf_token": token}) for path in posts(house)]
    assert [told(one) for one in answers] == [TOO_OLD] * len(posts(house))
    assert house.since(before) == []


def test_another_site_cannot_post_a_form_in_another_guise(house: House, ada: Visitor) -> None:
    before, message = house.head(), {"to": "eve@home.example", "role": "patient"}
    as_json = ada.client.post("/compose", json=message)
    as_text = ada.client.post("/compose", data="to=eve", content_type="text/plain")
    as_files = ada.client.post("/compose", data=message, content_type="multipart/form-data")
    assert [told(one) for one in (as_json, as_text, as_files)] == [TOO_OLD] * 3
    assert house.since(before) == []


def test_an_old_form_outside_can_be_opened_again(house: House) -> None:
    paths = ["/sign-in", "/forgot-password", "/sandbox", "/register/x", "/password/x"]
    pages = [page_of(house.visitor().client.post(one)) for one in paths]
    links = [page.select("main a")[0] for page in pages]
    assert [one["href"] for one in links] == paths
    assert {one.get_text(strip=True) for one in links} == {"Open the form again"}


def test_who_is_signed_in_keeps_the_way_around_on_the_page_of_an_old_form(ada: Visitor) -> None:
    page = page_of(ada.client.post("/compose", data={"subject": "A subject"}))
    assert page.select_one("nav a[href='/inbox']") is not None


def test_every_form_on_a_page_carries_the_token(house: House, ben: Visitor) -> None:
    outside = [house.visitor().page(one) for one in ("/sign-in", "/forgot-password", "/sandbox")]
    house.buy(ben)
    places = ("/dashboard", "/inbox", "/compose", "/account", "/billing", "/practice")
    inside = [ben.page(one) for one in places]
    forms = [form for page in [*outside, *inside] for form in page.select("form[method=post]")]
    assert len(forms) == 14
    assert [form for form in forms if form.find("input", {"name": "csrf_token"}) is None] == []
