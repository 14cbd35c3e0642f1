"""Whoever waits for news of the log is woken at once, also after the connection was lost."""

import time
from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog.wake_up import APPENDED, WakeUp
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.eventlog.test_log import practice

AT_ONCE = 1.0
"""Seconds; in peace it is a few milliseconds, on a busy machine more, and never LONG."""

LONG = 30.0


@pytest.fixture
def wake_up(database_url: str) -> Iterator[WakeUp]:
    """Somebody who listens."""
    listening = WakeUp(database_url, APPENDED)
    listening.wait(LONG)
    yield listening
    listening.close()


def waited(wake_up: WakeUp, seconds: float = LONG) -> float:
    began = time.monotonic()
    wake_up.wait(seconds)
    return time.monotonic() - began


def test_an_append_wakes_who_waits(wake_up: WakeUp, stores: Stores):
    woken: list[float] = []
    waiter = Thread(target=lambda: woken.append(waited(wake_up) and time.monotonic()))
    waiter.start()
    stores.log.save(practice(1))
    appended = time.monotonic()
    waiter.join()
    assert woken[0] - appended < AT_ONCE


def test_an_append_while_nobody_waited_wakes_the_next_who_does(wake_up: WakeUp, stores: Stores):
    stores.log.save(practice(1))
    assert waited(wake_up) < AT_ONCE


def test_many_appends_wake_at_most_once_each_and_then_let_it_sleep(wake_up: WakeUp, stores: Stores):
    for number in range(20):
        stores.log.save(practice(number))
    wakes = 0
    while waited(wake_up, 0.3) < 0.3:
        wakes += 1
    assert 1 <= wakes <= 20


def test_without_an_append_the_bound_ends_the_wait(wake_up: WakeUp):
    assert 0.1 <= waited(wake_up, 0.1) < 0.1 + AT_ONCE


def test_a_new_listener_looks_once_more_before_it_waits(database_url: str, stores: Stores):
    listener = WakeUp(database_url, APPENDED)
    stores.log.save(practice(1))
    assert waited(listener) < AT_ONCE
    listener.close()


def test_a_lost_connection_is_replaced_and_nothing_appended_meanwhile_is_slept_over(
    wake_up: WakeUp, stores: Stores, server: EmbeddedPostgres
):
    with psycopg.connect(server.superuser_url) as superuser:
        superuser.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = %s AND query LIKE 'LISTEN%%'
            """,
            (conninfo_to_dict(stores.database_url)["dbname"],),
        )
    assert waited(wake_up) < 1
    stores.log.save(practice(1))
    assert waited(wake_up) < AT_ONCE
    stores.log.save(practice(2))
    assert waited(wake_up) < AT_ONCE


def test_a_database_that_is_away_is_only_a_pause(database_url: str):
    away = WakeUp(make_conninfo(database_url, port="1"), APPENDED)
    assert waited(away) < 1
    assert waited(away) < 1
