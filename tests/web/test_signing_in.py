from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.bad_addresses import EVERY_KIND, complaints_at
from tests.web.pages import field, flashes, heading, page_of, refused

ADA = "ada@sample-dental.example"
BROWSER = {"Accept": "text/html,*/*"}
WRONG = (422, {"address": "Address and password do not belong together."})


def test_the_door_has_the_words_of_the_product(house: House) -> None:
    page = page_of(house.visitor().get("/sign-in"))
    labels = [one.get_text() for one in page.select(".form-label")]
    assert labels == ["Your Email Address *", "Your Password *"]
    assert page.select_one("main button").get_text() == "Sign In"  # type: ignore[union-attr] - the button is what is tested
    assert page.select_one("main a").get_text() == "Forgot Password"  # type: ignore[union-attr] - the link is what is tested


def test_who_is_known_comes_in(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = house.visitor().sign_in(" ADA@sample-dental.example ")
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    assert house.since(before) == ["user.device-added", "user.signed-in"]
    assert ada.get("/dashboard").status_code == 200


def test_a_bad_address_is_told_at_its_field(house: House) -> None:
    visitor = house.visitor()
    at_the_door = {one: refused(visitor.sign_in(one)) for one in EVERY_KIND}
    forgotten = {one: refused(visitor.post("/forgot-password", address=one)) for one in EVERY_KIND}
    assert at_the_door == complaints_at("address")
    assert forgotten == complaints_at("address")
    assert house.since(0) == []


def test_an_empty_form_says_what_is_missing(house: House) -> None:
    answer = house.visitor().post("/sign-in")
    assert refused(answer) == (
        422,
        {"address": "Please enter an e-mail address.", "password": "Please enter your password."},
    )
    assert page_of(answer).title.get_text() == "Error: Sign In · SecureMail"  # type: ignore[union-attr] - the title is what is tested


def test_a_wrong_password_is_answered_like_an_unknown_address(house: House, ada: Visitor) -> None:
    wrong = ["wrong", "p" * 300, "\x00", PASSWORD + " ", "ä" * 100_000]
    before, visitor = house.head(), house.visitor()
    unknown = [visitor.sign_in("nobody@sample-dental.example", one) for one in wrong]
    assert [refused(one) for one in unknown] == [WRONG] * 5
    assert house.since(before) == []
    assert [refused(visitor.sign_in(ADA, one)) for one in wrong] == [WRONG] * 5
    assert house.since(before) == ["user.sign-in-refused"] * 5
    assert ada.get("/dashboard").status_code == 200


def test_the_password_is_never_shown_again(house: House, ada: Visitor) -> None:
    answer = house.visitor().sign_in(ADA, "my secret password")
    assert field(answer, "address")["value"] == ADA
    assert field(answer, "password")["value"] == ""
    assert "my secret password" not in answer.text
    assert ada.get("/dashboard").status_code == 200


def test_who_was_invited_but_has_no_password_does_not_come_in(house: House) -> None:
    house.open_practice()
    assert refused(house.visitor().sign_in(ADA)) == WRONG


def test_who_is_not_signed_in_is_asked_to_and_comes_where_she_wanted_to_go(
    house: House, ada: Visitor
) -> None:
    visitor = house.visitor()
    assert visitor.client.get("/practice", headers=BROWSER).location == "/sign-in"
    assert visitor.sign_in(ADA).location == "/practice"
    assert ada.get("/dashboard").status_code == 200


ELSEWHERE = [
    "/sign-in?next=https://evil.example/",
    "/sign-in?next=//evil.example",
    "//evil.example/inbox",
    "/inbox?next=//evil.example",
    "/\\evil.example",
    "/%2f/evil.example",
    "/.//evil.example",
]


def test_nobody_can_be_led_elsewhere_after_signing_in(house: House, ada: Visitor) -> None:
    lured = [(house.visitor(), path) for path in ELSEWHERE]
    statuses = {visitor.client.get(path, headers=BROWSER).status_code for visitor, path in lured}
    places = {visitor.sign_in(ADA).location for visitor, _ in lured}
    assert (statuses, places) == ({200, 303, 400, 404}, {"/dashboard", "/inbox"})
    assert ada.get("/dashboard").status_code == 200


def test_what_is_posted_without_being_signed_in_is_not_done_and_said_so(house: House) -> None:
    visitor = house.visitor()
    assert visitor.post("/compose", to="eve@home.example").location == "/sign-in"
    assert flashes(visitor.page("/sign-in")) == ["Please sign in to go on. Nothing was changed."]
    assert house.since(0) == []


def test_the_answer_to_a_forgotten_password_is_the_same_for_everybody(
    house: House, ada: Visitor
) -> None:
    ada.compose("eve@home.example", "patient")
    before, visitor = house.head(), house.visitor()
    addresses = (ADA, "nobody@sample-dental.example", "eve@home.example")
    answers = [visitor.post("/forgot-password", address=one) for one in addresses]
    assert {heading(one) for one in answers} == {"Check your email"}
    assert len({one.text for one in answers}) == 1
    assert house.since(before) == ["user.password-reset-requested"]


def test_a_new_password_ends_the_sessions_that_were_open(house: House, ada: Visitor) -> None:
    house.clock.forward(minutes=1)
    visitor = house.visitor()
    visitor.post("/forgot-password", address=ADA)
    link = house.link(ADA, "password")
    assert visitor.post(link, password="another-lantern-orbit-fig").status_code == 303
    assert ada.get("/dashboard").location == "/sign-in"
    assert refused(visitor.sign_in(ADA)) == WRONG
    assert visitor.sign_in(ADA, "another-lantern-orbit-fig").status_code == 303
