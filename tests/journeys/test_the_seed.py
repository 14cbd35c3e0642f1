"""A day at a practice in a real browser, in the seed's own words: invite, register, read, buy."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.fixtures.browser import complaints
from tests.fixtures.product import PASSWORD, Product

ADA = "ada@sample-dental.example"
BEN = "ben@sample-dental.example"
CARLA = "carla@patient.example"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

EXPECTED_NOISE = ("status of 422", "Clear-Site-Data")
"""What the browser remarks on forms that were wrong on purpose, and on signing out."""

PAGES = {
    *("sandbox", "sign-in", "forgot-password", "registered", "register", "password", "dashboard"),
    *("inbox", "sent", "compose", "messages", "practice", "account", "c"),
}
"""First parts of the paths of all pages; `c` is the card page."""

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Visit]:
    """Open a browser for one person; every page she sees must please axe and cause no complaint."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def opened(*, width: dict[str, int] = DESKTOP, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport=width, java_script_enabled=scripts, base_url=product.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [one for one in noise if not any(word in one for word in EXPECTED_NOISE)] == []


def require_accessible(page: Page) -> None:
    assert complaints(page) == []


def register(page: Page, product: Product, address: str, name: str, **more: str) -> None:
    page.goto(product.link(address, "register"))
    expect(page.get_by_label("User Email")).to_have_value(address)
    page.get_by_label("Cell Phone").fill("(202) 555-0123")
    page.get_by_label("Full Name").fill(name)
    for label, text in more.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    page.get_by_label("I accept the terms").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="You are registered")).to_be_visible()


def set_password(page: Page, product: Product, address: str) -> None:
    page.goto(product.link(address, "password"))
    page.get_by_label("New Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()


def sign_in(page: Page, address: str) -> None:
    page.get_by_label("Your Email Address").fill(address)
    page.get_by_label("Your Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()


def join(page: Page, product: Product, address: str, name: str, **more: str) -> None:
    register(page, product, address, name, **more)
    set_password(page, product, address)
    sign_in(page, address)
    expect(page.get_by_role("heading", name=f"Welcome, {name}")).to_be_visible()


def write(page: Page, to: str, role: str, subject: str, body: str) -> None:
    page.get_by_label("TO:").fill(to)
    page.keyboard.press("Tab")
    page.get_by_label("Select recipient's role:").select_option(label=role)
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message").fill(body)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()


def open_practice(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Practice Name").fill("Sample Dental")
    page.get_by_label("Doctor's Full Name").fill("Ada Sample")
    page.get_by_label("Doctor's Email").fill(ADA)
    page.get_by_role("button", name="Open the practice").click()
    expect(page.get_by_role("heading", name="Mails that left")).to_be_visible()


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


def pay(page: Page) -> None:
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("CVC").fill("123")
    page.get_by_label("Name on card").fill("Ben Desk")
    page.get_by_role("button", name="Pay $10.00").click()
    expect(page.get_by_text("Thank you. You can now compose")).to_be_visible()


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


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_page(
    visit: Visit, product: Product, width: dict[str, int]
) -> None:
    page = visit(width=width)
    seen: list[str] = []

    def look(path: str | None = None) -> None:
        if path:
            page.goto(path)
        require_accessible(page)
        require_no_sideways_scrolling(page)
        seen.append(page.url)

    for path in ("/", "/sandbox/outbox", "/sign-in", "/forgot-password", "/registered"):
        look(path)
    open_practice(page)
    product.link(ADA, "register")
    look("/sandbox/outbox")
    look(product.link(ADA, "register"))
    page.get_by_role("button", name="Register").click()
    look()
    register(page, product, ADA, "Ada Sample")
    look(product.link(ADA, "password"))
    page.get_by_role("button", name="Set password").click()
    look()
    set_password(page, product, ADA)
    look()
    sign_in(page, "nobody@sample-dental.example")
    look()
    sign_in(page, ADA)
    for path in ("/dashboard", "/inbox", "/sent", "/compose", "/practice", "/account"):
        look(path)
    page.locator("summary").click()
    look()
    page.goto("/compose")
    page.get_by_role("button", name="Send").click()
    look()
    write(page, BEN, "Staff in my practice", "Welcome", "The keys are with Dora.")
    look()
    for path in ("/inbox", "/sent", "/practice"):
        look(path)

    page.context.clear_cookies()
    join(page, product, BEN, "Ben Desk")
    for path in ("/inbox", "/compose", "/account"):
        look(path)
    page.goto("/inbox")
    page.get_by_role("link", name="Welcome").click()
    page.get_by_role("button", name="Reply").click()
    look()
    page.goto("/inbox")
    page.get_by_role("button", name="Buy Now").click()
    look()
    pay(page)
    look()
    look("/account")
    assert {urlsplit(url).path.split("/")[1] for url in seen} == PAGES


def require_no_sideways_scrolling(page: Page) -> None:
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url
