"""The vault of the product: AES-256-GCM, keys in the database, wrapped by keys that are not."""

import base64
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from psycopg_pool import ConnectionPool

from adapters.cipher import NONCE_BYTES
from adapters.keyring import Keyring, KeysAreUnusable
from adapters.master_keys import key_id
from adapters.vault import PostgresVault
from domain.ports import KeyKind, Place, Sealed, SealIsBroken
from runtime.stores import Stores
from tests.contracts.vault import ADA, ADAS_NAME, BEN, VaultContract
from tests.doubles.vault import MemoryVault
from tests.fixtures.at_once import at_once

BENS_NAME = replace(ADAS_NAME, owner=BEN)
SUBJECT = Place(KeyKind.CONTENT, ADA, "subject", 1)


@dataclass
class MemorySafe:
    vault: MemoryVault

    def destroy(self, kind: KeyKind, owner: UUID) -> None:
        self.vault.keys.discard((kind, owner))


@dataclass
class PostgresSafe:
    vault: PostgresVault
    pool: ConnectionPool[Any]
    keyring: Keyring

    def change(self, statement: Any, *values: object) -> None:
        with self.pool.connection() as connection:
            connection.execute(statement, values)

    def destroy(self, kind: KeyKind, owner: UUID) -> None:
        self.change("DELETE FROM vault.data_key WHERE (kind, owner) = (%s, %s)", kind, owner)

    def wrapped_keys(self) -> list[tuple[str, UUID, bytes]]:
        with self.pool.connection() as connection:
            return connection.execute("SELECT kind, owner, wrapped FROM vault.data_key").fetchall()

    def opened_with(self, wrapped: bytes, sealed: Sealed, place: Place) -> str | None:
        self.change("UPDATE vault.data_key SET wrapped = %s WHERE owner = %s", wrapped, place.owner)
        return self.vault.open_all([(sealed, place)])[0]

    def with_keys(self, keyring: Keyring) -> PostgresVault:
        return PostgresVault(self.pool, keyring)


class TestMemoryVault(VaultContract):
    @pytest.fixture
    def safe(self) -> MemorySafe:
        return MemorySafe(MemoryVault())


@pytest.fixture
def safe(empty_vault: Stores) -> PostgresSafe:
    keyring = Keyring.draw()
    return PostgresSafe(PostgresVault(empty_vault.pool, keyring), empty_vault.pool, keyring)


class TestPostgresVault(VaultContract):
    @pytest.fixture
    def safe(self, safe: PostgresSafe) -> PostgresSafe:
        return safe


def test_the_same_text_is_never_sealed_to_the_same_value(safe: PostgresSafe):
    first, second = safe.vault.seal("Ada", ADAS_NAME), safe.vault.seal("Ada", ADAS_NAME)
    assert first != second
    assert safe.vault.open_all([(first, ADAS_NAME), (second, ADAS_NAME)]) == ["Ada", "Ada"]


def test_no_nonce_is_drawn_twice(safe: PostgresSafe):
    sealed = [safe.vault.seal("Ada", ADAS_NAME) for _ in range(1_000)]
    nonces = {base64.urlsafe_b64decode(one.partition(".")[2])[:NONCE_BYTES] for one in sealed}
    assert len(nonces) == 1_000


def test_every_owner_and_kind_has_a_key_of_its_own(safe: PostgresSafe):
    for place in (ADAS_NAME, replace(ADAS_NAME, field="email"), BENS_NAME, SUBJECT):
        safe.vault.seal("text", place)
    assert {(kind, owner) for kind, owner, _ in safe.wrapped_keys()} == {
        ("personal", ADA),
        ("personal", BEN),
        ("content", ADA),
    }
    assert len({wrapped for _, _, wrapped in safe.wrapped_keys()}) == 3


def test_a_wrapped_key_that_was_moved_to_another_owner_opens_nothing(safe: PostgresSafe):
    sealed = safe.vault.seal("Ada", ADAS_NAME)
    safe.change("UPDATE vault.data_key SET owner = %s", BEN)
    assert safe.vault.open_all([(sealed, ADAS_NAME), (sealed, BENS_NAME)]) == [None, None]


def test_two_owners_whose_keys_were_swapped_are_closed(safe: PostgresSafe):
    ada, ben = safe.vault.seal("Ada", ADAS_NAME), safe.vault.seal("Ben", BENS_NAME)
    safe.change(
        """
        UPDATE vault.data_key SET (wrapped, wrapped_by) = (other.wrapped, other.wrapped_by)
        FROM vault.data_key AS other WHERE other.owner <> data_key.owner
        """
    )
    values = [(ada, ADAS_NAME), (ben, BENS_NAME), (ada, BENS_NAME), (ben, ADAS_NAME)]
    assert safe.vault.open_all(values) == [None, None, None, None]


def test_nothing_is_sealed_under_a_key_that_was_moved(safe: PostgresSafe):
    safe.vault.seal("Ada", ADAS_NAME)
    safe.change("UPDATE vault.data_key SET owner = %s", BEN)
    with pytest.raises(SealIsBroken):
        safe.vault.seal("Ben", BENS_NAME)


def test_a_wrapped_key_with_an_altered_byte_opens_nothing(safe: PostgresSafe):
    sealed = safe.vault.seal("Ada", ADAS_NAME)
    [(_, _, wrapped)] = safe.wrapped_keys()
    altered = [
        wrapped[:spot] + bytes([wrapped[spot] ^ 1]) + wrapped[spot + 1 :]
        for spot in range(len(wrapped))
    ]
    assert [safe.opened_with(other, sealed, ADAS_NAME) for other in altered] == [None] * 60
    assert safe.opened_with(wrapped, sealed, ADAS_NAME) == "Ada"


def test_who_has_the_personal_keys_only_never_opens_a_message(safe: PostgresSafe):
    name, subject = safe.vault.seal("Ada", ADAS_NAME), safe.vault.seal("Root canal", SUBJECT)
    notifier = safe.with_keys(safe.keyring.only("personal"))
    assert notifier.open(name, ADAS_NAME) == "Ada"
    with pytest.raises(KeysAreUnusable):
        notifier.open(subject, SUBJECT)
    with pytest.raises(KeysAreUnusable):
        notifier.open_all([(name, ADAS_NAME), (subject, SUBJECT)])


def test_other_master_keys_open_nothing(safe: PostgresSafe):
    name, subject = safe.vault.seal("Ada", ADAS_NAME), safe.vault.seal("Root canal", SUBJECT)
    stranger = safe.with_keys(Keyring.draw())
    assert stranger.open_all([(name, ADAS_NAME), (subject, SUBJECT)]) == [None, None]


def test_several_processes_that_seal_for_somebody_new_agree_on_one_key(
    safe: PostgresSafe, empty_vault: Stores
):
    others = [Stores.open(empty_vault.database_url) for _ in range(4)]
    vaults = [PostgresVault(other.pool, safe.keyring) for other in others]
    values = at_once(*[lambda vault=vault: vault.seal("Ada", ADAS_NAME) for vault in vaults])
    for other in others:
        other.close()
    assert [safe.vault.open(Sealed(str(value)), ADAS_NAME) for value in values] == ["Ada"] * 4
    assert [(kind, owner) for kind, owner, _ in safe.wrapped_keys()] == [("personal", ADA)]


KNOWN_KEYS = Keyring({"personal": bytes(range(32)), "lookup": bytes(range(32, 64))})
"""Keys that protect nobody."""


def test_what_was_sealed_by_an_earlier_release_opens(safe: PostgresSafe):
    known = key_id(KNOWN_KEYS["personal"])
    safe.change("INSERT INTO vault.master_key (id, name) VALUES (%s, 'personal')", known)
    safe.change(
        """
        INSERT INTO vault.data_key (kind, owner, wrapped_by, wrapped)
        VALUES ('personal', %s, %s, %s)
        """,
        ADA,
        known,
        base64.b64decode(
            "xrHIojTct1L6JMh+TvZT5X5EMhM49izFS2q4M0woj9WFBzhUMQ+ixTfJO0FkeaD7dPFKJzjJfY6ayeon"
        ),
    )
    sealed = Sealed("2.aUbRMxS-LHLaJxAzlZojsmfj73ywfTl3o918_mV6OiIpRTHbPcg=")
    assert safe.with_keys(KNOWN_KEYS).open(sealed, ADAS_NAME) == "Ada Sample"


def test_the_fingerprint_of_an_address_stays_the_same_for_good(safe: PostgresSafe):
    # HMAC-SHA-256, computed with `openssl dgst -mac HMAC`
    fingerprint = safe.with_keys(KNOWN_KEYS).address_id("ada@sample.example")
    assert fingerprint == UUID("dc100313-d5c5-0b1f-92e3-890a548133bb")


def test_the_fingerprint_of_an_address_depends_on_the_key(safe: PostgresSafe):
    stranger = safe.with_keys(Keyring.draw())
    assert stranger.address_id("ada@sample.example") != safe.vault.address_id("ada@sample.example")
