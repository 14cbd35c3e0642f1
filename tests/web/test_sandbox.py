from dataclasses import replace
from pathlib import Path
from uuid import UUID

from adapters.outbox_texter import OutboxTexter
from notifiers.texter import PhoneCall, TextMessage
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


def test_every_notice_can_be_looked_at_as_it_would_leave(house: House) -> None:
    visitor = house.visitor()
    links = [str(one["href"]) for one in visitor.page("/sandbox/notices").select("td a")]
    assert len(links) > 20
    for link in links:
        page = visitor.page(link)
        words = page.select("pre.mail-text, .sample-words")
        assert [one.get_text() for one in words] != []
        for frame in page.find_all("iframe"):
            assert frame.has_attr("sandbox")
            assert not frame["sandbox"]
            assert "SecureMail" in visitor.get(str(frame["src"])).text


def test_a_sample_in_a_frame_may_do_nothing_and_is_framed_by_us_alone(house: House) -> None:
    visitor = house.visitor()
    page = visitor.get("/sandbox/notices/new-message")
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    mail = visitor.get("/sandbox/notices/new-message/mail")
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = mail.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'self'", "sandbox"} <= set(policy)


def test_outside_the_sandbox_there_are_no_samples(house: House) -> None:
    house.leave_the_sandbox()
    steps = ("", "/new-message", "/new-message/mail")
    assert [house.visitor().get(f"/sandbox/notices{one}").status_code for one in steps] == [404] * 3


def test_a_notice_that_there_is_not_is_no_page(house: House) -> None:
    visitor = house.visitor()
    assert visitor.get("/sandbox/notices/nothing").status_code == 404
    assert visitor.get("/sandbox/notices/code-by-text/mail").status_code == 404
    assert visitor.get("/sandbox/notices/code-by-text").status_code == 200


def test_texts_and_calls_that_left_are_shown_beside_the_mails(house: House, tmp_path: Path) -> None:
    texter = OutboxTexter(tmp_path, house.clock)
    house.app.extensions["portal"] = replace(house.portal, text_outbox=texter)
    page = house.visitor().page("/sandbox/outbox")
    assert page.select(".texts li") == []
    texter.text(TextMessage(UUID(int=1), "+12025550143", "Look at https://localhost/inbox"))
    texter.call(PhoneCall(UUID(int=2), "+12025550143", "1, 2, 3 <b>"))
    told = house.visitor().page("/sandbox/outbox").select(".texts li")
    assert sorted(one.strong.get_text() for one in told if one.strong) == [
        "Call to +12025550143",
        "Text to +12025550143",
    ]
    assert [str(link["href"]) for one in told for link in one.find_all("a")] == [
        "https://localhost/inbox"
    ]
    assert [one for one in told if one.b] == []
