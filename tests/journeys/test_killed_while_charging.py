"""The product is killed while the bank is being asked for the next term; it is charged once."""

import json
from typing import Any

import requests

from tests.fixtures.product import Person, Product, eventually

ADA = "ada@sample-dental.example"
CARD = {"card_number": "4242424242424242", "expiry": "12 / 40", "cvc": "123", "name": "Ada Sample"}


def stand_in(product: Product) -> tuple[str, dict[str, str]]:
    """Return the address of the card vendor's stand-in, and what shows it the key."""
    cards = json.loads((product.folder / "sandbox" / "cards.json").read_text())
    return f"http://localhost:{cards['port']}", {"Authorization": f"Bearer {cards['secret_key']}"}


def intents(product: Product) -> list[dict[str, Any]]:
    """Return every charge that the vendor knows."""
    url, key = stand_in(product)
    answer = requests.get(f"{url}/v1/payment_intents?limit=100", headers=key, timeout=30)
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def ends(product: Product) -> list[str]:
    """Return when the terms end that are paid for."""
    with product.database() as connection:
        rows = connection.execute(
            "SELECT term_ends_at::date::text FROM billing.purchase "
            "WHERE term_ends_at IS NOT NULL ORDER BY 1"
        ).fetchall()
    return [row[0] for row in rows]


def buy(ada: Person) -> None:
    """Pay for the first term."""
    fields = ada.form("/inbox", "/buy")
    card_page = ada.post("/buy", fields).headers["Location"]
    paid = ada.http.post(card_page, data=CARD, timeout=30, allow_redirects=False)
    assert paid.status_code == 303
    ada.page(paid.headers["Location"])


def order(product: Product, **fault: object) -> None:
    """Let the next calls about charges go wrong."""
    url, key = stand_in(product)
    orders = {"path": "/v1/payment_intents", "method": "POST", **fault}
    answer = requests.post(f"{url}/sandbox/faults", json=orders, headers=key, timeout=30)
    assert answer.status_code == 204


def test_a_renewal_that_was_cut_off_is_charged_once(product: Product) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample"),
    )
    ada = product.person()
    ada.join(ADA, "Ada Sample")
    buy(ada)
    assert len(eventually(lambda: ends(product), "the first term")) == 1

    order(product, call="hang", happened=True, times=9)  # charged, and nobody is told
    product.command("sandbox", "ahead", "--days", "29")
    eventually(lambda: len(intents(product)) == 2, "the charge of the next term")
    assert len(ends(product)) == 1
    product.kill()
    product.start()

    eventually(lambda: len(ends(product)) == 2, "the next term")
    assert [one["status"] for one in intents(product)] == ["succeeded", "succeeded"]
    assert len({one["metadata"]["purchase_id"] for one in intents(product)}) == 2
