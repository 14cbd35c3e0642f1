"""Keys destroyed in the database, without any key at hand."""

import threading

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


def take_the_turn_away(stores: Stores) -> None:
    """End the connection that has it."""
    killed = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (
            SELECT oid FROM pg_database WHERE datname = current_database()
        )
    """
    with psycopg.connect(stores.database_url, autocommit=True) as other:
        assert other.execute(killed).fetchall() == [(True,)]


def test_a_holder_of_the_turn_that_dies_leaves_it_to_the_next(empty_vault: Stores) -> None:
    shredder = PostgresShredder(empty_vault.pool)
    with pytest.raises(psycopg.OperationalError), shredder.turn():
        take_the_turn_away(empty_vault)
    with shredder.turn():
        shredder.shred(KeyKind.CONTENT, [ADA])


def test_who_lost_the_turn_in_the_middle_of_it_destroys_nothing_any_more(
    empty_vault: Stores,
) -> None:
    vault = PostgresVault(empty_vault.pool, Keyring.draw())
    where = place(KeyKind.CONTENT, ADA)
    sealed = vault.seal("Root canal", where)
    shredder = PostgresShredder(empty_vault.pool)
    with pytest.raises(psycopg.OperationalError), shredder.turn():
        shred_too_late(empty_vault, shredder)
    assert vault.open(sealed, where) == "Root canal"


def shred_too_late(stores: Stores, shredder: PostgresShredder) -> None:
    """Lose the turn, let somebody else have it, and go on as if nothing had happened."""
    take_the_turn_away(stores)
    with PostgresShredder(stores.pool).turn():
        pass
    shredder.shred(KeyKind.CONTENT, [ADA])


def test_destroying_without_a_turn_waits_for_one(empty_vault: Stores) -> None:
    vault = PostgresVault(empty_vault.pool, Keyring.draw())
    where = place(KeyKind.CONTENT, ADA)
    sealed = vault.seal("Root canal", where)
    shredder = PostgresShredder(empty_vault.pool)
    waiting = threading.Thread(target=shredder.shred, args=(KeyKind.CONTENT, [ADA]))
    with shredder.turn():
        waiting.start()
        waiting.join(timeout=0.2)
        assert vault.open(sealed, where) == "Root canal"
    waiting.join()
    assert vault.open_all([(sealed, where)]) == [None]
