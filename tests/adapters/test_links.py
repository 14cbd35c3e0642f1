"""One-time links in the database, which knows only their hashes."""

import hashlib

import pytest

from adapters.links import PostgresLinks
from domain.ports import Links
from runtime.stores import Stores
from tests.contracts.links import ADA, END, SET_PASSWORD, LinksContract, mint
from tests.doubles.credentials import MemoryLinks
from tests.fixtures.clock import START


class TestMemoryLinks(LinksContract):
    @pytest.fixture
    def links(self) -> Links:
        return MemoryLinks()


class TestPostgresLinks(LinksContract):
    @pytest.fixture
    def links(self, empty_vault: Stores) -> Links:
        return PostgresLinks(empty_vault.pool)


def test_the_database_knows_the_hash_of_a_link_and_nothing_else_of_it(empty_vault: Stores):
    token = mint(PostgresLinks(empty_vault.pool))
    with empty_vault.pool.connection() as connection:
        rows = connection.execute("SELECT link FROM vault.link AS link").fetchall()
        [kept] = connection.execute("SELECT * FROM vault.link").fetchall()
    digest = hashlib.sha256(token.encode()).digest()
    assert kept == (digest, ADA, SET_PASSWORD, START, END, None)
    assert token not in str(rows)


def test_a_link_has_256_bits_of_chance(empty_vault: Stores):
    assert len(mint(PostgresLinks(empty_vault.pool))) == 43


def test_links_made_in_one_process_are_good_in_another(empty_vault: Stores):
    token = mint(PostgresLinks(empty_vault.pool))
    with Stores.open(empty_vault.database_url) as other:
        assert PostgresLinks(other.pool).owner(token, SET_PASSWORD, at=START) == ADA
