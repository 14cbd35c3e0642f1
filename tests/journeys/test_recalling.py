"""A message went to the wrong person, and its sender takes it back: in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import complaints
from tests.fixtures.product import Product, eventually
from tests.fixtures.steps import ADA, BEN, Visit, join, write

pytestmark = pytest.mark.browser

NARROW = {"width": 375, "height": 812}
REASON = "It was meant for another Ben. Please forget what you read."


def look(page: Page) -> None:
    """See that a page pleases axe and fits its window."""
    assert complaints(page) == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url


def content_keys(product: Product) -> int:
    with product.database() as connection:
        row = connection.execute(
            "SELECT count(*) FROM vault.data_key WHERE kind = 'content'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_message_to_the_wrong_person_is_recalled(visit: Visit, product: Product) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = visit()
    join(ada, product, ADA, "Ada Sample")
    ada.get_by_role("link", name="Send Secure Message").click()
    write(ada, BEN, "Staff in my practice", "Carla's findings", "The biopsy was positive.")

    ben = visit(width=NARROW)
    join(ben, product, BEN, "Ben Desk")
    ben.goto("/inbox")
    ben.get_by_role("link", name="Carla's findings").click()
    expect(ben.get_by_text("The biopsy was positive.")).to_be_visible()
    expect(ben.get_by_role("link", name="recall")).to_have_count(0)

    ada.goto("/sent")
    ada.get_by_role("link", name="Carla's findings").click()
    ada.get_by_role("link", name="Change the end or recall").click()
    look(ada)
    ada.get_by_role("button", name="Recall").click()
    expect(ada.get_by_text("Please enter a reason.")).to_be_visible()
    look(ada)
    ada.get_by_label("Reason").fill(REASON)
    ada.get_by_role("button", name="Recall").click()
    expect(ada.get_by_text("The message was recalled.")).to_be_visible()
    look(ada)
    ada.goto("/sent")
    look(ada)

    for path in (ben.url, "/inbox"):
        ben.goto(path)
        look(ben)
        expect(ben.get_by_text("The biopsy was positive.")).to_have_count(0)
        expect(ben.get_by_text("Carla's findings")).to_have_count(0)
    ben.get_by_role("link", name="This message was recalled").click()
    expect(ben.get_by_text("Ada Sample recalled this message")).to_be_visible()
    expect(ben.get_by_text(REASON)).to_be_visible()
    expect(ben.get_by_role("button", name="Reply")).to_have_count(0)
    eventually(lambda: content_keys(product) == 0, "the destruction of the key")
