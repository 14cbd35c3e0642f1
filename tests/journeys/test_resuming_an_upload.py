"""An upload goes on after the product was killed, with the tus project's own client."""

from io import BytesIO

import pytest
from tusclient.client import TusClient
from tusclient.uploader import Uploader

from tests.fixtures.files import dicom
from tests.fixtures.product import Person, Product
from tests.fixtures.steps import ADA, BEN

SCAN = dicom(length=30 << 20)
PIECE = 5 << 20


@pytest.fixture
def ada(product: Product) -> Person:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )
    ada = product.person()
    ada.join(ADA, "Ada Sample")
    return ada


def uploader(ada: Person, form: dict[str, str], url: str | None = None) -> Uploader:
    """Return the client on a file of a form, as Ada's browser would be."""
    cookies = "; ".join(f"{one.name}={one.value}" for one in ada.http.cookies)
    headers = {"Cookie": cookies, "X-CSRFToken": form["csrf_token"]}
    return TusClient(ada.at("/uploads"), headers=headers).uploader(
        file_stream=BytesIO(SCAN),
        chunk_size=PIECE,
        metadata={"filename": "CT.dcm", "form": form["form_id"]},
        url=url,
        upload_checksum=True,
    )


def test_an_upload_goes_on_after_a_kill(product: Product, ada: Person) -> None:
    form = ada.message(BEN, "staff-in-my-practice", "Your scan")
    first = uploader(ada, form)
    for _ in range(3):
        first.upload_chunk()
    product.kill()
    product.start()

    second = uploader(ada, form, first.url)
    assert second.offset == 3 * PIECE
    second.upload()
    assert ada.post("/compose", form).status_code == 303

    ben = product.person()
    ben.join(BEN, "Ben Desk")
    page = ben.page(ben.page("/inbox").select(".mail-list a")[0]["href"])
    [link] = page.select("ul.attached a")
    assert ben.http.get(ben.at(str(link["href"])), timeout=60).content == SCAN
