"""A practice has patients prove their phones: in a real browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from adapters.outbox_texter import OutboxText, OutboxTexter
from runtime.clock import now, set_ahead
from tests.fixtures.browser import complaints
from tests.fixtures.product import PASSWORD, Product, eventually
from tests.fixtures.steps import ADA, CARLA, PHONE, Visit, join, sign_in

pytestmark = pytest.mark.browser

GIVEN = "+12025550187"
HALF_A_MINUTE = 31


def look(page: Page) -> None:
    """See that a page pleases axe and fits its window."""
    assert complaints(page) == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url


def texts(product: Product, count: int) -> list[OutboxText]:
    """Wait until so many texts and calls have left, all to the phone that was given."""
    outbox = OutboxTexter(product.folder / "outbox", now)

    def all_there() -> list[OutboxText]:
        found = outbox.texts()
        return found if len(found) == count else []

    found: list[OutboxText] = eventually(all_there, f"{count} texts")
    assert {one.to for one in found} == {GIVEN}
    return found


def code_in(text: OutboxText) -> str:
    found = re.search("[0-9]{6}", text.words)
    assert found is not None
    return found.group(0)


def pass_half_a_minute(product: Product, times: int = 1) -> None:
    """Let the time pass that lies between two codes at least."""
    set_ahead(product.folder / "sandbox" / "clock", HALF_A_MINUTE * times)


def give(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def turn_the_switch(ada: Page) -> None:
    ada.goto("/practice/settings")
    ada.get_by_role("link", name="Two-step verification").click()
    ada.get_by_label("Patients").check()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("The switches were saved.")).to_be_visible()
    expect(ada.get_by_label("Patients")).to_be_checked()
    look(ada)


def write_to_carla(ada: Page) -> None:
    """Let Ada write to somebody new: the phone is asked for as soon as she is a patient."""
    ada.goto("/compose")
    ada.get_by_label("TO:").fill(CARLA)
    ada.keyboard.press("Tab")
    role = ada.get_by_label("Select recipient's role:")
    role.select_option(label="Staff in my practice")
    phone = ada.get_by_label("Recipient's Cell Phone")
    expect(phone).to_be_hidden()
    role.select_option(label="Patient")
    expect(phone).to_be_visible()
    ada.get_by_label("Subject").fill("Your appointment")
    ada.get_by_label("Message").fill("It is on Monday.")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Please enter the recipient's cell phone.")).to_be_visible()
    look(ada)
    phone.fill("(202) 555-0187")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Your message was sent.")).to_be_visible()


def fill_in(carla: Page, product: Product) -> None:
    carla.goto(product.link(CARLA, "register"))
    carla.get_by_label("Cell Phone").fill("(202) 555-0123")
    carla.get_by_label("Full Name").fill("Carla Molar")
    carla.get_by_label("I accept the terms").check()
    carla.get_by_role("button", name="Register").click()
    expect(carla.get_by_text("We sent a code to the phone ending in 87.")).to_be_visible()
    look(carla)


def prove(carla: Page, product: Product) -> None:
    """Let Carla mistype a code, have another sent, try the first, and have the last read aloud."""
    first = code_in(texts(product, 1)[0])
    give(carla, f"{(int(first) + 1) % 1_000_000:06}")
    expect(carla.get_by_text("You have 4 tries left with this code.")).to_be_visible()
    look(carla)
    carla.get_by_role("button", name="Re-Send Code").click()
    expect(carla.get_by_text("No new code was sent.")).to_be_visible()
    pass_half_a_minute(product)
    carla.get_by_role("button", name="Re-Send Code").click()
    texts(product, 2)
    give(carla, first)
    expect(carla.get_by_text("You have 4 tries left with this code.")).to_be_visible()
    pass_half_a_minute(product, times=2)
    carla.get_by_role("button", name="Change Delivery Method: call me").click()
    expect(carla.get_by_text("We are calling the phone ending in 87")).to_be_visible()
    look(carla)
    call = texts(product, 3)[0]
    assert call.kind == "call"
    give(carla, code_in(call))
    expect(carla.get_by_role("heading", name="You are registered")).to_be_visible()


def set_password(page: Page, password: str) -> None:
    page.get_by_label("New Password").fill(password)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def reset_in_a_browser_without_scripts(carla: Page, product: Product) -> None:
    """Let Carla forget her password: who holds the link gives a code first."""
    before = product.link(CARLA, "password")
    carla.goto("/forgot-password")
    carla.get_by_label("Your Email Address").fill(CARLA)
    carla.get_by_role("button", name="Send the link").click()
    eventually(lambda: product.link(CARLA, "password") != before, "another link")
    carla.goto(product.link(CARLA, "password"))
    expect(carla.get_by_text("we send a code to the phone ending in 87")).to_be_visible()
    pass_half_a_minute(product, times=3)
    carla.get_by_role("button", name="Send Code").click()
    expect(carla.get_by_role("heading", name="Enter the code")).to_be_visible()
    give(carla, code_in(texts(product, 4)[0]))
    set_password(carla, f"{PASSWORD}-again")


def test_a_patient_comes_in_with_a_code_that_goes_to_the_phone_her_doctor_gave(
    visit: Visit, product: Product
) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = visit()
    join(ada, product, ADA, "Ada Sample")
    turn_the_switch(ada)
    write_to_carla(ada)

    carla = visit(width=PHONE)
    fill_in(carla, product)
    prove(carla, product)
    carla.goto(product.link(CARLA, "password"))
    set_password(carla, PASSWORD)
    sign_in(carla, CARLA)
    carla.goto("/inbox")
    expect(carla.get_by_role("link", name="Your appointment")).to_be_visible()
    carla.goto("/account/phone")
    expect(carla.get_by_text("Proved: it is your phone")).to_be_visible()
    look(carla)

    reset_in_a_browser_without_scripts(visit(width=PHONE, scripts=False), product)
