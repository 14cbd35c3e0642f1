"""Devices in the database, which knows only hashes of them."""

import hashlib

import pytest

from adapters.credentials import PostgresCredentials
from adapters.devices import PostgresDevices
from domain.device import Devices
from runtime.stores import Stores
from tests.contracts.devices import ADA, BEN, DevicesContract
from tests.doubles.devices import MemoryDevices
from tests.fixtures.clock import START


class TestMemoryDevices(DevicesContract):
    @pytest.fixture
    def devices(self) -> Devices:
        return MemoryDevices()


class TestPostgresDevices(DevicesContract):
    @pytest.fixture
    def devices(self, empty_vault: Stores) -> Devices:
        return PostgresDevices(empty_vault.pool)


def test_the_database_knows_a_hash_that_is_another_for_each_person(empty_vault: Stores):
    devices = PostgresDevices(empty_vault.pool)
    shared = devices.draw()
    for who in (ADA, BEN):
        devices.remember(who, shared, at=START)
    with empty_vault.pool.connection() as connection:
        rows = connection.execute("SELECT * FROM vault.device ORDER BY user_id").fetchall()
    hashes = [hashlib.sha256(who.bytes + shared.encode()).digest() for who in (ADA, BEN)]
    assert rows == [(ADA, hashes[0], START, START), (BEN, hashes[1], START, START)]


def test_the_name_of_a_device_has_128_bits_of_chance(empty_vault: Stores):
    assert len(PostgresDevices(empty_vault.pool).draw()) == 22


def test_with_everything_by_which_a_person_gets_in_her_devices_are_forgotten(empty_vault: Stores):
    devices = PostgresDevices(empty_vault.pool)
    for who in (ADA, BEN):
        devices.remember(who, "shared", at=START)
    PostgresCredentials(empty_vault.pool).forget(ADA)
    assert [devices.knows(who, "shared") for who in (ADA, BEN)] == [False, True]
