"""A button that is clicked twice does its work once, one after the other and both at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.pages import first_message, flashes, same_browser, told
from tests.web.till import FIRST_TERM, session_of, user_id, way_back

Clicks = Callable[..., list[TestResponse]]


@pytest.fixture(params=["one after the other", "both at once"])
def clicks(request: pytest.FixtureRequest) -> Clicks:
    """Post the same form twice, from one browser."""
    return {"one after the other": in_turn, "both at once": at_once}[request.param]


def in_turn(visitor: Visitor, path: str, **fields: str) -> list[TestResponse]:
    filled = {"csrf_token": visitor.token(), **fields}
    tabs = [same_browser(visitor.house, visitor) for _ in range(2)]
    return [tab.client.post(path, data=filled) for tab in tabs]


def at_once(visitor: Visitor, path: str, **fields: str) -> list[TestResponse]:
    filled = {"csrf_token": visitor.token(), **fields}
    tabs = [same_browser(visitor.house, visitor) for _ in range(2)]
    start = Barrier(2)

    def click(tab: Visitor) -> TestResponse:
        start.wait()
        return tab.client.post(path, data=filled)

    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(click, tabs))


def places(answers: list[TestResponse]) -> list[tuple[int, str | None]]:
    return [(one.status_code, one.location) for one in answers]


def test_send_sends_once_and_both_clicks_lead_to_the_message(
    house: House, ada: Visitor, clicks: Clicks
) -> None:
    before = house.head()
    message = {"subject": "Once", "body": "Only", "form_id": ada.form_id()}
    answers = clicks(ada, "/compose", to="eve@home.example", role="patient", **message)
    assert house.since(before) == ["user.invited", "email-address.claimed", "message.sent"]
    assert places(answers) == [(303, first_message(ada, "/sent"))] * 2


def test_reply_replies_once_and_both_clicks_lead_to_the_thread(
    house: House, ben: Visitor, clicks: Clicks
) -> None:
    before, path = house.head(), first_message(ben)
    answers = clicks(ben, f"{path}/reply", body="Only once", form_id=ben.form_id())
    assert house.since(before) == ["message.sent"]
    assert places(answers) == [(303, path)] * 2


def test_register_registers_once_and_both_clicks_say_so(house: House, clicks: Clicks) -> None:
    house.open_practice()
    link, before = house.link("ada@sample-dental.example", "register"), house.head()
    answers = clicks(
        house.visitor(),
        link,
        address="ada@sample-dental.example",
        cell_phone="(202) 555-0123",
        full_name="Ada Sample",
        accepts_terms="yes",
    )
    assert house.since(before) == ["user.registration-completed"]
    assert places(answers) == [(303, "/registered")] * 2


def test_register_founds_one_practice(house: House, ada: Visitor, clicks: Clicks) -> None:
    ada.compose("dora@other-dental.example", "doctor-in-another-practice")
    link, before = house.link("dora@other-dental.example", "register"), house.head()
    answers = clicks(
        house.visitor(),
        link,
        address="dora@other-dental.example",
        cell_phone="(202) 555-0123",
        full_name="Dora Crown",
        practice_name="Other Dental",
        accepts_terms="yes",
    )
    assert house.since(before) == [
        "practice.registered",
        "practice.user-manager-appointed",
        "user.registration-completed",
    ]
    assert places(answers) == [(303, "/registered")] * 2


def test_a_password_is_set_once_and_both_clicks_lead_to_the_door(
    house: House, ada: Visitor, clicks: Clicks
) -> None:
    house.clock.forward(minutes=1)
    ada.post("/forgot-password", address="ada@sample-dental.example")
    link, visitor = house.link("ada@sample-dental.example", "password"), house.visitor()
    before = house.head()
    answers = clicks(visitor, link, password=PASSWORD)
    assert house.since(before) == ["user.password-replaced"]
    assert places(answers) == [(303, "/sign-in")] * 2
    assert flashes(visitor.page("/sign-in")) != []


def test_buy_now_opens_one_card_page(house: House, ben: Visitor, clicks: Clicks) -> None:
    before = house.head()
    answers = clicks(ben, "/buy", form_id=ben.form_id())
    assert house.since(before) == ["purchase.started", "purchase.checkout-opened"]
    assert (
        places(answers) == [(303, f"https://cards.example/{next(iter(house.billing.asked))}")] * 2
    )


def test_a_report_that_comes_twice_is_kept_once_and_pays_once(
    house: House, ben: Visitor, clicks: Clicks
) -> None:
    ben.post("/buy", form_id=ben.form_id())
    session_id = next(iter(house.billing.asked))
    before, (body, signature) = house.head(), house.billing.pay(session_id)
    headers = {"Stripe-Signature": signature}
    heard = at_once_or_in_turn(clicks, house, body, headers)
    assert [one.json for one in heard] == [{"kept": True}] * 2
    house.settle()
    assert house.since(before) == [
        "payment-report.received",
        *FIRST_TERM,
        "payment-report.worked-off",
    ]


def test_coming_back_from_the_card_page_in_two_windows_pays_once(
    house: House, ben: Visitor, clicks: Clicks
) -> None:
    session_id = session_of(ben.post("/buy", form_id=ben.form_id()))
    before, back = house.head(), way_back(house, session_id)
    house.billing.pay(session_id)
    tabs = [same_browser(house, ben) for _ in range(2)]
    with ThreadPoolExecutor(2 if clicks is at_once else 1) as hands:
        answers = list(hands.map(lambda tab: tab.get(back), tabs))
    assert places(answers) == [(303, "/inbox")] * 2
    assert house.since(before) == FIRST_TERM


def test_cancel_cancels_once(house: House, ben: Visitor, clicks: Clicks) -> None:
    house.buy(ben)
    before = house.head()
    answers = clicks(ben, "/billing/cancel", user_id=user_id(house, ben))
    assert places(answers) == [(303, "/billing")] * 2
    assert house.since(before) == ["subscription.renewal-cancelled"]


def test_update_credit_card_opens_one_page(house: House, ben: Visitor, clicks: Clicks) -> None:
    house.buy(ben)
    before = house.head()
    answers = clicks(ben, "/billing/card", form_id=ben.form_id())
    assert len(set(places(answers))) == 1
    assert house.since(before) == ["payer.card-page-opened"]


def at_once_or_in_turn(
    clicks: Clicks, house: House, body: bytes, headers: dict[str, str]
) -> list[TestResponse]:
    vendors = [house.visitor(), house.visitor()]

    def report(vendor: Visitor) -> TestResponse:
        return vendor.client.post("/webhooks/stripe", data=body, headers=headers)

    with ThreadPoolExecutor(2 if clicks is at_once else 1) as hands:
        return list(hands.map(report, vendors))


def test_sign_in_comes_in_with_either_click(house: House, ada: Visitor, clicks: Clicks) -> None:
    visitor = house.visitor()
    answers = clicks(visitor, "/sign-in", address="ada@sample-dental.example", password=PASSWORD)
    assert places(answers) == [(303, "/dashboard")] * 2
    assert ada.get("/dashboard").status_code == 200


def test_sign_out_goes_out_with_either_click(house: House, ada: Visitor, clicks: Clicks) -> None:
    answers = clicks(ada, "/sign-out")
    assert places(answers)[0] == (303, "/sign-in")
    assert house.visitor().get("/dashboard").status_code == 303


def test_opening_a_practice_opens_one_and_the_other_click_says_so(
    house: House, clicks: Clicks
) -> None:
    answers = clicks(
        house.visitor(),
        "/sandbox",
        name="Sample Dental",
        full_name="Ada Sample",
        address="ada@sample-dental.example",
        paid="yes",
    )
    assert sorted(one.status_code for one in answers) == [303, 422]
    assert house.since(0).count("practice.registered") == 1
    assert told(house.visitor().get("/sandbox/outbox")) == (200, "Mails that left")
