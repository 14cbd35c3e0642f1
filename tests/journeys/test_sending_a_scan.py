"""A CT scan is sent, taken, and ends: in the browser, on the disk, and in the database."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.browser import complaints
from tests.fixtures.files import dicom, jpeg
from tests.fixtures.product import Product, eventually
from tests.fixtures.steps import ADA, BEN, PHONE, Visit, join, open_practice

pytestmark = pytest.mark.browser

SCAN = dicom() + os.urandom(24 << 20)
"""A small CT scan; noise, as real ones are for whoever packs them."""

LIVES = timedelta(seconds=20)


def test_a_scan_is_sent_and_taken_and_ends(visit: Visit, product: Product, tmp_path: Path) -> None:
    ada, ben = visit(), visit(width=PHONE)
    open_practice(ada)
    join(ada, product, ADA, "Ada Sample")
    scan, photo = tmp_path / "CT Birdsong.dcm", tmp_path / "jaw.jpg"
    scan.write_bytes(SCAN)
    photo.write_bytes(jpeg())

    ada.get_by_role("link", name="Send Secure Message").click()
    expect(ada.get_by_text("Up to 20 files, 250 MB each, 1 GB together")).to_be_visible()
    ada.get_by_label("Add Files").set_input_files([scan, photo])
    expect(ada.get_by_role("progressbar").first).to_be_visible()
    ada.get_by_label("TO:").fill(BEN)
    ada.keyboard.press("Tab")
    ada.get_by_label("Select recipient's role:").select_option(label="Staff in my practice")
    ada.get_by_label("Subject").fill("Your scan")
    ada.get_by_label("Message").fill("Please look at the left side.")
    expect(ada.get_by_text("· arrived")).to_have_count(2, timeout=30_000)
    assert complaints(ada) == []
    ends_at = datetime.now(UTC) + LIVES  # noqa: TID251 - what the product's own clock shows
    ada.get_by_label("Ends after").select_option(label="At a moment that I choose")
    ada.get_by_label("Moment").fill(f"{ends_at:%Y-%m-%dT%H:%M:%S}")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Your message was sent.")).to_be_visible()
    assert blobs(product) != []
    ada.goto("/sent")
    ada.get_by_role("link", name="Your scan").click()
    expect(ada.get_by_text("Please look at the left side.")).to_be_visible()

    join(ben, product, BEN, "Ben Desk")
    ben.goto("/inbox")
    ben.get_by_role("link", name="Your scan").click()
    expect(ben.get_by_role("link", name="CT Birdsong.dcm")).to_be_visible()
    expect(ben.locator("ul.attached img")).to_have_count(1)
    assert complaints(ben) == []
    assert downloaded(ben, "CT Birdsong.dcm") == SCAN
    path = ben.get_by_role("link", name="CT Birdsong.dcm").get_attribute("href")

    ben.get_by_label("Reply to").fill("I am looking at it.")
    opened_at = {page: shown_at(page) for page in (ada, ben)}
    expect(ada.locator("[data-thread]")).not_to_have_attribute("data-shown-at", opened_at[ada])
    for page in (ada, ben):
        expect(page.get_by_text("This message ended")).to_be_visible()
        for gone in ("Please look at the left side.", "CT Birdsong.dcm", "Your scan"):
            expect(page.get_by_text(gone)).to_have_count(0)
        expect(page.locator("ul.attached")).to_have_count(0)
        assert complaints(page) == []
    assert shown_at(ben) == opened_at[ben]
    expect(ben.get_by_label("Reply to")).to_have_value("I am looking at it.")

    come_back(ben)
    expect(ben.get_by_text("This conversation has ended")).to_be_visible()
    expect(ben.get_by_label("Reply to")).to_have_count(0)
    eventually(lambda: blobs(product) == [], "the end of the scan")
    assert ben.request.get(str(path)).status == 404
    assert content_keys(product) == 0


def test_an_upload_goes_on_by_itself_and_what_is_refused_says_why(
    visit: Visit, product: Product, tmp_path: Path
) -> None:
    ada = visit(width=PHONE)
    open_practice(ada)
    join(ada, product, ADA, "Ada Sample")
    ada.goto("/compose")
    broken: list[Route] = []

    def break_once(route: Route) -> None:
        if route.request.method == "PATCH" and not broken:
            broken.append(route)
            route.abort()
        else:
            route.continue_()

    ada.route("**/uploads/*", break_once)
    scan, program = tmp_path / "jaw.dcm", tmp_path / "report.pdf"
    scan.write_bytes(SCAN[:3_000_000])
    program.write_bytes(b"MZ".ljust(1000, b"\0"))
    ada.get_by_label("Add Files").set_input_files([scan, program])
    expect(ada.get_by_text("the connection broke; going on in a moment")).to_be_visible()
    expect(ada.get_by_text("2.86 MB · arrived")).to_be_visible()
    expect(ada.locator("ul.chosen .problem")).to_have_text(
        "This file is a program, a script, or holds one. It cannot be sent."
    )
    assert complaints(ada) == []
    ada.get_by_role("button", name="Remove jaw.dcm").click()
    expect(ada.get_by_text("2.86 MB · arrived")).to_have_count(0)
    expect(ada.get_by_label("Add Files")).to_be_focused()


def test_without_scripts_files_go_with_the_form(
    visit: Visit, product: Product, tmp_path: Path
) -> None:
    ada = visit(scripts=False, width=PHONE)
    open_practice(ada)
    join(ada, product, ADA, "Ada Sample")
    scan, photo = tmp_path / "jaw.dcm", tmp_path / "jaw.jpg"
    scan.write_bytes(SCAN[:3_000_000])
    photo.write_bytes(jpeg())
    ada.goto("/compose")
    ada.get_by_label("Subject").fill("Your scan")
    ada.get_by_label("Message").fill("Please look.")
    ada.get_by_label("Add Files").set_input_files(scan)
    ada.get_by_role("button", name="Add", exact=True).click()
    expect(ada.get_by_text("2.86 MB")).to_be_visible()
    expect(ada.get_by_label("Message")).to_have_value("Please look.")
    ada.get_by_label("Add Files").set_input_files(photo)
    ada.get_by_label("TO:").fill(BEN)
    ada.get_by_role("button", name="Check address").click()
    expect(ada.get_by_text("jaw.jpg")).to_be_visible()
    ada.get_by_role("button", name="Remove jaw.jpg").click()
    expect(ada.get_by_text("jaw.jpg")).to_have_count(0)
    ada.get_by_label("Select recipient's role:").select_option(label="Staff in my practice")
    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_text("Your message was sent.")).to_be_visible()
    assert downloaded(ada, "jaw.dcm") == SCAN[:3_000_000]


def shown_at(page: Page) -> str:
    """Return when the server made this page of a thread."""
    return str(page.locator("[data-thread]").get_attribute("data-shown-at"))


def come_back(page: Page) -> None:
    """Let a page believe that the browser kept it and shows it again."""
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def blobs(product: Product) -> list[Path]:
    return [path for path in (product.folder / "blobs").rglob("*") if path.is_file()]


def content_keys(product: Product) -> int:
    with product.database() as connection:
        row = connection.execute("SELECT count(*) FROM vault.data_key WHERE kind = 'content'")
        return int((row.fetchone() or (0,))[0])
