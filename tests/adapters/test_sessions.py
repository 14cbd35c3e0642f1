"""Sessions in the database, which knows the hashes of their names; the browser has the names."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapters.sessions import PostgresSessions
from runtime.stores import Stores
from tests.contracts.sessions import ADA, CONTENT, SessionsContract, start
from tests.doubles.sessions import MemorySessions
from tests.fixtures.clock import START
from tests.fixtures.house import House
from web.sessions import Sessions

ADDRESS = "ada@sample-dental.example"


class TestMemorySessions(SessionsContract):
    @pytest.fixture
    def sessions(self) -> Sessions:
        return MemorySessions()


class TestPostgresSessions(SessionsContract):
    @pytest.fixture
    def sessions(self, empty_vault: Stores) -> Sessions:
        return PostgresSessions(empty_vault.pool)


def rows(stores: Stores) -> list[Any]:
    with stores.pool.connection() as connection:
        return connection.execute("SELECT * FROM vault.session ORDER BY last_seen_at").fetchall()


def test_the_database_knows_the_hash_of_a_name_and_not_the_name(empty_vault: Stores):
    name = start(PostgresSessions(empty_vault.pool))
    digest = hashlib.sha256(name.encode()).digest()
    assert rows(empty_vault) == [(digest, ADA, CONTENT, START, START)]
    assert len(name) == 43


def test_the_last_sight_is_kept_to_half_a_minute(empty_vault: Stores):
    sessions = PostgresSessions(empty_vault.pool)
    name = start(sessions)
    sessions.load(name, at=START + timedelta(seconds=30))
    assert rows(empty_vault)[0][-1] == START
    sessions.load(name, at=START + timedelta(seconds=31))
    assert rows(empty_vault)[0][-1] == START + timedelta(seconds=31)


def test_sessions_that_have_ended_are_forgotten_when_another_begins(empty_vault: Stores):
    sessions = PostgresSessions(empty_vault.pool)
    start(sessions)
    living = sessions.start({}, user_id=None, at=START + timedelta(minutes=10))
    newest = sessions.start({}, user_id=None, at=START + timedelta(minutes=15))
    names = [hashlib.sha256(name.encode()).digest() for name in (living, newest)]
    assert [row[0] for row in rows(empty_vault)] == names


def test_a_session_that_somebody_else_is_ending_holds_nobody_up(empty_vault: Stores):
    sessions = PostgresSessions(empty_vault.pool)
    start(sessions)
    with empty_vault.pool.connection() as other:
        other.execute("DELETE FROM vault.session WHERE user_id = %s", (ADA,))
        with Stores.open(f"{empty_vault.database_url} options='-c lock_timeout=2s'") as impatient:
            later = START + timedelta(hours=1)
            name = PostgresSessions(impatient.pool).start({}, user_id=None, at=later)
    assert sessions.load(name, at=later) == {}


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("securemail")
    assert found is not None
    return found.value


def test_signing_in_gives_the_session_a_new_name_and_signing_out_ends_it(house: House):
    house.open_practice(address=ADDRESS)
    visitor = house.join(ADDRESS, "Ada Sample")
    inside = cookie(visitor.client)
    outsider = house.visitor()
    outsider.get("/sign-in")
    before = cookie(outsider.client)
    outsider.sign_in(ADDRESS)
    assert cookie(outsider.client) not in (before, inside)
    visitor.post("/sign-out")
    sessions = PostgresSessions(house.stores.pool)
    assert sessions.load(inside, at=house.clock()) is None
    signed_in = sessions.load(cookie(outsider.client), at=house.clock())
    assert signed_in is not None
    assert signed_in["user_id"] is not None


def test_a_stolen_name_from_before_the_sign_in_leads_nowhere(house: House):
    house.open_practice(address=ADDRESS)
    house.join(ADDRESS, "Ada Sample")
    victim = house.visitor()
    victim.get("/sign-in")
    planted = cookie(victim.client)
    victim.sign_in(ADDRESS)
    content = PostgresSessions(house.stores.pool).load(planted, at=house.clock())
    assert "user_id" not in (content or {})
