import pytest

from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.pages import flashes, problems, refused
from tests.web.two_steps import GIVEN, TYPED, code_to, texts_to

CHANGED = "The cell phone of your SecureMail account was changed"


def facts(visitor: Visitor) -> str:
    shown = visitor.page("/account/phone").select_one("dl.facts")
    assert shown is not None
    return " ".join(shown.get_text(" ", strip=True).split())


def prove(visitor: Visitor, phone: str):
    return visitor.post("/account/phone/code", code=code_to(visitor.house, phone))


def test_a_number_that_was_given_at_registration_is_proved_by_a_code(
    house: House, ben: Visitor
) -> None:
    assert facts(ben) == f"Cell Phone {TYPED} (only you see it) Proof Not proved yet"
    before = house.head()
    answer = ben.post("/account/phone/code/new", channel="text")
    assert answer.location == "/account/phone/code"
    assert prove(ben, TYPED).location == "/account/phone"
    assert house.since(before) == [
        "phone-proof.begun",
        "phone-proof.phone-given",
        "phone-proof.code-requested",
        "phone-proof.identity-verified",
    ]
    page = ben.page("/account/phone")
    assert flashes(page) == ["Your phone is proved. Texts about new messages can go there now."]
    assert "Proved: it is your phone" in page.get_text()
    assert CHANGED not in [mail.subject for mail in house.mails_to(ben.address)]


def test_another_number_is_unproved_until_its_own_code_is_given_and_told_by_mail(
    house: House, ben: Visitor
) -> None:
    ben.post("/account/phone/code/new", channel="text")
    prove(ben, TYPED)
    house.clock.forward(seconds=31)
    answer = ben.post("/account/phone", cell_phone="202 555 0187", password=PASSWORD)
    assert answer.location == "/account/phone/code"
    assert facts(ben) == f"Cell Phone {GIVEN} (only you see it) Proof Not proved yet"
    [mail] = [one for one in house.mails_to(ben.address) if one.subject == CHANGED]
    assert "0187" not in mail.text + mail.html
    assert "0123" not in mail.text + mail.html
    assert prove(ben, GIVEN).location == "/account/phone"
    assert "Proved" in facts(ben)
    assert GIVEN in ben.page("/account").get_text()


def test_the_number_is_not_changed_without_the_password(house: House, ben: Visitor) -> None:
    before = house.head()
    answer = ben.post("/account/phone", cell_phone="202 555 0187", password="a wrong one")
    assert refused(answer) == (422, {"password": "This is not your password."})
    answer = ben.post("/account/phone", cell_phone="202 555 0187", password="")
    assert refused(answer) == (422, {"password": "Please enter your password."})
    assert house.since(before) == ["user.sign-in-refused"]
    assert texts_to(house, GIVEN) == []


@pytest.mark.parametrize("number", ["", "hello", "(900) 555-1234", "+44 20 7946 0018"])
def test_a_number_to_which_no_code_goes_is_told_at_its_field(
    house: House, ben: Visitor, number: str
) -> None:
    before = house.head()
    answer = ben.post("/account/phone", cell_phone=number, password=PASSWORD)
    assert (answer.status_code, list(problems(answer))) == (422, ["cell_phone"])
    assert house.since(before) == []


def test_the_same_number_again_changes_nothing_and_sends_a_code(house: House, ben: Visitor) -> None:
    ben.post("/account/phone", cell_phone="202 555 0187", password=PASSWORD)
    house.clock.forward(seconds=31)
    before = house.head()
    ben.post("/account/phone", cell_phone="202 555 0187", password=PASSWORD)
    assert house.since(before) == ["phone-proof.code-requested"]


def test_without_a_code_there_is_none_to_give(house: House, ben: Visitor) -> None:
    assert ben.get("/account/phone/code").location == "/account/phone"
    before = house.head()
    answer = ben.post("/account/phone/code", code="123456")
    assert problems(answer)["code"].endswith("You have no try left with this code.")
    assert house.since(before) == []


def test_where_texts_are_not_set_up_the_page_says_so(house: House, ben: Visitor) -> None:
    house.leave_without_texts()
    page = ben.page("/account/phone")
    assert "Texts and calls are not set up here" in page.get_text()
    assert page.select("main form") == []
