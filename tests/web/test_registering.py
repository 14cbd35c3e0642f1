import pytest

from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.bad_addresses import EVERY_KIND, complaints_at
from tests.web.pages import field, flashes, page_of, problems, refused, told

ADA = "ada@sample-dental.example"
NOT_VALID = (404, "This link is not valid")
USED = (410, "This link was used already")


@pytest.fixture
def link(house: House) -> str:
    """The link of Ada's invitation."""
    house.open_practice()
    return house.link(ADA, "register")


@pytest.fixture
def password_link(house: House, link: str) -> str:
    """The link of Ada's final mail."""
    register(house.visitor(), link)
    return house.link(ADA, "password")


def register(visitor: Visitor, link: str, **changed: str):
    given = {
        "address": ADA,
        "cell_phone": "(202) 555-0123",
        "full_name": "Ada Sample",
        "accepts_terms": "yes",
    }
    return visitor.post(link, **{**given, **changed})


def test_an_invited_doctor_registers_sets_her_password_and_signs_in(house: House) -> None:
    house.open_practice()
    ada = house.join(ADA, "Ada Sample")
    assert "Welcome, Ada Sample" in ada.page("/dashboard").get_text()


def test_registering_is_recorded_once_and_the_final_mail_follows(house: House, link: str) -> None:
    before = house.head()
    answer = register(house.visitor(), link)
    assert (answer.status_code, answer.location) == (303, "/registered")
    assert house.since(before) == ["user.registration-completed"]
    assert house.link(ADA, "password").startswith("/password/")


def test_the_invited_address_is_filled_in_and_the_words_are_those_of_the_product(
    house: House, link: str
) -> None:
    answer = house.visitor().get(link)
    assert field(answer, "address")["value"] == ADA
    labels = [one.get_text() for one in page_of(answer).select(".form-label")]
    assert labels == ["User Email *", "Cell Phone *", "Full Name *"]


def test_a_bad_address_is_told_at_its_field(house: House, link: str) -> None:
    before, visitor = house.head(), house.visitor()
    found = {one: refused(register(visitor, link, address=one)) for one in EVERY_KIND}
    assert found == complaints_at("address")
    assert house.since(before) == []


def test_another_address_than_the_invited_one_is_refused(house: House, link: str) -> None:
    before = house.head()
    answer = register(house.visitor(), link, address="eve@elsewhere.example")
    complaint = "Please use the address that the invitation was sent to."
    assert refused(answer) == (422, {"address": complaint})
    assert house.since(before) == []


def test_everything_that_is_missing_is_told_at_once_and_what_was_typed_stays(
    house: House, link: str
) -> None:
    before = house.head()
    answer = house.visitor().post(link, full_name=" ", cell_phone="", address=ADA)
    assert refused(answer) == (
        422,
        {
            "cell_phone": "Please enter your cell phone number.",
            "full_name": "Please enter your full name.",
        },
    )
    assert field(answer, "address")["value"] == ADA
    assert house.since(before) == []


NAMES = {
    "n" * 300: "At most 100 characters; this is 300.",
    "Ada\r\nSample": "Please write it in one line.",
    "Ada\x00Sample": "Please remove the control characters.",
    "\u200b": "Please enter your full name.",
}


def test_a_name_that_cannot_be_one_is_told_at_its_field(house: House, link: str) -> None:
    before, visitor = house.head(), house.visitor()
    found = {one: problems(register(visitor, link, full_name=one)) for one in NAMES}
    assert found == {one: {"full_name": complaint} for one, complaint in NAMES.items()}
    assert house.since(before) == []


TERMS = {
    "": "Please accept the terms of use.",
    "no": "Please accept the terms of use.",
    "perhaps": "Please tick the box, or leave it empty.",
}


def test_without_the_terms_there_is_no_account(house: House, link: str) -> None:
    before, visitor = house.head(), house.visitor()
    found = {one: problems(register(visitor, link, accepts_terms=one)) for one in TERMS}
    assert found == {one: {"accepts_terms": complaint} for one, complaint in TERMS.items()}
    assert house.since(before) == []


def test_who_comes_from_another_practice_names_it(house: House, ada: Visitor) -> None:
    ada.compose("dora@other-dental.example", "doctor-in-another-practice")
    link = house.link("dora@other-dental.example", "register")
    before = house.head()
    person = {"address": "dora@other-dental.example", "full_name": "Dora Crown"}
    answer = register(house.visitor(), link, **person, practice_name="")
    complaint = "Please enter the name of your practice."
    assert refused(answer) == (422, {"practice_name": complaint})
    assert house.since(before) == []
    assert register(house.visitor(), link, **person, practice_name="Other").status_code == 303
    assert house.since(before) == [
        "practice.registered",
        "practice.user-manager-appointed",
        "user.registration-completed",
    ]


def test_a_mail_scanner_follows_the_links_and_they_work_all_the_same(
    house: House, link: str
) -> None:
    before, scanner = house.head(), house.visitor()
    looks = [scanner.get(link), scanner.client.head(link), scanner.get(link)]
    assert [one.status_code for one in looks] == [200, 200, 200]
    assert house.since(before) == []
    register(house.visitor(), link)
    after, second = house.head(), house.link(ADA, "password")
    looks = [scanner.get(second), scanner.client.head(second), scanner.get(second)]
    assert [one.status_code for one in looks] == [200, 200, 200]
    assert house.since(after) == []
    assert house.visitor().post(second, password=PASSWORD).status_code == 303
    assert house.since(after) == ["user.password-set"]


def altered(link: str) -> str:
    return link[:-1] + ("A" if link[-1] != "A" else "B")


def test_an_altered_or_foreign_link_opens_nothing(house: House, password_link: str) -> None:
    visitor = house.visitor()
    house.open_practice("Third Dental", "fay@third-dental.example", "Fay Third")
    before = house.head()
    fays = house.link("fay@third-dental.example", "register")
    wrong = [
        altered(fays),
        altered(password_link),
        fays + "x",
        fays.replace("register", "password"),
        password_link.replace("password", "register"),
        "/register/" + "t" * 3000,
        "/password/%00%ff",
    ]
    assert {told(visitor.get(one)) for one in wrong} == {NOT_VALID}
    assert {told(register(visitor, one, password=PASSWORD)) for one in wrong} == {NOT_VALID}
    assert house.since(before) == []


def test_an_invitation_ends_after_fourteen_days(house: House, link: str) -> None:
    house.clock.forward(days=14)
    before, visitor = house.head(), house.visitor()
    expired = (410, "This invitation has expired")
    assert [told(visitor.get(link)), told(register(visitor, link))] == [expired, expired]
    assert house.since(before) == []


def test_the_final_link_ends_after_three_days(house: House, password_link: str) -> None:
    house.clock.forward(hours=72)
    before, visitor = house.head(), house.visitor()
    answers = [visitor.get(password_link), visitor.post(password_link, password=PASSWORD)]
    assert [told(one) for one in answers] == [NOT_VALID, NOT_VALID]
    assert house.since(before) == []


def test_a_used_invitation_says_so_and_leads_to_the_door(
    house: House, link: str, password_link: str
) -> None:
    before, visitor = house.head(), house.visitor()
    shown, posted = visitor.get(link), register(visitor, link, full_name="Eve Else")
    assert told(shown) == USED
    assert page_of(shown).select_one("main a")["href"] == "/sign-in"  # type: ignore[index] - the way onward is what is tested
    assert posted.location == "/registered"
    assert house.since(before) == []
    assert password_link


def test_a_link_that_a_crash_left_unused_finds_the_registration_done(
    house: House, link: str, password_link: str
) -> None:
    with house.stores.pool.connection() as connection:
        connection.execute("UPDATE vault.link SET consumed_at = NULL")
    before, visitor = house.head(), house.visitor()
    assert told(visitor.get(link)) == USED
    assert register(visitor, link).location == "/registered"
    assert house.since(before) == []
    assert visitor.get(password_link).status_code == 200


def test_a_used_final_link_sets_no_password_again(house: House, password_link: str) -> None:
    visitor = house.visitor()
    visitor.post(password_link, password=PASSWORD)
    before = house.head()
    shown = visitor.get(password_link)
    posted = visitor.post(password_link, password="another-lantern-orbit-fig")
    assert told(shown) == USED
    assert posted.location == "/sign-in"
    assert flashes(visitor.page("/sign-in"))[-1] == (
        "This link was used already, and nothing was changed now. Sign in with the password that "
        'was set, or choose "Forgot Password".'
    )
    assert house.since(before) == []
    assert visitor.sign_in(ADA, "another-lantern-orbit-fig").status_code == 422
    assert visitor.sign_in(ADA).status_code == 303


CONTEXT = "Do not build it from your name, your address or your practice."
GUESSABLE = "This password is too common or too easy to guess. Try several unrelated words."


TOO_SHORT = "Use at least 15 characters. Several words are fine."

BAD_PASSWORDS = {
    "": TOO_SHORT,
    "quiet-lantern-": TOO_SHORT,
    "p" * 300: "Use at most 256 characters.",
    "aaaaaaaaaaaaaaaaaaaa": GUESSABLE,
    "passwordpassword": GUESSABLE,
    "1234567890123456": GUESSABLE,
    "qwertyuiopasdfghjkl": GUESSABLE,
    "Sample Dental 26": CONTEXT,
    "securemailsecuremail": CONTEXT,
    "ada@sample-dental.example": CONTEXT,
}


def test_a_password_that_is_not_good_enough_is_refused_with_the_reason(
    house: House, password_link: str
) -> None:
    before, visitor = house.head(), house.visitor()
    answers = {one: visitor.post(password_link, password=one) for one in BAD_PASSWORDS}
    assert {one: refused(answer) for one, answer in answers.items()} == {
        one: (422, {"password": complaint}) for one, complaint in BAD_PASSWORDS.items()
    }
    assert {field(answer, "password")["value"] for answer in answers.values()} == {""}
    assert house.since(before) == []
    assert visitor.post(password_link, password=PASSWORD).status_code == 303


def test_a_password_is_taken_as_it_was_typed(house: House, password_link: str) -> None:
    visitor, password = house.visitor(), "  quiet lantern\x00 öřbit fig "
    assert visitor.post(password_link, password=password).status_code == 303
    assert visitor.sign_in(ADA, password.strip()).status_code == 422
    assert visitor.sign_in(ADA, password).status_code == 303


def test_an_invitation_that_does_not_show_yet_asks_for_a_moment(house: House, link: str) -> None:
    with house.stores.pool.connection() as connection:
        connection.execute("DELETE FROM roster.person")
    answer = house.visitor().get(link)
    assert told(answer) == (503, "One moment, please")
