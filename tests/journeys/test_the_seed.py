"""A day at a practice in a real browser, in the seed's own words: invite, register, read, buy."""

import pytest
from playwright.sync_api import expect

from tests.fixtures.product import Product
from tests.fixtures.steps import (
    ADA,
    BEN,
    CARLA,
    PHONE,
    Visit,
    join,
    open_practice,
    pay,
    write,
)

pytestmark = pytest.mark.browser


def test_the_seed_word_for_word(visit: Visit, product: Product) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = visit()
    join(ada, product, ADA, "Ada Sample")

    ada.get_by_role("link", name="Send Secure Message").click()
    expect(ada.get_by_label("Select recipient's role:")).to_be_hidden()
    ada.get_by_label("TO:").fill(BEN)
    ada.keyboard.press("Tab")
    role = ada.get_by_label("Select recipient's role:")
    expect(role).to_be_visible()
    assert role.locator("option").all_inner_texts()[1:] == [
        "Doctor in my practice",
        "Staff in my practice",
        "Doctor in another practice",
        "Staff in another practice",
        "Patient",
    ]
    role.select_option(label="Staff in my practice")
    ada.get_by_label("Subject").fill("Welcome to the desk")
    ada.get_by_label("Message").fill("The keys are with Dora.")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Your message was sent.")).to_be_visible()

    ben = visit(width=PHONE)
    mail = next(mail for mail in eventual_mails(product, BEN))
    assert mail["subject"] == "Ada Sample, Sample Dental invites you to SecureMail"
    join(ben, product, BEN, "Ben Desk")
    ben.get_by_role("navigation").get_by_role("link", name="Secure Inbox").click()
    ben.get_by_role("link", name="Welcome to the desk").click()
    expect(ben.get_by_text("The keys are with Dora.")).to_be_visible()
    ben.get_by_label("Reply to Ada Sample").fill("Thank you, found them.")
    ben.get_by_role("button", name="Reply").click()
    expect(ben.get_by_text("Your reply was sent.")).to_be_visible()

    ben.get_by_role("navigation").get_by_role("link", name="Compose").click()
    expect(ben.get_by_label("TO:")).to_have_count(0)
    ben.get_by_role("navigation").get_by_role("link", name="Secure Inbox").click()
    ben.get_by_role("button", name="Buy Now").click()
    pay(ben)
    ben.get_by_role("link", name="Compose", exact=True).first.click()
    write(ben, CARLA, "Patient", "Your appointment", "Tuesday at nine.")

    carla = visit(width=PHONE)
    join(carla, product, CARLA, "Carla Quill")
    carla.goto("/inbox")
    expect(carla.get_by_role("button", name="Buy Now")).to_have_count(0)
    carla.get_by_role("link", name="Your appointment").click()
    expect(carla.get_by_text("Tuesday at nine.")).to_be_visible()

    ada.goto("/inbox")
    ada.get_by_role("link", name="Re: Welcome to the desk").click()
    expect(ada.get_by_text("Thank you, found them.")).to_be_visible()


def eventual_mails(product: Product, address: str) -> list[dict[str, str]]:
    product.link(address, "register")
    return [mail for mail in product.outbox() if mail["to"] == address]


def test_without_scripts_the_role_appears_by_a_round_trip(visit: Visit, product: Product) -> None:
    page = visit(scripts=False)
    open_practice(page)
    join(page, product, ADA, "Ada Sample")
    page.get_by_role("link", name="Send Secure Message").click()
    page.get_by_label("TO:").fill(BEN)
    page.get_by_label("Subject").fill("Welcome")
    page.get_by_label("Message").fill("The keys are with Dora.")
    page.get_by_role("button", name="Check address").click()
    expect(page.get_by_label("Message")).to_have_value("The keys are with Dora.")
    page.get_by_label("Select recipient's role:").select_option(label="Doctor in my practice")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()

    ben = visit(scripts=False, width=PHONE)
    join(ben, product, BEN, "Ben Desk")
    ben.locator("summary").click()
    ben.get_by_role("button", name="Sign Out").click()
    expect(ben.get_by_text("You have signed out.")).to_be_visible()
