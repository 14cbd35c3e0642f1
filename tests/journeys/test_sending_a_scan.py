"""A CT scan is sent, taken, and ends: in the browser, on the disk, and in the database."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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

    join(ben, product, BEN, "Ben Desk")
    ben.goto("/inbox")
    ben.get_by_role("link", name="Your scan").click()
    expect(ben.get_by_role("link", name="CT Birdsong.dcm")).to_be_visible()
    expect(ben.locator("ul.attached img")).to_have_count(1)
    assert complaints(ben) == []
    assert downloaded(ben, "CT Birdsong.dcm") == SCAN
    path = ben.get_by_role("link", name="CT Birdsong.dcm").get_attribute("href")

    eventually(lambda: blobs(product) == [], "the end of the scan")
    ben.reload()
    expect(ben.get_by_text("This message ended")).to_be_visible()
    expect(ben.get_by_role("link", name="CT Birdsong.dcm")).to_have_count(0)
    assert ben.request.get(str(path)).status == 404
    ada.reload()
    expect(ada.get_by_text("This message ended")).to_be_visible()
    assert content_keys(product) == 0


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
