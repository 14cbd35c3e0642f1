"""Tells everybody in a process at once how far the read models have come, over one connection."""

import threading

from eventlog.wake_up import WakeUp
from projections.positions import MOVED

LOOK_SECONDS = 1.0


class News:
    """Listens from a thread of its own, begun when somebody first waits."""

    def __init__(self, database_url: str) -> None:
        self._wake_up = WakeUp(database_url, MOVED)
        self._moved = threading.Condition()
        self._shown = 0
        self._thread: threading.Thread | None = None

    def wait(self, notification_id: int, seconds: float) -> bool:
        """Wait to be told that all read models show an event; say whether that was told in time."""
        with self._moved:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True)
                self._thread.start()
            return self._moved.wait_for(lambda: self._shown >= notification_id, seconds)

    def _listen(self) -> None:
        while True:
            told = self._wake_up.wait(LOOK_SECONDS)
            if told:
                with self._moved:
                    self._shown = max(self._shown, int(told))
                    self._moved.notify_all()
