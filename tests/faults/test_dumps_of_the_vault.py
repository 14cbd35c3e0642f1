"""An old dump of the vault opens with the keys of its time only: to destroy these is to end it."""

import psycopg
import pytest

from adapters.keyring import Keyring
from runtime.stores import Stores
from tests.faults.servers import copy_dump
from tests.fixtures.sealed_values import SealedValues

pytestmark = pytest.mark.as_owner


def test_a_dump_from_before_a_rotation_opens_with_the_former_keys_only(
    sealed_values: SealedValues, blank_database_url: str
):
    former = Keyring(sealed_values.files.read().keys)
    copy_dump(sealed_values.stores.database_url, blank_database_url)
    present = sealed_values.rotate()
    with sealed_values.stores.pool.connection() as connection:
        connection.execute("DELETE FROM vault.data_key")
    with Stores.open(blank_database_url) as restored:
        dump = SealedValues(restored, sealed_values.files, sealed_values.values)
        assert dump.opened(Keyring(present.keys)) == [None] * 200
        assert dump.opened(former) == sealed_values.texts()
    assert sealed_values.opened(former) == [None] * 200
    with psycopg.connect(blank_database_url) as connection:
        assert connection.execute("SELECT count(*) FROM vault.data_key").fetchone() == (200,)
