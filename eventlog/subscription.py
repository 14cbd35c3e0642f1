"""Follows the order without an end, over as many connections as it takes."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventsourcing.persistence import (
    ApplicationRecorder,
    InterfaceError,
    Notification,
    OperationalError,
    Subscription,
)

from eventlog.sequencer import ORDERED
from eventlog.wake_up import WakeUp

if TYPE_CHECKING:
    from eventlog.postgres import Recorder

BATCH = 500
LOOK_SECONDS = 0.1
"""How long it sleeps at most, and so how long it takes to stop."""


class OrderedSubscription(Subscription[ApplicationRecorder]):
    """Events as they get their places, woken by the sequencer."""

    def __init__(self, recorder: "Recorder", gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._read: deque[Notification] = deque()
        self._wake_up = WakeUp(recorder.database_url, ORDERED)

    def __next__(self) -> Notification:
        """Return the next event, once there is one."""
        while not self._read and not self._has_been_stopped:
            if not self._pull():
                self._wake_up.wait(LOOK_SECONDS)
        if self._has_been_stopped:
            self._wake_up.close()
            raise StopIteration
        notification = self._read.popleft()
        self._last_notification_id = notification.id
        return notification

    def _pull(self) -> bool:
        try:
            self._read.extend(
                self._recorder.select_notifications(
                    self._last_notification_id,
                    BATCH,
                    topics=self._topics,
                    inclusive_of_start=False,
                )
            )
        except (InterfaceError, OperationalError):
            return False
        return bool(self._read)
