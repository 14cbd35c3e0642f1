"""The people of the web tests, each signed in."""

import pytest

from tests.fixtures.house import House, Visitor


@pytest.fixture
def ada(house: House) -> Visitor:
    """A doctor with the paid version, user manager of Sample Dental."""
    house.open_practice()
    return house.join("ada@sample-dental.example", "Ada Sample")


@pytest.fixture
def ben(house: House, ada: Visitor) -> Visitor:
    """A member of Ada's practice with a free account, who was written to once."""
    ada.compose("ben@sample-dental.example", "staff-in-my-practice", subject="For Ben")
    return house.join("ben@sample-dental.example", "Ben Desk")


@pytest.fixture
def carla(house: House, ada: Visitor) -> Visitor:
    """A patient of Ada's, who was written to once."""
    ada.compose("carla@home.example", "patient", subject="For Carla")
    return house.join("carla@home.example", "Carla Molar")


@pytest.fixture
def dora(house: House, ada: Visitor) -> Visitor:
    """A doctor with a practice of her own, free, who was written to once."""
    ada.compose("dora@other-dental.example", "doctor-in-another-practice", subject="For Dora")
    return house.join("dora@other-dental.example", "Dora Crown", practice_name="Other Dental")
