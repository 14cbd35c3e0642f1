"""What can happen to an account itself, in one story: Emil signs in elsewhere, and moves house."""

from datetime import timedelta
from functools import cache

from domain.ports import LinkPurpose
from domain.user import User
from projections.projection import Event
from tests.domain.people import ADA, EMIL, EMILS_ADDRESS, invited, registered
from tests.domain.rules import Rules
from tests.fixtures.clock import START

PASSWORD = "quiet-lantern-orbit-fig"
NEW_ADDRESS = "emil@new.example"
ANOTHER = "emil@another.example"


@cache
def accounts_past() -> list[Event]:
    """Return the story; one address is confirmed, and another one only asked for."""
    rules = Rules()
    rules.given(
        *invited(EMIL, EMILS_ADDRESS, "patient", practice_id=None, by=ADA),
        registered(EMIL, None),
    )
    later = START + timedelta(hours=1)
    end = START + timedelta(hours=72)
    for at in (START, later):
        to_set = rules.links.mint(EMIL, LinkPurpose.SET_PASSWORD, at=at, expires_at=end)
        rules.registering.set_password(token=to_set, password=PASSWORD, context=[], at=at)
        device = f"bought at {at:%H:%M}"
        rules.signing_in.sign_in(address=EMILS_ADDRESS, password=PASSWORD, device=device, at=at)
        rules.changing_email.request(user_id=EMIL, address=NEW_ADDRESS, password=PASSWORD, at=at)
    version = rules.now(User, EMIL).version
    to_confirm = rules.links.mint(
        EMIL, LinkPurpose.CONFIRM_EMAIL, at=later, expires_at=end, version=version
    )
    rules.changing_email.confirm(to_confirm, at=later)
    at = later + timedelta(minutes=5)
    rules.changing_email.request(user_id=EMIL, address=ANOTHER, password=PASSWORD, at=at)
    return [recorded.event for recorded in rules.log.read(after=0, limit=1_000)]
