"""Whoever can write into the database moves sealed values about, and opens none of them."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.attachment import Attachment, file_name
from domain.catalogue import payload_of
from domain.message import Message
from domain.ports import Place, Sealed, content, personal, sealed_in_version
from domain.user import User
from projections.rebuild import Rebuild
from projections.runner import PROJECTIONS
from runtime.stores import Stores
from tests.fixtures.clock import Clock
from tests.fixtures.house import House, build_house
from tests.journeys.birds import ADA, BEN, CARLA, FROM_BEN, TO_BEN, live

pytestmark = pytest.mark.as_owner

Value = tuple[Sealed, Place]
STRANGER = UUID(int=404)


@pytest.fixture(scope="module")
def one_house(stores_of_the_file: Stores, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house after the whole journey."""
    house = build_house(stores_of_the_file, Clock(), tmp_path_factory.mktemp("outbox"))
    live(house)
    return house


@pytest.fixture
def lived(one_house: House) -> House:
    """The house after the whole journey, with read models as they should be."""
    stores = one_house.stores
    for projection in PROJECTIONS:
        Rebuild(stores.log, stores.pool, projection).run()
    return one_house


@pytest.fixture
def doomed(house: House) -> House:
    """Another such house, whose log and keys a test may tamper with for good."""
    live(house)
    return house


def place_of(event: Aggregate.Event, field: str) -> Place:
    """Return where a value of an event belongs."""
    if isinstance(event, Attachment.Event):
        return file_name(event.originator_id)
    if isinstance(event, Message.Event):
        return content(event.originator_id, field)
    return personal(event.originator_id, field, event.originator_version)


def sealed_in(event: Any) -> list[Value]:
    """Return every sealed value of an event with its place."""
    fields = payload_of(type(event))
    names = [name for name, kind in fields.items() if kind in (Sealed, Sealed | None)]
    values = [(getattr(event, name), place_of(event, name)) for name in names]
    return [(sealed, place) for sealed, place in values if sealed is not None]


def everything_sealed(house: House) -> list[Value]:
    recorded = house.stores.log.read(after=0, limit=1_000)
    return [value for one in recorded for value in sealed_in(one.event)]


def opened(house: House, values: Iterable[Value]) -> list[str | None]:
    return house.portal.vault.open_all(list(values))


def change(house: House, *statements: str) -> None:
    with house.stores.pool.connection() as connection:
        for statement in statements:
            connection.execute(statement.encode())


def shown(house: House) -> list[str | None]:
    """Return everything that the read models hold for the pages, opened as the pages do."""
    users = [house.portal.inviting.holder(person.address) for person in (ADA, BEN, CARLA)]
    people = house.portal.roster.people(user for user in users if user)
    entries = [one for user_id in people for one in house.portal.inbox.received_by(user_id)]
    sealed: list[tuple[Sealed | None, Place]] = [
        (value, personal(one.user_id, field, sealed_in_version(value)))
        for one in people.values()
        for field in ("email", "full_name", "cell_phone")
        if (value := getattr(one, field))
    ]
    sealed += [(one.subject, content(one.thread_id, "subject")) for one in entries]
    sealed += [(one.body, content(one.message_id, "body")) for one in entries]
    found = iter(opened(house, [(value, place) for value, place in sealed if value]))
    return [next(found) if value else None for value, _ in sealed]


def test_every_value_opens_at_its_own_place_and_at_no_other(lived: House):
    values = everything_sealed(lived)
    texts = opened(lived, values)
    assert None not in texts
    assert {ADA.name, BEN.address, CARLA.name, TO_BEN[1], FROM_BEN} <= set(texts)
    moved = [(one[0], other[1]) for one, other in permutations(values, 2)]
    assert len(moved) > 200
    assert set(opened(lived, moved)) == {None}


MOVES = {
    "names between people": """
        UPDATE roster.person SET full_name = other.full_name FROM roster.person AS other
        WHERE other.user_id = (
            SELECT user_id FROM roster.person AS third
            WHERE third.user_id <> person.user_id ORDER BY user_id LIMIT 1
        )
    """,
    "phones into names": "UPDATE roster.person SET full_name = cell_phone",
    "addresses into names": "UPDATE roster.person SET full_name = email",
    "names into addresses": "UPDATE roster.person SET email = full_name",
    "bodies into subjects": "UPDATE inbox.message SET subject = body",
    "subjects into bodies": "UPDATE inbox.message SET body = subject",
    "messages between people": """
        UPDATE inbox.message SET subject = other.subject, body = other.body
        FROM inbox.message AS other
        WHERE other.message_id = (
            SELECT message_id FROM inbox.message AS third
            WHERE third.message_id <> message.message_id ORDER BY message_id LIMIT 1
        )
    """,
    "messages into names": """
        UPDATE roster.person SET full_name = (SELECT subject FROM inbox.message LIMIT 1)
    """,
    "names into messages": """
        UPDATE inbox.message SET body = (SELECT full_name FROM roster.person LIMIT 1)
    """,
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_what_was_moved_in_a_read_model_does_not_open(lived: House, move: str):
    before = shown(lived)
    change(lived, move)
    after = shown(lived)
    assert None not in before
    assert after.count(None) >= 3
    assert [text for text, was in zip(after, before, strict=True) if text not in (None, was)] == []


def test_a_page_about_moved_values_still_shows_what_is_in_order(lived: House):
    ben = lived.visitor()
    ben.sign_in(BEN.address, BEN.password)
    assert TO_BEN[0] in ben.page("/inbox").text
    change(lived, MOVES["messages between people"], MOVES["addresses into names"])
    page = ben.get("/inbox")
    assert page.status_code == 200
    assert TO_BEN[0] not in page.text


COPY = """
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
SELECT '{stranger}', originator_version, topic, state
FROM eventlog.domain_events WHERE originator_id = '{original}' AND topic IN ({topics})
"""

COPY_KEYS = """
INSERT INTO vault.data_key (kind, owner, wrapped, wrapped_by)
SELECT DISTINCT ON (kind) kind, '{stranger}'::uuid, wrapped, wrapped_by FROM vault.data_key
"""


@pytest.mark.parametrize(
    ("kind", "topics", "values"),
    [(User, "'user.invited', 'user.registration-completed'", 4), (Message, "'message.sent'", 2)],
)
def test_events_that_were_copied_to_somebody_else_do_not_open(
    doomed: House, kind: type[Aggregate], topics: str, values: int
):
    recorded = [one.event for one in doomed.stores.log.read(after=0, limit=1_000)]
    [original, *_] = [one for one in recorded if isinstance(one, kind.Event)]
    change(doomed, COPY.format(stranger=STRANGER, original=original.originator_id, topics=topics))
    copied = [value for event in doomed.stores.log.stream(STRANGER) for value in sealed_in(event)]
    assert len(copied) >= values
    assert set(opened(doomed, copied)) == {None}


def test_keys_that_were_copied_to_somebody_else_do_not_open(doomed: House):
    values = everything_sealed(doomed)
    change(doomed, COPY_KEYS.format(stranger=STRANGER))
    stolen = [
        (sealed, Place(place.kind, STRANGER, place.field, place.version))
        for sealed, place in values
    ]
    assert set(opened(doomed, stolen)) == {None}
    assert None not in opened(doomed, values)
