import pytest

from tests.fixtures.house import PASSWORD, House, Visitor
from tests.web.pages import field, flashes, page_of, refused, told
from tests.web.two_steps import (
    CARLA,
    GIVEN,
    TYPED,
    another,
    code_to,
    lead,
    register,
    texts_to,
    turn_on,
)

HALF_A_MINUTE = 31
NOT_RIGHT = "This code is not right, or not valid any more. You have {} left with this code."


@pytest.fixture
def link(house: House, ada: Visitor) -> str:
    """The link of Carla, whose phone Ada gave when she wrote to her."""
    turn_on(ada, "patients")
    answer = ada.compose(CARLA, "patient", phone="(202) 555-0187")
    assert answer.status_code == 303, answer.text
    return house.link(CARLA, "register")


def give(visitor: Visitor, link: str, code: str):
    return visitor.post(f"{link}/code", code=code)


def test_the_code_comes_before_the_account_and_goes_to_the_phone_that_the_sender_gave(
    house: House, link: str
) -> None:
    before, carla = house.head(), house.visitor()
    answer = register(carla, link)
    assert (answer.status_code, answer.location) == (303, f"{link}/code")
    assert house.since(before) == ["phone-proof.code-requested"]
    assert texts_to(house, TYPED) == []
    [text] = texts_to(house, GIVEN)
    assert text.words == (
        f"{code_to(house, GIVEN)} is your SecureMail code. It is good for 10 minutes. "
        "We never ask for it by phone."
    )


def test_the_page_tells_the_last_two_digits_of_the_phone_and_no_more(
    house: House, link: str
) -> None:
    carla = house.visitor()
    register(carla, link)
    page = carla.get(f"{link}/code")
    expected = "We sent a code to the phone ending in 87. It is good for 10 minutes."
    assert lead(page) == expected
    assert "555" not in page.text
    assert "ask them to withdraw the invitation" in page.text
    digits = field(page, "code")
    assert (digits["inputmode"], digits["autocomplete"]) == ("numeric", "one-time-code")


def test_the_right_code_registers_and_the_number_that_it_proved_is_hers(
    house: House, link: str
) -> None:
    carla = house.visitor()
    register(carla, link)
    before = house.head()
    answer = give(carla, link, code_to(house, GIVEN))
    assert (answer.status_code, answer.location) == (303, "/registered")
    assert house.since(before) == ["phone-proof.identity-verified", "user.registration-completed"]
    carla.post(house.link(CARLA, "password"), password=PASSWORD)
    assert carla.sign_in(CARLA).status_code == 303
    assert GIVEN in carla.page("/account").get_text()
    assert TYPED not in carla.page("/account").get_text()


def test_who_has_just_given_a_code_sets_the_password_in_the_same_browser_without_another(
    house: House, link: str
) -> None:
    carla, thief = house.visitor(), house.visitor()
    register(carla, link)
    give(carla, link, code_to(house, GIVEN))
    final = house.link(CARLA, "password")
    assert told(thief.get(final)) == (200, "Prove that it is you")
    assert told(carla.get(final)) == (200, "Set your password")
    assert thief.post(final, password=PASSWORD).location == final
    assert carla.post(final, password=PASSWORD).location == "/sign-in"


def test_a_code_is_accepted_with_blanks_and_dashes(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    assert give(carla, link, f" {code[:3]} - {code[3:]} ").location == "/registered"


def test_a_wrong_code_is_told_with_the_tries_that_are_left_and_nothing_typed_is_lost(
    house: House, link: str
) -> None:
    carla = house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    for left in ("4 tries", "3 tries", "2 tries", "1 try", "no try", "no try"):
        answer = give(carla, link, another(code))
        assert refused(answer) == (422, {"code": NOT_RIGHT.format(left)})
    assert refused(give(carla, link, code)) == (422, {"code": NOT_RIGHT.format("no try")})
    house.clock.forward(seconds=HALF_A_MINUTE)
    assert carla.post(f"{link}/code/new", channel="text").location == f"{link}/code"
    assert give(carla, link, code_to(house, GIVEN)).location == "/registered"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "\u0661\u0662\u0663456"])
def test_what_is_no_code_costs_no_try(house: House, link: str, typed: str) -> None:
    carla = house.visitor()
    register(carla, link)
    before = house.head()
    answer = give(carla, link, typed)
    assert refused(answer) == (422, {"code": "Please enter the six digits of the code."})
    assert house.since(before) == []


def test_a_new_code_voids_the_one_before(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    old = code_to(house, GIVEN)
    house.clock.forward(seconds=HALF_A_MINUTE)
    carla.post(f"{link}/code/new", channel="text")
    new = code_to(house, GIVEN)
    if old != new:
        assert refused(give(carla, link, old)) == (422, {"code": NOT_RIGHT.format("4 tries")})
    assert give(carla, link, new).location == "/registered"


def test_a_code_that_is_over_is_answered_like_a_wrong_one(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    house.clock.forward(minutes=10)
    assert refused(give(carla, link, code)) == (422, {"code": NOT_RIGHT.format("no try")})


def test_a_code_can_be_read_aloud_instead(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    house.clock.forward(seconds=HALF_A_MINUTE)
    carla.post(f"{link}/code/new", channel="call")
    [call, text] = texts_to(house, GIVEN)
    assert (call.kind, text.kind) == ("call", "text")
    assert lead(carla.get(f"{link}/code")).startswith("We are calling the phone ending in 87")
    assert give(carla, link, code_to(house, GIVEN)).location == "/registered"


def test_codes_are_not_sent_one_after_the_other(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    house.clock.forward(seconds=10)
    carla.post(f"{link}/code/new", channel="text")
    notes = flashes(carla.page(f"{link}/code"))
    assert notes == ["No new code was sent. The next one can be sent in 20 seconds."]
    assert len(texts_to(house, GIVEN)) == 1
    assert give(carla, link, code).location == "/registered"


def test_looking_at_the_page_again_sends_nothing_and_loses_nothing(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    before = house.head()
    assert {told(carla.get(f"{link}/code")) for _ in range(3)} == {(200, "Enter the code")}
    assert house.since(before) == []
    form = carla.get(link)
    assert field(form, "full_name")["value"] == "Carla Molar"
    assert field(form, "accepts_terms").has_attr("checked")


def test_another_browser_with_the_same_mail_sees_nothing_of_what_was_typed(
    house: House, link: str
) -> None:
    carla, thief = house.visitor(), house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    assert thief.get(f"{link}/code").location == link
    assert give(thief, link, code).location == link
    assert thief.post(f"{link}/code/new").location == link
    assert "Carla" not in thief.get(link).text


def test_what_was_typed_for_one_person_does_not_register_another(
    house: House, ada: Visitor, link: str
) -> None:
    ada.compose("emil@home.example", "patient", phone="(202) 555-0144")
    visitor, other = house.visitor(), house.link("emil@home.example", "register")
    register(visitor, link)
    assert visitor.get(f"{other}/code").location == other
    assert "Carla" not in visitor.get(other).text


def test_what_was_typed_lies_sealed_in_the_database(house: House, link: str) -> None:
    register(house.visitor(), link)
    with house.stores.pool.connection() as connection:
        rows = connection.execute(
            "SELECT to_jsonb(s)::text FROM vault.session AS s "
            "UNION ALL SELECT to_jsonb(c)::text FROM vault.phone_code AS c "
            "UNION ALL SELECT to_jsonb(p)::text FROM vault.code_sent AS p"
        ).fetchall()
    everything = "\n".join(row[0] for row in rows)
    secrets = ("Carla", "Molar", "5550123", "5550187", code_to(house, GIVEN))
    assert [one for one in secrets if one in everything] == []


def test_where_the_sender_gave_the_phone_nobody_learns_whether_a_typed_one_is_the_same(
    house: House, link: str
) -> None:
    answers = []
    for number in ("(202) 555-0187", "(202) 555-0199", "+44 20 7946 0018"):
        carla = house.visitor()
        answers.append(register(carla, link, cell_phone=number).location)
        house.clock.forward(seconds=HALF_A_MINUTE)
    assert answers == [f"{link}/code"] * 3
    assert len(texts_to(house, GIVEN)) == 3


def test_a_second_click_on_the_right_code_finds_it_done(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    code = code_to(house, GIVEN)
    assert [give(carla, link, code).location for _ in range(2)] == ["/registered"] * 2


def test_colleagues_are_not_asked_where_only_patients_are(house: House, ada: Visitor) -> None:
    turn_on(ada, "patients")
    ada.compose("ben@sample-dental.example", "staff-in-my-practice")
    ben = house.join("ben@sample-dental.example", "Ben Desk")
    assert "Welcome" in ben.page("/dashboard").get_text()


def test_the_form_says_what_is_wrong_before_a_code_is_sent(house: House, link: str) -> None:
    before, carla = house.head(), house.visitor()
    answer = register(carla, link, address="eve@elsewhere.example")
    assert refused(answer)[0] == 422
    assert refused(register(carla, link, accepts_terms=""))[0] == 422
    assert house.since(before) == []


def test_one_network_has_few_codes_sent_whoever_they_are_for(house: House, ada: Visitor) -> None:
    turn_on(ada, "patients")
    links = []
    for number in range(21):
        address = f"patient-{number}@home.example"
        ada.compose(address, "patient", phone=f"(202) 555-01{number:02}")
        links.append((address, house.link(address, "register")))
    before = house.head()
    for address, one in links:
        visitor = house.visitor()
        visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
        register(visitor, one, address=address)
        last = visitor.page(f"{one}/code")
    assert flashes(last) == ["No new code was sent. The next one can be sent in 1 hour."]
    assert house.since(before) == ["phone-proof.code-requested"] * 20


def test_pages_of_codes_carry_the_token_and_no_script(house: House, link: str) -> None:
    carla = house.visitor()
    register(carla, link)
    page = page_of(carla.get(f"{link}/code"))
    forms = page.select("main form")
    assert [form.find("input", {"name": "csrf_token"}) is not None for form in forms] == [True] * 2
    assert page.select("main script") == []
    words = [one.get_text(strip=True) for one in page.select("main button")]
    assert words == ["Continue", "Re-Send Code", "Change Delivery Method: call me"]
