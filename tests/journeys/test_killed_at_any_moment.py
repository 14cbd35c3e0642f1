"""The product is killed with SIGKILL again and again; nothing acknowledged is lost or doubled."""

import os
import random
import signal
import threading
from collections import Counter
from pathlib import Path

import requests
from bs4 import BeautifulSoup

from projections.rebuild import Rebuild
from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.product import Person, Product, eventually, notices

ADA = "ada@sample-dental.example"
BEN = "ben@sample-dental.example"
CARLA = "carla@patient.example"
CARD = {"number": "4242424242424242", "expiry": "12 / 40", "cvc": "123", "name": "Ben Desk"}


def open_practice(product: Product) -> None:
    product.command(
        *("practice", "open", "--name", "Sample Dental", "--email", ADA),
        *("--full-name", "Ada Sample", "--tier", "paid"),
    )


def read_models(product: Product) -> dict[str, list[str]]:
    """Return every row of every read model."""
    with product.database() as connection:
        tables = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s)",
            ([projection.name for projection in PROJECTIONS],),
        ).fetchall()
        return {
            table: sorted(
                str(row[0])
                for row in connection.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()  # noqa: S608 - names from the catalogue
            )
            for (table,) in tables
        }


def require_everything_right(product: Product) -> None:
    """Every fact was told once, and every read model is what the log says."""
    eventually(
        lambda: all(one["state"] == "accepted" for one in notices(product)), "all mails to leave"
    )
    assert len(product.outbox()) == len(notices(product))
    eventually(lambda: is_caught_up(product), "the read models")
    shown = read_models(product)
    with Stores.open(EmbeddedPostgres(product.folder / "postgres").url) as stores:
        for projection in PROJECTIONS:
            Rebuild(stores.log, stores.pool, projection).run()
    assert read_models(product) == shown


def is_caught_up(product: Product) -> bool:
    with product.database() as connection:
        row = connection.execute(
            """
            SELECT min(notification_id) = (SELECT max(notification_id) FROM eventlog.domain_events)
            FROM projection.position
            """
        ).fetchone()
    return bool(row and row[0])


def test_the_journey_survives_a_kill_after_each_step(product: Product) -> None:
    open_practice(product)
    product.kill()
    product.start()

    ada = product.person()
    assert ada.register(ADA, "Ada Sample").status_code == 303
    product.kill()
    product.start()
    assert ada.set_password(ADA).status_code == 303
    product.kill()
    product.start()
    assert ada.sign_in(ADA).status_code == 303
    product.kill()
    product.start()

    sent = ada.message(BEN, "staff-in-my-practice", "Welcome")
    assert ada.post("/compose", sent).status_code == 303
    product.kill()
    product.start()
    assert ada.post("/compose", sent).status_code == 303
    assert ada.subjects("/sent") == ["Welcome"]

    ben = product.person()
    ben.join(BEN, "Ben Desk")
    assert ben.subjects() == ["Welcome"]
    pay_and_never_come_back(ben)
    product.kill()
    product.start()
    eventually(lambda: "TO:" in ben.http.get(ben.at("/compose"), timeout=30).text, "the paid tier")
    invitation = ben.message(CARLA, "patient", "Your appointment")
    assert ben.post("/compose", invitation).status_code == 303
    product.kill()
    product.start()

    carla = product.person()
    carla.join(CARLA, "Carla Quill")
    assert carla.subjects() == ["Your appointment"]
    require_everything_right(product)
    told = Counter((mail["to"], mail["subject"]) for mail in product.outbox())
    assert told == Counter(
        {
            (ADA, "Sample Dental invites you to SecureMail"): 1,
            (ADA, "Set your SecureMail password"): 1,
            (BEN, "Ada Sample, Sample Dental invites you to SecureMail"): 1,
            (BEN, "Set your SecureMail password"): 1,
            (BEN, "Your SecureMail receipt"): 1,
            (CARLA, "Ben Desk, Sample Dental invites you to SecureMail"): 1,
            (CARLA, "Set your SecureMail password"): 1,
        }
    )


def test_a_killed_database_server_is_started_again_under_the_running_product(
    product: Product,
) -> None:
    open_practice(product)
    number = int((product.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(number, signal.SIGKILL)
    ada = product.person()
    eventually(lambda: ada.http.get(product.url + "/sign-in", timeout=30).ok, "the pages")
    ada.join(ADA, "Ada Sample")
    require_everything_right(product)


def pay_and_never_come_back(person: Person) -> None:
    """Pay on the card page, and do not follow the way back."""
    card_page = person.post("/buy", person.form("/inbox", "/buy")).headers["Location"]
    page = BeautifulSoup(requests.get(card_page, timeout=30).text, "html.parser")
    names = [one["name"] for one in page.find_all("input") if one.get("type") != "hidden"]
    hidden = {one["name"]: one["value"] for one in page.find_all("input", {"type": "hidden"})}
    filled = dict(zip(names, CARD.values(), strict=True))
    paid = requests.post(card_page, data={**hidden, **filled}, timeout=30, allow_redirects=False)
    assert paid.status_code == 303


def test_messages_under_random_kills_are_there_once_if_they_were_acknowledged(
    product: Product, tmp_path: Path
) -> None:
    del tmp_path
    open_practice(product)
    ada = product.person()
    ada.join(ADA, "Ada Sample")
    assert (
        ada.post("/compose", ada.message(BEN, "staff-in-my-practice", "first")).status_code == 303
    )
    acknowledged = ["first"]
    chance = random.Random(7)  # noqa: S311 - chooses moments, not keys
    for turn in range(6):
        writer = threading.Thread(target=write_until_it_breaks, args=(ada, turn, acknowledged))
        writer.start()
        writer.join(timeout=0.1 + chance.random() * 1.2)
        product.kill()
        writer.join()
        product.start()
    require_everything_right(product)
    ben = product.person()
    ben.join(BEN, "Ben Desk")
    arrived = Counter(ben.subjects())
    assert {subject: arrived[subject] for subject in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert max(arrived.values()) == 1


def write_until_it_breaks(ada: Person, turn: int, acknowledged: list[str]) -> None:
    """Send small messages until the product is gone; note those that were acknowledged."""
    try:
        for number in range(7):
            subject = f"turn {turn}, message {number}"
            if ada.post("/compose", ada.message(BEN, "", subject)).status_code == 303:
                acknowledged.append(subject)
    except (requests.ConnectionError, AssertionError):
        return
