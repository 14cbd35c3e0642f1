"""A user manager keeps evidence: places a legal hold, and lifts it; in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import complaints
from tests.fixtures.product import Product, eventually
from tests.fixtures.steps import ADA, BEN, Visit, join, write

pytestmark = pytest.mark.browser

NARROW = {"width": 375, "height": 812}


def look(page: Page) -> None:
    """See that a page pleases axe and fits its window."""
    assert complaints(page) == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url


def destroyed(product: Product) -> int:
    """Return how many messages were destroyed."""
    with product.database() as connection:
        row = connection.execute(
            "SELECT count(*) FROM endings.message WHERE is_destroyed"
        ).fetchone()
    assert row is not None
    return int(row[0])


def recall(page: Page, path: str) -> None:
    page.goto(f"{path}/ending")
    page.get_by_label("Reason").fill("It was wrong.")
    page.get_by_role("button", name="Recall").click()
    expect(page.get_by_text("The message was recalled.")).to_be_visible()


def test_what_is_held_is_kept_until_the_hold_is_lifted(visit: Visit, product: Product) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = visit(width=NARROW)
    join(ada, product, ADA, "Ada Sample")
    ada.goto("/practice")
    ada.get_by_role("link", name="Legal holds").click()
    look(ada)
    ada.goto("/compose")
    write(ada, BEN, "Staff in my practice", "The crown", "It broke after a week.")
    evidence = ada.url
    ada.goto("/compose")
    ada.get_by_label("TO:").fill(BEN)
    ada.get_by_label("Subject").fill("Lunch")
    ada.get_by_label("Message").fill("At noon?")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Your message was sent.")).to_be_visible()
    other = ada.url

    ada.goto(evidence)
    look(ada)
    ada.get_by_role("link", name="Place a legal hold on it").click()
    ada.get_by_role("button", name="Place the hold").click()
    expect(ada.get_by_text("Please enter a reason.")).to_be_visible()
    ada.get_by_label("Reason").fill("Miller against Sample Dental, letter of March 2")
    look(ada)
    ada.get_by_role("button", name="Place the hold").click()
    expect(ada.get_by_text("The hold is in force.")).to_be_visible()
    look(ada)

    recall(ada, evidence)
    recall(ada, other)  # the later one: when it is gone, the sweeper has passed the earlier by
    eventually(lambda: destroyed(product) > 0, "the destruction of what is not held")
    assert destroyed(product) == 1

    desk = visit()
    desk.context.add_cookies(ada.context.cookies())
    desk.goto("/practice/holds")
    look(desk)
    desk.get_by_role("link", name="Lift").click()
    look(desk)
    desk.get_by_label("Reason").fill("The case is closed")
    desk.get_by_role("button", name="Lift the hold").click()
    expect(desk.get_by_text("The hold is lifted.")).to_be_visible()
    look(desk)
    eventually(lambda: destroyed(product) == 2, "the destruction of what was held")
