"""The card page as a buyer meets it: Ada pays for her term, with all that can go wrong."""

import json
import re
import threading

import pytest
from bs4 import BeautifulSoup

from adapters.sandbox.stripe_cards import TEST_CARDS
from tests.adapters.stripe_shop import (
    is_paid,
    kinds,
    page_to_pay,
    session_of,
)
from tests.adapters.stripe_world import DECLINED_CARD, stripe_world

THREE_D_SECURE_CARD = "4000 0025 0000 3155"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture
def checkout(world):
    return page_to_pay(world)


def page_of(reply) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html.parser")


def words(reply) -> str:
    return " ".join(page_of(reply).get_text(" ").split())


def alert(reply) -> str:
    return " ".join(page_of(reply).find(role="alert").get_text(" ").split())


def test_the_page_shows_four_fields_and_a_button_with_the_price(world, checkout):
    page = page_of(world.opens(checkout))
    assert [label.get_text() for label in page.find_all("label")] == [
        "Card number",
        "Expiry MM / YY",
        "CVC",
        "Name on card",
    ]
    assert [each["for"] for each in page.find_all("label")] == [
        each["id"] for each in page.find_all("input")
    ]
    assert [button.get_text() for button in page.find_all("button")] == ["Pay $10.00"]


def test_the_page_says_that_it_is_a_stand_in_and_which_cards_work(world, checkout):
    text = words(world.opens(checkout))
    assert "Never enter a real card." in text
    for card in TEST_CARDS:
        assert f"{card.number} {card.effect}" in text


def test_the_page_leads_back_to_where_the_buyer_came_from(world, checkout):
    back = page_of(world.opens(checkout)).find("a", string="Back to SecureMail")
    assert back["href"] == "http://shop.example/inbox"


def test_the_page_needs_no_script_and_holds_no_inline_style(world, checkout):
    for reply in (world.opens(checkout), world.submits(checkout, "1")):
        assert not page_of(reply).find_all(["script", "style"])
        assert not page_of(reply).find_all(style=True)


def test_the_page_is_locked_down_but_may_lead_back_to_the_shop(world, checkout):
    headers = world.opens(checkout).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' http://shop.example"
    )
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_style_sheet_is_there(world, checkout):
    href = page_of(world.opens(checkout)).find("link", rel="stylesheet")["href"]
    reply = world.asks("GET", href, key=None)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/css; charset=utf-8")


def test_a_good_card_pays_and_leads_back_to_the_shop(world, checkout):
    reply = world.submits(checkout)
    assert reply.status_code == 303
    assert reply.headers["Location"] == f"http://shop.example/paid?session={checkout.session_id}"
    assert is_paid(world, checkout)
    assert kinds(world) == ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_card_that_paid_is_kept_for_later_terms(world, checkout):
    world.submits(checkout)
    intent, session = [each["data"]["object"] for each in world.events()]
    assert intent["setup_future_usage"] == "off_session"
    assert intent["payment_method"].startswith("pm_")
    assert intent["customer"] == session["customer"]
    assert session["customer"].startswith("cus_")


@pytest.mark.parametrize(
    ("card", "sentence", "codes"),
    [
        (DECLINED_CARD, "Your card was declined.", ("card_declined", "generic_decline")),
        (
            "4000000000009995",
            "Your card has insufficient funds.",
            ("card_declined", "insufficient_funds"),
        ),
        ("4000000000000069", "Your card has expired.", ("expired_card", None)),
        ("4000000000000127", "Your card's security code is incorrect.", ("incorrect_cvc", None)),
        (
            "4111111111111111",
            "Your card was declined. Only the test cards listed on this page work here.",
            ("card_declined", "live_mode_test_card"),
        ),
    ],
)
def test_a_card_that_the_bank_refuses_pays_nothing(world, checkout, card, sentence, codes):
    reply = world.submits(checkout, card)
    assert (reply.status_code, alert(reply)) == (402, sentence)
    assert not is_paid(world, checkout)
    (event,) = world.events()
    error = event["data"]["object"]["last_payment_error"]
    assert event["type"] == "payment_intent.payment_failed"
    assert (error["code"], error.get("decline_code")) == codes


def test_after_a_declined_card_another_pays_with_the_same_paper(world, checkout):
    world.submits(checkout, DECLINED_CARD)
    world.submits(checkout)
    intents = {each["data"]["object"].get("payment_intent") for each in world.events()} - {None}
    assert kinds(world)[0] == "payment_intent.payment_failed"
    assert intents == {session_of(world, checkout)["payment_intent"]}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("card_number", "", "Enter the card number."),
        ("card_number", "4242 4242 4242 4241", "Your card number is invalid."),
        ("card_number", "my card", "Your card number is invalid."),
        ("expiry", "", "Enter the expiry date."),
        ("expiry", "10 / 26", "Your card's expiry date is in the past."),
        ("expiry", "13 / 31", "Enter the expiry date as month and year, such as 04 / 31."),
        ("cvc", "", "Enter the CVC, the three digits on the back."),
        ("cvc", "12", "Your card's security code is incomplete."),
        ("name", "  ", "Enter the name on the card."),
    ],
)
def test_a_field_that_is_wrong_is_announced_and_described_at_the_field(
    world, checkout, field, typed, sentence
):
    reply = world.submits(checkout, **{field: typed})
    page = page_of(reply)
    box = page.find("input", id=field)
    assert reply.status_code == 422
    assert alert(reply) == f"Please check the card details {sentence}"
    assert page.find(role="alert").find("a")["href"] == f"#{field}"
    assert box["aria-invalid"] == "true"
    assert page.find(id=box["aria-describedby"]).get_text() == sentence
    assert kinds(world) == []


@pytest.mark.parametrize("typed", ["11 / 26", "11/26", "11/2026", " 1 / 27 "])
def test_a_card_is_good_to_the_end_of_its_month_however_it_is_typed(world, checkout, typed):
    assert world.submits(checkout, expiry=typed).status_code == 303


def test_after_a_mistake_name_and_expiry_stand_as_typed_but_number_and_cvc_are_gone(
    world, checkout
):
    page = page_of(world.submits(checkout, cvc="12"))
    typed = {box["id"]: box["value"] for box in page.find_all("input")}
    assert typed == {"card_number": "", "expiry": "04 / 31", "cvc": "", "name": "Ada Lindqvist"}


def test_what_is_typed_is_shown_as_text_and_never_as_markup(world, checkout):
    reply = world.submits(checkout, cvc="12", name='"><script>alert(1)</script>')
    assert "<script>" not in reply.text


def asks_the_holder(world, checkout) -> str:
    reply = world.submits(checkout, THREE_D_SECURE_CARD)
    assert reply.status_code == 303
    return world.url + reply.headers["Location"]


def test_three_d_secure_moves_no_money_before_the_holder_has_answered(world, checkout):
    question = asks_the_holder(world, checkout)
    buttons = page_of(world.asks("GET", question.removeprefix(world.url))).find_all("button")
    assert [button.get_text() for button in buttons] == ["Complete", "Fail"]
    assert kinds(world) == ["payment_intent.requires_action"]
    assert not is_paid(world, checkout)


def test_three_d_secure_completed_pays(world, checkout):
    reply = world.posts(asks_the_holder(world, checkout), {"outcome": "complete"})
    assert reply.headers["Location"].startswith("http://shop.example/paid")
    assert is_paid(world, checkout)


def test_three_d_secure_failed_pays_nothing_and_another_card_may_be_tried(world, checkout):
    reply = world.posts(asks_the_holder(world, checkout), {"outcome": "fail"})
    assert reply.status_code == 402
    assert alert(reply).startswith("We are unable to authenticate your payment method.")
    assert not is_paid(world, checkout)
    assert world.submits(checkout).status_code == 303
    assert is_paid(world, checkout)


def test_three_d_secure_completed_twice_pays_once(world, checkout):
    question = asks_the_holder(world, checkout)
    first = world.posts(question, {"outcome": "complete"})
    second = world.posts(question, {"outcome": "complete"})
    assert first.headers["Location"] == second.headers["Location"]
    assert kinds(world).count("payment_intent.succeeded") == 1


def test_nobody_can_confirm_what_was_not_asked(world, checkout):
    reply = world.posts(f"{checkout.url}/3ds", {"outcome": "complete"})
    assert reply.headers["Location"] == f"/c/pay/{checkout.session_id}"
    assert not is_paid(world, checkout)


def test_a_double_click_on_pay_moves_the_money_once(world, checkout):
    replies = []
    clicks = [
        threading.Thread(target=lambda: replies.append(world.submits(checkout))) for _ in range(4)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    places = {reply.headers["Location"] for reply in replies}
    assert places == {f"http://shop.example/paid?session={checkout.session_id}"}
    assert kinds(world) == ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_page_that_was_paid_on_says_so(world, checkout):
    world.submits(checkout)
    reply = world.opens(checkout)
    assert "You have paid $10.00" in words(reply)
    assert not page_of(reply).find("form")
    link = page_of(reply).find("a")
    assert link["href"] == f"http://shop.example/paid?session={checkout.session_id}"


def test_a_page_that_has_expired_says_so(world, checkout):
    world.clock.advance(days=1)
    reply = world.opens(checkout)
    assert (reply.status_code, page_of(reply).find("form")) == (410, None)
    assert "This page has expired" in words(reply)


def test_a_page_that_nobody_made_is_not_found(world):
    reply = world.asks("GET", "/c/pay/cs_test_nobody", key=None)
    assert reply.status_code == 404
    assert "There is no such card page" in words(reply)


def test_of_a_card_only_brand_last_digits_and_expiry_are_kept(world, checkout):
    world.submits(checkout, cvc="987")
    world.handles.close()
    kept = world.store.read_bytes().decode("latin-1")
    assert "4242424242424242" not in kept
    assert "4242 4242" not in kept
    assert "cvc" not in kept
    assert '"987"' not in kept
    assert "Lindqvist" not in kept
    for card in re.findall(r'"card": ({[^}]*"last4"[^}]*})', kept):
        assert json.loads(card) | {"three_d_secure": None} == {
            "brand": "visa",
            "exp_month": 4,
            "exp_year": 2031,
            "funding": "credit",
            "last4": "4242",
            "three_d_secure": None,
        }
