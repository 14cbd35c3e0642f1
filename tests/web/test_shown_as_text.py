"""Whatever people type is shown as what they typed, and does nothing else, on every page."""

import pytest
from bs4 import BeautifulSoup

from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of

EVIL = "<script>alert(1)</script>\"'&{{271*829*97}}{%x%}<img src=x onerror=y>"
ADA, BEN, DORA = "ada@evil.example", "ben@evil.example", "dora@evil.example"


@pytest.fixture
def ada(house: House) -> Visitor:
    """A doctor whose own name and whose practice's name are markup."""
    house.open_practice(f"Practice {EVIL}", ADA, f"Ada {EVIL}")
    return house.join(ADA, f"Ada {EVIL}")


@pytest.fixture
def ben(house: House, ada: Visitor) -> Visitor:
    """Her colleague, to whom she wrote markup."""
    ada.compose(BEN, "staff-in-my-practice", subject=f"Subject {EVIL}", body=f"Body {EVIL}")
    return house.join(BEN, f"Ben {EVIL}")


def is_only_text(page: BeautifulSoup) -> bool:
    """Say whether nothing that was typed has become an element or an attribute."""
    handlers = [name for tag in page.select("*") for name in tag.attrs if name.startswith("on")]
    strangers = page.select("script:not([src]), style, iframe, object, img[src=x]")
    return handlers == [] and strangers == [] and "21791923" not in page.get_text()


def shown(page: BeautifulSoup) -> set[str]:
    """Return which of the names and texts a page shows letter by letter."""
    text = page.get_text()
    kinds = ("Practice", "Ada", "Ben", "Dora", "Subject", "Body")
    return {kind for kind in kinds if f"{kind} {EVIL}" in text}


def test_on_every_page_of_the_sender_and_of_the_recipient(ada: Visitor, ben: Visitor) -> None:
    path = first_message(ben)
    ben.post(f"{path}/reply", body=f"Body {EVIL}", form_id=ben.form_id())
    pages = {
        "dashboard": ada.page("/dashboard"),
        "inbox": ada.page("/inbox"),
        "sent": ada.page("/sent"),
        "thread": ada.page(path),
        "account": ada.page("/account"),
        "practice": ada.page("/practice"),
        "error": ada.page("/nothing"),
        "recipient's inbox": ben.page("/inbox"),
        "recipient's thread": ben.page(path),
    }
    assert {name: shown(page) for name, page in pages.items()} == {
        "dashboard": {"Ada", "Practice"},
        "inbox": {"Ada", "Practice", "Ben", "Subject"},
        "sent": {"Ada", "Practice", "Ben", "Subject"},
        "thread": {"Ada", "Practice", "Ben", "Subject", "Body"},
        "account": {"Ada", "Practice"},
        "practice": {"Ada", "Practice", "Ben"},
        "error": {"Ada", "Practice"},
        "recipient's inbox": {"Ada", "Practice", "Ben", "Subject"},
        "recipient's thread": {"Ada", "Practice", "Ben", "Subject", "Body"},
    }
    assert [name for name, page in pages.items() if not is_only_text(page)] == []


def test_in_the_registration_form_and_in_the_outbox(house: House, ada: Visitor) -> None:
    ada.compose(DORA, "doctor-in-another-practice", subject=EVIL, body=EVIL)
    visitor = house.visitor()
    form, outbox = visitor.page(house.link(DORA, "register")), visitor.page("/sandbox/outbox")
    mail = visitor.page(f"/sandbox/outbox/{house.mails_to(DORA)[0].notice_id}")
    assert shown(form) == {"Ada", "Practice"}
    assert ["alert(1)" in one.get_text() for one in (outbox, mail)] == [True] * 2
    assert [is_only_text(one) for one in (form, outbox)] == [True] * 2
    assert mail.select("script, img") == []


def test_in_every_form_that_comes_back(house: House, ada: Visitor, ben: Visitor) -> None:
    ada.compose(DORA, "doctor-in-another-practice")
    visitor, typed = house.visitor(), f'"><b id=x>{EVIL}</textarea><b id=x>'
    link, path = house.link(DORA, "register"), first_message(ben)
    answers = [
        visitor.post("/sign-in", address=typed, password=typed),
        visitor.post("/forgot-password", address=typed),
        visitor.post("/sandbox", name=typed, full_name=typed, address=typed, paid=typed),
        visitor.post(link, full_name=typed, cell_phone=typed, address=typed, practice_name=typed),
        ada.compose(typed, typed, subject=typed, body="", form_id=typed),
        ada.compose("", "patient", subject="", body=typed),
        ada.compose("ben@evil.example", "", subject=typed, body=typed, check="1"),
        ben.post(f"{path}/reply", body=typed + "a" * 100_000, form_id=typed),
    ]
    assert [one.status_code for one in answers] == [422] * 6 + [200, 422]
    pages = [page_of(one) for one in answers]
    assert [is_only_text(one) and one.select("#x") == [] for one in pages] == [True] * 8
    kept = [tag["value"] for one in pages for tag in one.select("input[value]")]
    assert kept.count(typed) == 1 + 1 + 3 + 4 + 2 + 0 + 1 + 0


def test_in_what_the_page_is_told_about_a_recipient(ada: Visitor, ben: Visitor) -> None:
    answer = ada.post("/compose/recipient", to=BEN)
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "state": "known",
        "text": f"This goes to Ben {EVIL}, Practice {EVIL}.",
    }
    assert ben.get("/inbox").status_code == 200
