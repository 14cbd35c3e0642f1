"""A post room in an empty house, people who were invited and not told yet, and a till."""

import pytest

from domain.role import RecipientRole
from runtime.stores import Stores
from tests.fixtures.clock import Clock
from tests.fixtures.house import House
from tests.notifiers.post import ADAS_ADDRESS, EVERYBODY, Post
from tests.notifiers.till import Till, open_till


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


@pytest.fixture
def invitations(post: Post) -> Post:
    """Ada has an account and was told of it; twenty people were invited since."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    post.clock.forward(hours=1)
    for address in EVERYBODY:
        post.write(ADAS_ADDRESS, address, RecipientRole.PATIENT)
    return post


@pytest.fixture
def one_invitation(post: Post) -> Post:
    """Ada is invited, and nobody has told her yet."""
    post.open_practice()
    return post


@pytest.fixture
def till(stores: Stores, clock: Clock) -> Till:
    """Ada and Ben have an account and were told of it; nobody has paid."""
    return open_till(stores, clock)
