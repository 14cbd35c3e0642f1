"""A new data key waits for no flush, and yet no event outlives the key of what it carries."""

import signal
from uuid import UUID

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from bench.messages import message
from domain.aggregate import save
from domain.ports import Place, Sealed, content
from runtime.stores import Stores
from tests.faults.servers import data_of, end_at_once, fresh_folder, migrated_server
from tests.fixtures.sealed_values import owners


def test_whatever_was_recorded_opens_after_the_server_was_killed():
    keyring = Keyring.draw()
    with fresh_folder() as folder, migrated_server(folder / "postgres", durable=True) as server:
        url = server.url
        for owner in owners(5):
            with Stores.open(url) as stores:
                recorded = written(stores, keyring, owner)
            end_at_once(server, data_of(server), signal.SIGKILL)
            assert server.start() == url
            with Stores.open(url) as stores:
                opened = PostgresVault(stores.pool, keyring).open_all(recorded)
                assert opened == [place.owner.hex for _, place in recorded]


def written(stores: Stores, keyring: Keyring, first: UUID) -> list[tuple[Sealed, Place]]:
    """Seal and record twenty messages, and seal one that is never recorded."""
    vault, recorded = PostgresVault(stores.pool, keyring), []
    for number in range(20):
        place = content(UUID(int=first.int ^ number), "body")
        sealed = vault.seal(place.owner.hex, place)
        save(stores.log, message(sealed, place.owner))
        recorded.append((sealed, place))
    vault.seal("never recorded", content(UUID(int=first.int ^ 99), "body"))
    return recorded
