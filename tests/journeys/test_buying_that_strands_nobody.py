"""A year of paying, in a real browser: refused cards, renewals, grace, a lapse, a way back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import complaints
from tests.fixtures.product import Product, eventually
from tests.fixtures.steps import ADA, BEN, CARD, PHONE, Visit, fill_card, sign_in

pytestmark = pytest.mark.browser

DECLINED = "4000 0000 0000 0002"
ASKS_WHEN_SAVED = "4000 0025 0000 3155"
ASKS_EVERY_TIME = "4000 0027 6000 3184"
DECLINED_LATER = "4000 0000 0000 0341"


def look(page: Page) -> None:
    """See that a page pleases axe and fits its window."""
    assert complaints(page) == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url


def open_practice(product: Product) -> None:
    """Let Ada, who is given the paid version, and Ben, who is free, join."""
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    product.command(
        *("practice", "add-member", "--practice", "Sample Dental"),
        *("--email", BEN, "--role", "staff"),
    )
    for address, name in ((ADA, "Ada Sample"), (BEN, "Ben Desk")):
        product.person().join(address, name)


def come_in(page: Page, address: str) -> None:
    page.goto("/sign-in")
    if page.get_by_label("Your Password").count():
        sign_in(page, address)
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def days_pass(page: Page, product: Product, address: str, days: int) -> None:
    """Let days pass; the session has ended meanwhile."""
    product.command("sandbox", "ahead", "--days", str(days))
    page.context.clear_cookies()
    come_in(page, address)


def mail_to(product: Product, address: str, words: str) -> dict[str, str]:
    """Wait for a mail that says something."""

    def found() -> dict[str, str] | None:
        mails = [mail for mail in product.outbox() if mail["to"] == address]
        return next((mail for mail in mails if words in mail["text"]), None)

    mail: dict[str, str] = eventually(found, f"a mail to {address} that says {words}")
    return mail


def eventually_shown(page: Page, path: str, words: str | re.Pattern[str]) -> None:
    """Open a page again until it says something."""

    def shown() -> bool:
        page.goto(path)
        return page.get_by_role("main").get_by_text(words).count() > 0

    assert eventually(shown, f"{words} on {path}")


def pay_with(page: Page, card: str) -> None:
    """Press "Buy Now" unless the card page is there already, and pay."""
    if not page.get_by_label("Card number").count():
        page.get_by_role("button", name="Buy Now").click()
    fill_card(page, card)
    page.get_by_role("button", name="Pay $10.00").click()


def leave_card(page: Page, card: str) -> None:
    page.get_by_role("button", name="Update Credit Card").click()
    fill_card(page, card)
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_text("The new card is saved.")).to_be_visible()


def buy_after_refusals(page: Page) -> None:
    page.goto("/inbox")
    expect(page.get_by_text("$10.00 a month.")).to_be_visible()
    pay_with(page, DECLINED)
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    pay_with(page, ASKS_WHEN_SAVED)
    page.get_by_role("button", name="Fail").click()
    expect(page.get_by_text("We are unable to authenticate")).to_be_visible()
    pay_with(page, ASKS_WHEN_SAVED)
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("Thank you. You can now compose")).to_be_visible()
    page.goto("/billing")
    expect(page.get_by_text("ending in 3155")).to_be_visible()
    look(page)


def repair_a_refused_card(page: Page, product: Product) -> None:
    mail_to(product, BEN, "Update Credit Card")
    eventually_shown(page, "/inbox", "Your card was refused")
    look(page)
    page.goto("/compose")
    expect(page.get_by_label("TO:")).to_be_visible()
    leave_card(page, CARD)
    eventually(lambda: rows(page, "Invoices") == 4, "the invoice of the repaired renewal")
    expect(page.get_by_text("Your card was refused")).to_have_count(0)


def change_my_mind(page: Page) -> None:
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The renewal is cancelled.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Renew After All").click()
    expect(page.get_by_text("It renews by itself again.")).to_be_visible()


def come_back_after_the_end(page: Page) -> None:
    eventually_shown(page, "/dashboard", "Your paid version has ended.")
    look(page)
    page.goto("/compose")
    expect(page.get_by_label("TO:")).to_have_count(0)
    pay_with(page, CARD)
    expect(page.get_by_text("Thank you. You can now compose")).to_be_visible()
    expect(page.get_by_text("Your paid version has ended.")).to_have_count(0)
    page.goto("/account/paid-version")
    look(page)


def test_a_year_of_paying(visit: Visit, product: Product) -> None:
    open_practice(product)
    ben = visit()
    come_in(ben, BEN)
    buy_after_refusals(ben)
    mail_to(product, BEN, "Thank you")
    assert rows(ben, "Invoices") == 2

    days_pass(ben, product, BEN, 28)
    eventually(lambda: rows(ben, "Invoices") == 3, "the invoice of the renewal")
    leave_card(ben, DECLINED_LATER)
    days_pass(ben, product, BEN, 31)
    repair_a_refused_card(ben, product)

    change_my_mind(ben)
    ben.get_by_role("button", name="Cancel").click()
    days_pass(ben, product, BEN, 40)
    come_back_after_the_end(ben)


def rows(page: Page, table: str) -> int:
    page.goto("/billing")
    return page.get_by_role("table", name=table).get_by_role("row").count()


def test_a_colleague_pays_and_the_bank_asks(visit: Visit, product: Product) -> None:
    open_practice(product)
    ben, ada = visit(width=PHONE), visit()
    come_in(ben, BEN)
    ben.goto("/inbox")
    ben.get_by_role("button", name="Buy Now").click()
    expect(ben.get_by_label("Card number")).to_be_visible()
    bens_page = ben.url

    come_in(ada, ADA)
    ada.goto("/practice")
    ada.get_by_role("button", name="for Ben Desk").click()
    fill_card(ada, ASKS_EVERY_TIME)
    ada.get_by_role("button", name="Pay $10.00").click()
    ada.get_by_role("button", name="Complete").click()
    expect(ada.get_by_text("Thank you. Ben Desk has the paid version now.")).to_be_visible()
    mail_to(product, BEN, "paid version")
    look(ada)

    def is_closed() -> bool:
        ben.goto(bens_page)
        return ben.get_by_label("Card number").count() == 0

    assert eventually(is_closed, "the end of Ben's own card page")
    ben.goto("/inbox")
    expect(ben.get_by_role("button", name="Buy Now")).to_have_count(0)
    ben.goto("/billing")
    expect(ben.get_by_text("Ada Sample pays for it.")).to_be_visible()
    expect(ben.get_by_text("ending in")).to_have_count(0)
    look(ben)

    days_pass(ada, product, ADA, 28)
    link = re.search(r"http://\S+/billing/confirm/\S+", mail_to(product, ADA, "/confirm/")["text"])
    assert link is not None
    ada.goto(link.group(0))
    look(ada)
    ada.get_by_role("button", name="Confirm $10.00").click()
    look(ada)
    ada.get_by_role("link", name="Go to My Bank").click()
    ada.get_by_role("button", name="Complete").click()
    expect(ada.get_by_text("Thank you. The payment went through")).to_be_visible()
    expect(ada.get_by_role("table", name="Invoices").get_by_role("row")).to_have_count(3)
    look(ada)
