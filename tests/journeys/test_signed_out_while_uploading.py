"""Who is signed out while a file is on its way is told so, and nothing is sent in vain."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.fixtures.files import dicom
from tests.fixtures.product import Product
from tests.fixtures.steps import ADA, Visit, join

pytestmark = pytest.mark.browser


@pytest.fixture
def further_noise() -> tuple[str, ...]:
    """A reset connection: who is signed out is answered before all that she sent was read."""
    return ("net::ERR_CONNECTION_RESET",)


@pytest.fixture
def compose(visit: Visit, product: Product) -> Page:
    """A compose page of Ada."""
    name = "Sample Dental"
    person = ["--email", ADA, "--full-name", "Ada Sample", "--tier", "paid"]
    product.command("practice", "open", "--name", name, *person)
    page = visit()
    join(page, product, ADA, "Ada Sample")
    page.goto("/compose")
    return page


@pytest.mark.parametrize("on_its_way", [False, True])
def test_who_is_signed_out_is_told_that_nothing_is_sent(
    compose: Page, tmp_path: Path, *, on_its_way: bool
) -> None:
    scan = tmp_path / "CT.dcm"
    scan.write_bytes(dicom(length=200_000))
    sent: list[str] = []

    def signed_out(route: Route) -> None:
        sent.append(route.request.method)
        if route.request.method == "PATCH" or not on_its_way:
            compose.context.clear_cookies()
        route.continue_()

    compose.route("**/uploads**", signed_out)
    compose.get_by_label("Add Files").set_input_files(scan)
    expect(compose.locator("ul.chosen .problem")).to_have_text(
        "You are not signed in any more, so nothing can be sent from this page."
    )
    assert sent.count("PATCH") == int(on_its_way)
