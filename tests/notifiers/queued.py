"""What is owed, put there by a test itself, without facts and without people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from psycopg import Connection

from domain.notification import Channel
from notifiers import channels, queue
from notifiers.manner import Manner
from notifiers.notice import Notice
from runtime.stores import Stores
from tests.fixtures.clock import Clock

NOBODY = UUID(int=1)
SENDER = 1


@dataclass
class Queued:
    """The queue and the channels of one house; notices are numbered as they are owed."""

    stores: Stores
    clock: Clock
    count: int = 0

    def owe(
        self,
        manner: Manner = Manner.INVITATION,
        *,
        channel: Channel = Channel.EMAIL,
        ago: float = 0,
        position: int = 0,
    ) -> UUID:
        """Owe another notice, since so many seconds, for a fact at a position of the log."""
        self.count += 1
        notice = Notice(
            uuid5(NOBODY, str(self.count)),
            "invented",
            NOBODY,
            self.clock() - timedelta(seconds=ago),
            channel=channel,
        )
        with self.stores.pool.connection() as connection:
            queue.owe(connection, [(notice, manner, position)])
        return notice.notice_id

    def take(
        self,
        most: int = 1,
        *,
        channel: Channel = Channel.EMAIL,
        shown: int = 0,
        sender: int = SENDER,
    ) -> set[UUID]:
        """Take so many at most, and keep them."""
        with self.taking(most, channel=channel, shown=shown, sender=sender) as taken:
            return {row.notice_id for row in taken}

    @contextmanager
    def taking(
        self,
        most: int = 1,
        *,
        channel: Channel = Channel.EMAIL,
        shown: int = 0,
        sender: int = SENDER,
    ) -> Iterator[list[queue.Row]]:
        """Take so many at most in a transaction that lasts as long as the block."""
        with self.stores.pool.connection() as connection:
            yield queue.take(
                connection, channel, sender=sender, most=most, shown=shown, now=self.clock()
            )

    def one_by_one(self, **asked: Any) -> list[UUID]:  # Any: as `take`
        """Take all that can be taken, each by itself, in the order in which that happens."""
        taken: list[UUID] = []
        while found := self.take(**asked):
            taken += found
        return taken

    def room(
        self, channel: Channel = Channel.EMAIL, *, rate: float = 10, most: int = 1000
    ) -> channels.Room:
        """Return how much may be taken, and take all of that at once."""
        with self.stores.pool.connection() as connection:
            return self.room_within(connection, channel, rate=rate, most=most)

    def room_within(
        self, connection: Connection[Any], channel: Channel, *, rate: float, most: int
    ) -> channels.Room:
        now = self.clock()
        room = channels.room(connection, channel, rate=rate, most=most, now=now)
        channels.used(connection, channel, room.most, rate=rate, is_trial=room.is_trial, now=now)
        return room

    def usable(self, shown: int = 0) -> list[Channel]:
        with self.stores.pool.connection() as connection:
            return channels.usable(connection, list(Channel), shown=shown, now=self.clock())

    def works(self, channel: Channel = Channel.EMAIL, *, is_trial: bool = False) -> None:
        with self.stores.pool.connection() as connection:
            channels.works(connection, channel, is_trial=is_trial, now=self.clock())

    def fails(
        self,
        times: int = 1,
        *,
        channel: Channel = Channel.EMAIL,
        is_trial: bool = False,
        pause: timedelta | None = None,
    ) -> None:
        with self.stores.pool.connection() as connection:
            for _ in range(times):
                channels.fails(
                    connection, channel, is_trial=is_trial, pause=pause, now=self.clock()
                )

    def untried(self, channel: Channel = Channel.EMAIL) -> None:
        with self.stores.pool.connection() as connection:
            channels.untried(connection, channel)
