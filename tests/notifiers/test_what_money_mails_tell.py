"""A mail about money names no card, no address and no third person, and any name is harmless."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from domain.billing import Price
from domain.payer import Payer
from domain.plan import MONTHLY, Plan
from domain.renewal import RENEWED_BEFORE
from notifiers.mailer import Mail
from runtime.stores import Stores
from tests.fixtures.clock import Clock
from tests.notifiers.golden_mails import shown
from tests.notifiers.test_what_a_mail_tells import NASTY
from tests.notifiers.till import BASE_URL, Till, open_till

DEARER = Plan(MONTHLY.name, MONTHLY.months, Price(1250, "usd"))
OCCASIONS = {
    "bought-for-you",
    "card-changed",
    "card-expiry",
    "invoice-summary",
    "lapsed",
    "lapsed-colleague",
    "price-change",
    "receipt",
    "refund",
    "refund-owed",
    "renewal-cancelled",
    "renewal-trouble",
}
LONG = "Maximiliane" * 9 + " Freifrau von und zu " + "Musterhausen" * 9
NAMES = {
    **NASTY,
    "a page": "https://evil.example/login www.evil.example",
    "a long name": LONG,
}


def everything(till: Till) -> list[Mail]:
    """Let everything happen to the tier that Ada pays for Ben; return the mails, oldest first."""
    bens, adas = till.choose(till.ben, till.ben), till.choose(till.ada, till.ben)
    till.pay(bens, till.ben)
    till.pay(adas, till.ada)
    till.sent()
    till.work()
    till.give_back(bens)
    till.buy(till.ada, till.ben)
    till.leave_card(till.ada, user=till.ben, expires=(2026, 3))
    till.go_to(till.end_of(till.ben) - timedelta(days=9))
    till.costs(DEARER)
    till.sent()
    till.card_answers(till.ada, "needs-holder")
    till.go_to(till.end_of(till.ben) - RENEWED_BEFORE)
    till.sent()
    till.cancel(till.ben, till.ada)
    till.ask_for_invoices(till.ada)
    till.sent()
    till.go_to(till.end_of(till.ben))
    return till.sent()


def body(mail: Mail) -> str:
    return f"{mail.subject}\n{mail.text}\n{shown(mail.html)}"


def test_everything_that_can_be_told_about_money_is_told_here(till: Till):
    everything(till)
    assert till.occasions_told() >= OCCASIONS


def test_no_mail_about_money_tells_of_a_card_more_than_its_month(till: Till):
    told = "\n".join(map(body, everything(till)))
    vendor_words = ("pi_", "pm_", "cus_", "cs_", "evt_", "memory", "visa", "4242", "stripe")
    assert [word for word in vendor_words if word in told.lower()] == []
    assert "expires at the end of March 2026" in told


def test_no_mail_about_money_holds_an_address_a_phone_or_a_third_person(till: Till):
    till.invite(till.carla, "carla@sample-dental.example")
    till.come(till.carla, "Carla Weiss")
    till.told()
    told = "\n".join(map(body, everything(till)))
    assert [word for word in ("@", "Carla", "2025550143") if word in told] == []


def test_for_whom_somebody_pays_is_told_neither_prices_nor_cards(till: Till):
    till.buy(till.ada, till.ben)
    till.cancel(till.ben, till.ada)
    till.sent()
    till.go_to(till.end_of(till.ben))
    told = [mail for mail in till.sent() if mail.to_address.startswith("ben")]
    words = [mail.text.lower() for mail in told]
    assert len(told) == 2
    assert [word for word in ("$", "card", "invoice", "10.00") if word in " ".join(words)] == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_name_of_a_colleague_is_harmless_wherever_it_stands(
    stores: Stores, clock: Clock, name: str
):
    for mail in everything(open_till(stores, clock, name)):
        page = BeautifulSoup(mail.html, "html.parser")
        lines = mail.text.partition("\n\n")[2].splitlines()
        assert not {"\n", "\r"} & set(mail.subject)
        assert not set(mail.subject + mail.text) & set("\x00\x1b\u202e\u2066\r")
        assert page.find_all(["script", "img", "b"]) == []
        assert {link["href"].startswith(f"{BASE_URL}/") for link in page.find_all("a")} == {True}
        assert "evil.example" not in mail.subject + mail.text.partition("\n\n")[2]
        assert [line for line in lines if len(line) > 76 and BASE_URL not in line] == []


@pytest.mark.parametrize("name", ["Dr. Ben O'Neill-Åström, DDS", LONG])
def test_the_name_of_a_colleague_is_told_as_it_is(stores: Stores, clock: Clock, name: str):
    mails = everything(open_till(stores, clock, name))
    told = [mail for mail in mails if mail.to_address.startswith("ada")]
    pages = [BeautifulSoup(mail.html, "html.parser").get_text(" ") for mail in told]
    unnamed = [mail.subject for mail, page in zip(told, pages, strict=True) if name not in page]
    assert unnamed == [
        "Another card is charged for SecureMail",
        "Your card for SecureMail expires soon",
    ]


def test_who_has_no_name_yet_is_a_colleague(till: Till):
    till.invite(till.carla, "carla@sample-dental.example")
    till.told()
    till.buy(till.ada, till.carla)
    [receipt] = [mail for mail in till.sent() if mail.to_address.startswith("ada")]
    assert "SecureMail for a colleague." in receipt.text


def test_amounts_in_other_currencies_are_added_up_apart(till: Till):
    till.buy(till.ada, till.ada)
    euros = Plan("yearly", 12, Price(9950, "eur"))
    purchase = till.choose(till.ada, till.ben, euros)
    till.pay(purchase, till.ada)
    till.told()
    till.ask_for_invoices(till.ada)
    assert "Altogether that is EUR 99.50 and $10.00." in " ".join(till.sent()[-1].text.split())


def test_who_has_paid_nothing_is_told_so(till: Till):
    till.stores.log.save(Payer.register(till.ada, at=till.clock()))
    till.ask_for_invoices(till.ada)
    assert "There are no invoices for you yet." in till.sent()[-1].text
