"""Every page pleases axe and fits its window, on a desktop and on a phone."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import complaints
from tests.fixtures.product import Product
from tests.fixtures.steps import (
    ADA,
    BEN,
    DESKTOP,
    DORA,
    PHONE,
    Visit,
    fill_card,
    join,
    open_practice,
    register,
    set_password,
    sign_in,
    write,
)

CARD_THAT_ASKS_AGAIN = "4000 0025 0000 3155"

PAGES = {
    "nowhere",
    *("sandbox", "sign-in", "forgot-password", "registered", "register", "password", "dashboard"),
    *("inbox", "sent", "compose", "messages", "practice", "account", "c"),
}
"""First parts of the paths of all pages; `c` is the card page."""

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at pages as axe does, and notes which."""

    page: Page
    seen: list[str] = field(default_factory=list)

    def look(self, *paths: str) -> None:
        """Look at the page that is open, or at each of these."""
        for path in paths or (None,):
            if path:
                self.page.goto(path)
            assert complaints(self.page) == [], self.page.url
            wider = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, self.page.url
            self.seen.append(self.page.url)

    def press(self, button: str) -> None:
        """Press a button and look at what it leads to."""
        self.page.get_by_role("button", name=button).click()
        self.look()


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_page(visit: Visit, product: Product, width: dict[str, int]):
    looker = Looker(visit(width=width))
    outside(looker)
    the_doctor(looker, product)
    looker.page.context.clear_cookies()
    the_colleague_who_buys(looker, product)
    looker.page.context.clear_cookies()
    looker.look(product.link(DORA, "register"))
    assert {urlsplit(url).path.split("/")[1] for url in looker.seen} == PAGES


def outside(looker: Looker) -> None:
    looker.look("/", "/sandbox/outbox", "/sign-in", "/registered", "/nowhere", "/register/unknown")
    looker.look("/forgot-password")
    looker.press("Send the link")


def the_doctor(looker: Looker, product: Product) -> None:
    page = looker.page
    open_practice(page)
    product.link(ADA, "register")
    looker.look("/sandbox/outbox", product.link(ADA, "register"))
    looker.press("Register")
    register(page, product, ADA, "Ada Sample")
    looker.look(product.link(ADA, "password"))
    looker.press("Set password")
    set_password(page, product, ADA)
    looker.look()
    sign_in(page, "nobody@sample-dental.example")
    looker.look()
    sign_in(page, ADA)
    looker.look("/dashboard", "/inbox", "/sent", "/compose", "/practice", "/account")
    looker.look("/account/notices", "/account/email")
    page.locator("summary").click()
    looker.look()
    page.goto("/compose")
    looker.press("Send")
    write(page, BEN, "Staff in my practice", "Welcome", "The keys are with Dora.")
    looker.look()
    looker.look("/inbox", "/sent", "/practice/settings", "/practice/holds", "/practice")
    page.get_by_role("link", name="Erase").click()
    looker.look()
    looker.press("Ask for the erasure")
    page.get_by_label("Erase ben@").check()
    looker.press("Ask for the erasure")
    page.get_by_role("link", name="Erasure").click()
    looker.look()
    looker.press("Withdraw the erasure")


def the_colleague_who_buys(looker: Looker, product: Product) -> None:
    page = looker.page
    join(page, product, BEN, "Ben Desk")
    looker.look("/inbox", "/compose", "/account")
    page.goto("/inbox")
    page.get_by_role("link", name="Welcome").click()
    looker.press("Reply")
    page.goto("/inbox")
    looker.press("Buy Now")
    looker.press("Pay $10.00")
    fill_card(page, CARD_THAT_ASKS_AGAIN)
    looker.press("Pay $10.00")
    looker.press("Complete")
    looker.look("/account")
    page.goto("/compose")
    write(page, DORA, "Doctor in another practice", "Referral", "Please see Carla.")
