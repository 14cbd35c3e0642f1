"""Invitations that do not arrive, and that are not answered: in a real browser, as time passes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from adapters.outbox_mailer import OutboxMailer
from runtime.clock import now
from runtime.embedded_postgres import EmbeddedPostgres
from tests.fixtures.browser import complaints
from tests.fixtures.carrier_reports import signed, webhook_key
from tests.fixtures.product import Product, eventually
from tests.fixtures.steps import ADA, BEN, CARLA, PHONE, Visit, join, sign_in, write

pytestmark = pytest.mark.browser

WRONG, EMIL = "carla@pateint.example", "emil@sample-dental.example"
CAME_BACK = (
    "The mail to this address came back (no such mailbox). Check the address with the person and "
    "correct it."
)


class Reporting(Product):
    """The product, with a carrier that reports what becomes of mails."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "SENDGRID_WEBHOOK_KEY": webhook_key()}


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    running = Reporting(tmp_path / "data")
    running.folder.mkdir()
    try:
        running.start()
        yield running
    finally:
        running.stop()
        EmbeddedPostgres(running.folder / "postgres").delete()


def look(page: Page) -> None:
    """See that a page pleases axe and fits its window."""
    assert complaints(page) == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, page.url


def mails(product: Product, address: str, subject: str = "") -> list[dict[str, Any]]:
    """Return the mails to somebody whose subject begins so."""
    found = [mail for mail in product.outbox() if mail["to"] == address]
    return [mail for mail in found if mail["subject"].startswith(subject)]


def bounce(product: Product, address: str) -> None:
    """Let the carrier report that a mail came back, twice, as carriers do."""
    eventually(lambda: mails(product, address), "the mail that comes back")
    outbox = OutboxMailer(product.folder / "outbox", now)
    [notice_id] = [mail.notice_id for mail in outbox.mails() if mail.to == address]
    reported = {
        "event": "bounce",
        "type": "bounce",
        "status": "5.1.1",
        "notice_id": notice_id,
        "sg_event_id": "the bounce",
        "timestamp": int(now().timestamp()),
    }
    raw, headers = signed([reported, reported], now())
    for _ in range(2):
        answer = requests.post(
            f"{product.url}/webhooks/sendgrid", data=raw, headers=headers, timeout=30
        )
        assert answer.status_code == 200, answer.text


def correct(ada: Page) -> None:
    """Let Ada see that the mail came back, and correct the address; look at every page."""
    ada.get_by_role("link", name="My Practice").first.click()
    expect(ada.get_by_text(CAME_BACK)).to_be_visible()
    look(ada)
    ada.get_by_role("link", name=f"Invitation of {WRONG}").click()
    expect(ada.get_by_text(CAME_BACK)).to_be_visible()
    look(ada)
    ada.get_by_label("Email").fill(BEN)
    ada.get_by_role("button", name="Correct Address").click()
    expect(ada.get_by_text("This address belongs to somebody who is here already.")).to_be_visible()
    look(ada)
    ada.get_by_label("Email").fill(CARLA)
    ada.get_by_role("button", name="Correct Address").click()
    expect(ada.get_by_text("The address was corrected")).to_be_visible()
    expect(ada.get_by_text(CAME_BACK)).to_have_count(0)
    look(ada)
    ada.get_by_role("link", name="My Invitations").click()
    look(ada)


def compose(ada: Page, to: str, role: str, subject: str) -> None:
    ada.goto("/compose")
    write(ada, to, role, subject, "Please read.")


def test_an_invitation_that_came_back_is_corrected_and_reminders_stop_on_registration(
    visit: Visit, product: Product
) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = visit()
    join(ada, product, ADA, "Ada Sample")
    for colleague in (BEN, EMIL):
        compose(ada, colleague, "Staff in my practice", f"For {colleague}")

    compose(ada, WRONG, "Patient", "For Carla")
    bounce(product, WRONG)
    dead = product.link(WRONG, "register")
    correct(ada)
    carla = visit(width=PHONE)
    carla.goto(dead)
    expect(carla.get_by_role("heading", name="This link is not valid")).to_be_visible()
    join(carla, product, CARLA, "Carla Molar")
    carla.goto("/inbox")
    expect(carla.get_by_role("link", name="For Carla")).to_be_visible()
    assert len(mails(product, WRONG)) == 1

    product.command("sandbox", "ahead", "--days", "3")
    for colleague in (BEN, EMIL):
        eventually(lambda to=colleague: mails(product, to, "A reminder"), "the first reminder")
    join(visit(), product, BEN, "Ben Desk")
    product.command("sandbox", "ahead", "--days", "7")
    eventually(lambda: len(mails(product, EMIL, "A reminder")) == 2, "the last reminder")
    assert len(mails(product, BEN, "A reminder")) == 1
    assert mails(product, CARLA, "A reminder") == []

    ada.goto("/practice")
    sign_in(ada, ADA)
    ada.goto("/practice")
    ada.set_viewport_size(PHONE)
    look(ada)
    ada.get_by_role("link", name=f"Invitation of {EMIL}").click()
    look(ada)
    ada.get_by_label(f"Withdraw the invitation of {EMIL}").check()
    ada.get_by_role("button", name="Withdraw").click()
    expect(ada.get_by_text("The invitation was withdrawn.")).to_be_visible()
    emil = visit(width=PHONE)
    emil.goto(product.link(EMIL, "register"))
    expect(emil.get_by_role("heading", name="This invitation was withdrawn")).to_be_visible()
    look(emil)
