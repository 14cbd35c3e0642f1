"""Keys destroyed in the database, without any key at hand."""

import psycopg
import pytest

from adapters.keyring import Keyring
from adapters.shredder import PostgresShredder
from adapters.vault import PostgresVault
from domain.ports import KeyKind
from runtime.stores import Stores
from tests.contracts.shredder import ADA, Cellar, ShredderContract, place
from tests.doubles.shredder import MemoryShredder
from tests.doubles.vault import MemoryVault


class TestMemoryShredder(ShredderContract):
    @pytest.fixture
    def cellar(self) -> Cellar:
        vault = MemoryVault()
        return Cellar(MemoryShredder(vault), vault)


class TestPostgresShredder(ShredderContract):
    @pytest.fixture
    def cellar(self, empty_vault: Stores) -> Cellar:
        vault = PostgresVault(empty_vault.pool, Keyring.draw())
        return Cellar(PostgresShredder(empty_vault.pool), vault)


def test_the_row_of_a_destroyed_key_is_gone(empty_vault: Stores) -> None:
    PostgresVault(empty_vault.pool, Keyring.draw()).seal("x", place(KeyKind.CONTENT, ADA))
    PostgresShredder(empty_vault.pool).shred(KeyKind.CONTENT, [ADA])
    with empty_vault.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM vault.data_key").fetchone() == (0,)


def test_a_holder_of_the_turn_that_dies_leaves_it_to_the_next(empty_vault: Stores) -> None:
    shredder = PostgresShredder(empty_vault.pool)
    killed = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (
            SELECT oid FROM pg_database WHERE datname = current_database()
        )
    """
    with (
        pytest.raises(psycopg.OperationalError),
        shredder.turn(),
        psycopg.connect(empty_vault.database_url, autocommit=True) as other,
    ):
        assert other.execute(killed).fetchall() == [(True,)]
    with shredder.turn():
        shredder.shred(KeyKind.CONTENT, [ADA])
