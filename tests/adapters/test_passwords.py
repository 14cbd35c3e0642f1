"""Passwords in the database: Argon2id hashes that age well, changed all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from argon2 import PasswordHasher

from adapters.links import PostgresLinks
from adapters.passwords import PostgresPasswords
from adapters.sessions import PostgresSessions
from runtime.stores import Stores
from tests.contracts.links import ADA, BEN
from tests.contracts.passwords import OTHER, PASSWORD, Credentials, PasswordsContract
from tests.doubles.credentials import MemoryLinks, MemoryPasswords
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import START

pytestmark = pytest.mark.as_owner

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DEARER = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)

BREAK_DOWN = """
CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the test broke it'; END $$;
"""


class TestMemoryPasswords(PasswordsContract):
    @pytest.fixture
    def credentials(self) -> Credentials:
        links = MemoryLinks()
        return Credentials(links, MemoryPasswords(links))


@dataclass
class Kept(Credentials):
    """Credentials in a database that can be looked into, and broken."""

    stores: Stores

    def hash_of(self, user_id: UUID = ADA) -> str | None:
        with self.stores.pool.connection() as connection:
            row = connection.execute(
                "SELECT hash FROM vault.password WHERE user_id = %s", (user_id,)
            ).fetchone()
        return row[0] if row else None

    def with_hasher(self, hasher: PasswordHasher | None) -> PostgresPasswords:
        return PostgresPasswords(self.stores.pool, hasher)

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every change of a table fail."""
        with psycopg.connect(self.stores.database_url, autocommit=True) as connection:
            connection.execute(BREAK_DOWN)
            connection.execute(
                f"CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON vault.{table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION break_down()"
            )
            try:
                yield
            finally:
                connection.execute("DROP FUNCTION break_down CASCADE")


@pytest.fixture
def credentials(empty_vault: Stores) -> Kept:
    pool = empty_vault.pool
    return Kept(PostgresLinks(pool), PostgresPasswords(pool, CHEAP), empty_vault)


class TestPostgresPasswords(PasswordsContract):
    @pytest.fixture
    def credentials(self, credentials: Kept) -> Credentials:
        return credentials


def test_a_password_is_kept_as_an_argon2id_hash_with_the_parameters_of_rfc_9106(credentials: Kept):
    credentials.with_hasher(None).set_by_link(credentials.link(), PASSWORD, at=START)
    assert str(credentials.hash_of()).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in str(credentials.hash_of())


def test_the_same_password_of_two_people_has_two_hashes(credentials: Kept):
    credentials.set(PASSWORD, ADA)
    credentials.set(PASSWORD, BEN)
    assert credentials.hash_of(ADA) != credentials.hash_of(BEN)


def test_a_right_password_is_hashed_anew_when_the_parameters_have_changed(credentials: Kept):
    credentials.set()
    assert credentials.with_hasher(DEARER).matches(ADA, PASSWORD) is True
    assert str(credentials.hash_of()).startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert credentials.passwords.matches(ADA, PASSWORD) is True


def test_a_wrong_password_changes_no_hash(credentials: Kept):
    credentials.set()
    before = credentials.hash_of()
    assert credentials.with_hasher(DEARER).matches(ADA, OTHER) is False
    assert credentials.hash_of() == before


def test_a_right_password_changes_no_hash_that_is_up_to_date(credentials: Kept):
    credentials.set()
    before = credentials.hash_of()
    assert credentials.passwords.matches(ADA, PASSWORD) is True
    assert credentials.hash_of() == before


class Overtaken(PasswordHasher):
    """While it hashes, the person sets another password in another window."""

    credentials: Kept

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        if password == PASSWORD:
            self.credentials.set(OTHER)
        return super().hash(password, salt=salt)


def test_hashing_anew_never_brings_an_old_password_back(credentials: Kept):
    credentials.set(PASSWORD)
    hasher = Overtaken(time_cost=2, memory_cost=16, parallelism=1)
    hasher.credentials = credentials
    assert credentials.with_hasher(hasher).matches(ADA, PASSWORD) is True
    matches = credentials.passwords.matches
    assert [matches(ADA, PASSWORD), matches(ADA, OTHER)] == [False, True]


@pytest.mark.parametrize("table", ["password", "link", "session"])
def test_a_password_is_set_with_everything_that_belongs_to_it_or_not_at_all(
    credentials: Kept, table: str
):
    credentials.set(PASSWORD)
    token, session = credentials.link(), a_session(credentials, ADA)
    with credentials.broken(table), pytest.raises(psycopg.errors.RaiseException):
        credentials.passwords.set_by_link(token, OTHER, at=START)
    assert credentials.passwords.matches(ADA, PASSWORD) is True
    assert lives(credentials, session)
    assert credentials.passwords.set_by_link(token, OTHER, at=START) == ADA
    assert credentials.passwords.matches(ADA, OTHER) is True


def a_session(credentials: Kept, user_id: UUID) -> str:
    sessions = PostgresSessions(credentials.stores.pool)
    return sessions.start({"user_id": str(user_id)}, user_id=user_id, at=START)


def lives(credentials: Kept, session: str) -> bool:
    return PostgresSessions(credentials.stores.pool).load(session, at=START) is not None


def test_a_new_password_ends_all_sessions_of_the_person_and_of_nobody_else(credentials: Kept):
    sessions = [a_session(credentials, user_id) for user_id in (ADA, ADA, BEN)]
    credentials.set()
    assert [lives(credentials, session) for session in sessions] == [False, False, True]


def test_of_several_who_use_one_link_at_once_one_sets_the_password(credentials: Kept):
    token, words = credentials.link(), [f"{PASSWORD} {number}" for number in range(6)]
    answers = at_once(*[attempt(credentials, token, word) for word in words])
    assert sorted(map(str, answers)) == sorted([str(ADA), *["the link was used"] * 5])
    assert credentials.passwords.matches(ADA, words[answers.index(ADA)]) is True


def test_of_several_links_of_one_person_used_at_once_one_sets_the_password(credentials: Kept):
    tokens = [credentials.link() for _ in range(6)]
    answers = at_once(*[attempt(credentials, token, f"{PASSWORD} {token}") for token in tokens])
    assert sorted(map(str, answers)) == sorted([str(ADA), *["the link was used"] * 5])
    winner = tokens[answers.index(ADA)]
    assert credentials.passwords.matches(ADA, f"{PASSWORD} {winner}") is True


def attempt(credentials: Kept, token: str, password: str):
    return lambda: credentials.passwords.set_by_link(token, password, at=START)


class CountingHasher(PasswordHasher):
    """Notes against which hashes it verified."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's own name
        self.verified.append(str(hash).rpartition("$")[0].rpartition("$")[0])
        return super().verify(hash, password)


def test_nobody_costs_the_same_work_as_somebody(credentials: Kept):
    hasher = CountingHasher()
    passwords = credentials.with_hasher(hasher)
    passwords.set_by_link(credentials.link(), PASSWORD, at=START)
    answers = [passwords.matches(who, OTHER) for who in (ADA, BEN, None)]
    assert answers == [False, False, False]
    assert hasher.verified == ["$argon2id$v=19$m=8,t=1,p=1"] * 3
