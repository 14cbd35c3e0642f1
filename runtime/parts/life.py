"""When a part of the product ends: when it is told to, and when whoever started it is gone."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from eventlog.wake_up import WakeUp

IDLE_SECONDS = 0.5
"""How long an idle part sleeps at most, if nobody appends."""


def end_with_starter() -> None:
    """End this process in good order as soon as its standard input is closed.

    Ctrl-C reaches every process of a terminal; only the starter minds it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def end_with_parent() -> None:
    """End this process at once when its parent is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def until_told_to_stop(database_url: str, channel: str) -> Callable[[bool], bool]:
    """Return the pause between two rounds of a worker, ended early by whoever tells on the channel.

    It says no once the process should end.
    """
    stopping = threading.Event()
    wake_up = WakeUp(database_url, channel)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    def wait(idle: bool) -> bool:  # noqa: FBT001 - the workers' own signature
        if idle and not stopping.is_set():
            wake_up.wait(IDLE_SECONDS)
        return not stopping.is_set()

    return wait


def at_intervals(seconds: float) -> Callable[[bool], bool]:
    """Return the pause of a worker whose work comes with time; it says no once it should end."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    def wait(idle: bool) -> bool:  # noqa: FBT001 - the workers' own signature
        return not stopping.wait(seconds if idle else 0)

    return wait
