"""A town that begins with one practice and its doctor."""

import pytest

from runtime.stores import Stores
from tests.projections.town import ADAS_ADDRESS, Town


@pytest.fixture
def town(stores: Stores) -> Town:
    """Ada Sample has opened Sample Dental and pays."""
    town = Town(stores)
    town.open_practice()
    town.join(ADAS_ADDRESS, "Ada Sample")
    return town
