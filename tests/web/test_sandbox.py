from tests.fixtures.house import House
from tests.web.bad_addresses import EVERY_KIND, complaints_at
from tests.web.pages import heading, page_of, refused

GOOD = {
    "name": "Sample Dental",
    "full_name": "Ada Sample",
    "address": "ada@sample-dental.example",
    "paid": "yes",
}


def test_an_empty_house_offers_to_open_a_practice(house: House) -> None:
    page = house.visitor().page("/")
    assert page.h1.get_text() == "Open a practice"  # type: ignore[union-attr] - the heading is what is tested


def test_a_practice_is_opened_and_its_mail_is_shown(house: House) -> None:
    visitor = house.visitor()
    assert visitor.post("/sandbox", **GOOD).location == "/sandbox/outbox"
    assert house.since(0) == [
        "practice.registered",
        "practice.user-manager-appointed",
        "user.invited",
        "user.tier-granted",
        "email-address.claimed",
    ]
    outbox = visitor.page("/sandbox/outbox")
    link = house.link("ada@sample-dental.example", "register")
    assert str(outbox.select("pre a")[0]["href"]).endswith(link)
    assert visitor.page("/").h1.get_text() == "Sign In"  # type: ignore[union-attr] - the heading is what is tested


def test_a_practice_without_the_paid_version_is_free(house: House) -> None:
    house.visitor().post("/sandbox", **{**GOOD, "paid": ""})
    assert "user.tier-granted" not in house.since(0)


def test_a_bad_address_is_told_at_its_field(house: House) -> None:
    visitor = house.visitor()
    forms = {one: {**GOOD, "address": one} for one in EVERY_KIND}
    found = {one: refused(visitor.post("/sandbox", **form)) for one, form in forms.items()}
    assert found == complaints_at("address")
    assert house.since(0) == []


def test_everything_that_is_wrong_is_told_at_its_field(house: House) -> None:
    wrong = {"name": "n" * 121, "full_name": "Ada\nSample", "address": "", "paid": "perhaps"}
    assert refused(house.visitor().post("/sandbox", **wrong)) == (
        422,
        {
            "name": "At most 120 characters; this is 121.",
            "full_name": "Please write it in one line.",
            "address": "Please enter an e-mail address.",
            "paid": "Please tick the box, or leave it empty.",
        },
    )
    assert house.since(0) == []


def test_an_address_that_somebody_has_is_refused(house: House) -> None:
    house.open_practice()
    before = house.head()
    answer = house.visitor().post("/sandbox", **GOOD)
    assert refused(answer) == (422, {"address": "This address has an account already."})
    assert house.since(before) == []


def test_the_outbox_is_also_there_for_machines(house: House) -> None:
    visitor = house.visitor()
    assert visitor.get("/sandbox/outbox.json").json == []
    house.open_practice()
    (mail,) = visitor.get("/sandbox/outbox.json").json or []
    assert sorted(mail) == ["html", "sent_at", "subject", "text", "to"]
    assert mail["to"] == "ada@sample-dental.example"


def test_an_empty_outbox_says_how_it_fills(house: House) -> None:
    page = page_of(house.visitor().get("/sandbox/outbox"))
    assert page.h2.get_text() == "No mail yet"  # type: ignore[union-attr] - the heading is what is tested


def test_every_page_says_that_this_is_a_sandbox_and_leads_to_the_mails(house: House) -> None:
    visitor = house.visitor()
    pages = [page_of(visitor.get(one)) for one in ("/sign-in", "/sandbox", "/nothing")]
    links = [one.select_one(".sandbox-banner a")["href"] for one in pages]  # type: ignore[index] - the link is what is tested
    assert links == ["/sandbox/outbox"] * 3
    assert heading(visitor.get("/sandbox/outbox")) == "Mails that left"
