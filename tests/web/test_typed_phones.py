import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import refused
from tests.web.two_steps import CARLA, TYPED, code_to, register, turn_on


@pytest.fixture
def link(house: House, ada: Visitor) -> str:
    """The link of Carla, who was written to before the practice asked for phones."""
    ada.compose(CARLA, "patient")
    turn_on(ada, "patients")
    return house.link(CARLA, "register")


def give(visitor: Visitor, link: str, code: str):
    return visitor.post(f"{link}/code", code=code)


def test_without_a_phone_from_the_sender_the_code_goes_to_the_phone_that_was_typed(
    house: House, link: str
) -> None:
    carla = house.visitor()
    before = house.head()
    register(carla, link)
    assert house.since(before) == [
        "phone-proof.begun",
        "phone-proof.phone-given",
        "phone-proof.code-requested",
    ]
    assert give(carla, link, code_to(house, TYPED)).location == "/registered"


def test_a_number_that_was_mistyped_is_typed_anew_and_voids_the_code_of_the_other(
    house: House, link: str
) -> None:
    carla = house.visitor()
    register(carla, link)
    old = code_to(house, TYPED)
    house.clock.forward(seconds=31)
    register(carla, link, cell_phone="(202) 555-0144")
    new = code_to(house, "+12025550144")
    if old != new:
        assert give(carla, link, old).status_code == 422
    assert give(carla, link, new).location == "/registered"


NO_CODES_THERE = {
    "(900) 555-1234": "Codes cannot be sent to a number of this kind. "
    "Please give a usual cell phone.",
    "+44 20 7946 0018": "Codes cannot be sent to phones of this country.",
    "(202) 155-0123": "This is not a phone number, such as (202) 555-0123.",
}


@pytest.mark.parametrize("number", NO_CODES_THERE)
def test_a_number_to_which_no_code_goes_is_told_at_its_field(
    house: House, link: str, number: str
) -> None:
    before, carla = house.head(), house.visitor()
    answer = register(carla, link, cell_phone=number)
    assert refused(answer) == (422, {"cell_phone": NO_CODES_THERE[number]})
    assert house.since(before) == []
