import pytest

from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.pages import page_of, refused, told
from tests.web.two_steps import CARLA, GIVEN, TYPED, another, code_to, lead, texts_to, turn_on

PROVE = (200, "Prove that it is you")
ASKS = (200, "Enter the code")
SET = (200, "Set your password")


@pytest.fixture
def link(house: House, ada: Visitor) -> str:
    """The link of Carla, who forgot her password in a practice that asks patients for a proof."""
    come(house, ada)
    turn_on(ada, "patients")
    return forgotten(house)


def come(house: House, ada: Visitor) -> Visitor:
    """Let Carla register as long as nobody is asked for a proof."""
    ada.compose(CARLA, "patient")
    return house.join(CARLA, "Carla Molar")


def forgotten(house: House, address: str = CARLA) -> str:
    house.clock.forward(minutes=5)
    house.visitor().post("/forgot-password", address=address)
    return house.link(address, "password")


def prove(visitor: Visitor, link: str, phone: str = TYPED):
    visitor.post(f"{link}/code/new", channel="text")
    return visitor.post(f"{link}/code", code=code_to(visitor.house, phone))


def test_looking_at_the_link_sends_no_code_and_tells_two_digits(house: House, link: str) -> None:
    before = house.head()
    answer = house.visitor().get(link)
    assert told(answer) == PROVE
    assert lead(answer) == ("Before you set a password, we send a code to the phone ending in 23.")
    assert "555" not in answer.text
    assert house.since(before) == []


def test_the_code_is_asked_for_before_the_password(house: House, link: str) -> None:
    visitor = house.visitor()
    before = house.head()
    assert visitor.post(link, password=PASSWORD).location == link
    assert house.since(before) == []
    assert visitor.post(f"{link}/code/new", channel="text").location == f"{link}/code"
    asks = visitor.get(f"{link}/code")
    assert told(asks) == ASKS
    assert "withdraw" not in asks.text
    code = code_to(house, TYPED)
    assert visitor.post(f"{link}/code", code=code).location == link
    assert told(visitor.get(link)) == SET
    assert visitor.post(link, password=f"{PASSWORD}-new").location == "/sign-in"
    assert house.since(before)[-1] == "user.password-replaced"
    assert visitor.sign_in(CARLA, f"{PASSWORD}-new").status_code == 303


def test_a_wrong_code_opens_nothing(house: House, link: str) -> None:
    visitor = house.visitor()
    visitor.post(f"{link}/code/new", channel="text")
    answer = visitor.post(f"{link}/code", code=another(code_to(house, TYPED)))
    complaint = (
        "This code is not right, or not valid any more. You have 4 tries left with this code."
    )
    assert refused(answer) == (422, {"code": complaint})
    assert told(visitor.get(link)) == PROVE


def test_whoever_only_has_the_mail_sets_no_password_while_she_proves_her_phone(
    house: House, link: str
) -> None:
    owner, thief = house.visitor(), house.visitor()
    prove(owner, link)
    assert told(thief.get(link)) == PROVE
    assert thief.post(link, password=PASSWORD).location == link
    assert owner.post(link, password=PASSWORD).location == "/sign-in"


def test_a_code_that_was_given_opens_the_way_for_half_an_hour(house: House, link: str) -> None:
    visitor = house.visitor()
    prove(visitor, link)
    for _ in range(2):
        house.clock.forward(minutes=14, seconds=59)
        assert told(visitor.get(link)) == SET
    house.clock.forward(seconds=2)
    assert told(visitor.get(link)) == PROVE
    assert visitor.post(link, password=PASSWORD).location == link


def test_a_second_click_on_the_right_code_leads_on(house: House, link: str) -> None:
    visitor = house.visitor()
    visitor.post(f"{link}/code/new", channel="call")
    code = code_to(house, TYPED)
    answers = [visitor.post(f"{link}/code", code=code).location for _ in range(2)]
    assert answers == [link, link]


def test_a_wrong_link_is_answered_as_everywhere(house: House, link: str) -> None:
    visitor = house.visitor()
    wrong = f"{link}x"
    answers = [
        visitor.get(f"{wrong}/code"),
        visitor.post(f"{wrong}/code", code="123456"),
        visitor.post(f"{wrong}/code/new"),
    ]
    assert [told(one) for one in answers] == [(404, "This link is not valid")] * 3


def test_without_a_policy_or_a_proved_phone_no_code_is_asked_for(
    house: House, ada: Visitor
) -> None:
    come(house, ada)
    link = forgotten(house)
    visitor = house.visitor()
    assert told(visitor.get(link)) == SET
    assert [visitor.get(f"{link}/code").location] == [link]
    assert visitor.post(f"{link}/code/new").location == link
    assert house.texts.texts() == []


def test_who_has_proved_a_phone_is_asked_wherever_she_is(house: House, ada: Visitor) -> None:
    ada.post("/account/phone/code/new", channel="text")
    ada.post("/account/phone/code", code=code_to(house, TYPED))
    link = forgotten(house, ada.address)
    assert told(house.visitor().get(link)) == PROVE


def test_where_no_code_can_be_sent_the_password_is_set_and_that_is_recorded(
    house: House, ada: Visitor
) -> None:
    ada.compose("emil@home.example", "patient")
    visitor = house.visitor()
    registered = visitor.post(
        house.link("emil@home.example", "register"),
        address="emil@home.example",
        cell_phone="+44 20 7946 0018",
        full_name="Emil Wisdom",
        accepts_terms="yes",
    )
    assert registered.status_code == 303
    turn_on(ada, "patients")
    link = house.link("emil@home.example", "password")
    assert told(visitor.get(link)) == SET
    before = house.head()
    assert visitor.post(link, password=PASSWORD).location == "/sign-in"
    recorded = ["user.password-set", "phone-proof.begun", "phone-proof.omitted"]
    assert house.since(before) == recorded


def test_a_code_of_a_phone_that_was_changed_meanwhile_opens_nothing(
    house: House, link: str
) -> None:
    visitor, carla = house.visitor(), house.visitor()
    prove(visitor, link)
    house.clock.forward(seconds=31)
    carla.sign_in(CARLA)
    carla.post("/account/phone", cell_phone="(202) 555-0187", password=PASSWORD)
    assert told(visitor.get(link)) == PROVE
    assert lead(visitor.get(link)).endswith("ending in 87.")
    assert len(texts_to(house, GIVEN)) == 1


def test_the_page_before_a_code_works_without_scripts(house: House, link: str) -> None:
    page = page_of(house.visitor().get(link))
    words = [one.get_text(strip=True) for one in page.select("main button")]
    assert words == ["Send Code", "Call me instead"]
    assert page.select_one("main form input[name=csrf_token]") is not None
