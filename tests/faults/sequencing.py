"""A sequencer in the test's own process: in a thread, or step by step."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from eventlog.sequencer import Sequencer
from eventlog.wake_up import APPENDED, WakeUp

LOOK_SECONDS = 0.05


@contextmanager
def sequencing(database_url: str) -> Iterator[None]:
    """Order all that is appended, beside the block, over as many connections as it takes.

    What was decided when the block ended has its place afterwards, unless the server is away.
    """
    stopping = threading.Event()
    thread = threading.Thread(target=order, args=(database_url, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def order(database_url: str, stopping: threading.Event) -> None:
    """Order until told to stop, and once more."""
    wake_up, is_over = WakeUp(database_url, APPENDED), False
    while not is_over:
        try:
            with in_office(database_url) as sequencer:
                while not is_over:
                    is_over = stopping.is_set()
                    sequencer.catch_up()
                    wake_up.wait(0 if is_over else LOOK_SECONDS)
        except psycopg.OperationalError:
            is_over = stopping.wait(LOOK_SECONDS)
    wake_up.close()


@contextmanager
def in_office(database_url: str) -> Iterator[Sequencer]:
    """Be the sequencer."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        sequencer = Sequencer(connection)
        while not sequencer.campaign():
            pass
        yield sequencer
