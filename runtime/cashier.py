"""Sees to it that money is where it belongs: renews, charges, gives back, hears the card vendor.

It holds no key. What could not be done, because the vendor did not answer, is tried again with
growing pauses; what it could not do before it was cut off, the next one does.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol
from uuid import UUID

import psycopg
from eventsourcing.domain import EventSourcingError

from domain.billing import BillingIsUnavailable, Price
from domain.hearing import Hearing
from domain.purchasing import Purchasing
from domain.refusal import Refusal
from domain.renewing import Renewing
from domain.subscribing import Subscribing

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=15)

AT_ONCE = 100
"""How much of each kind is done in a round."""

MOST_SILENCES = 3
"""So often the vendor may not answer before the rest of a kind waits for the next round."""

logger = logging.getLogger(__name__)


class Duties(Protocol):
    """What is to be done about money, as the read models see it."""

    def reports(self) -> Sequence[UUID]:
        """Return reports that are not worked off."""

    def to_charge(self) -> Sequence[UUID]:
        """Return purchases whose saved card is to be charged."""

    def to_withdraw(self) -> Sequence[UUID]:
        """Return purchases whose charge nobody wants any more."""

    def to_refund(self) -> Sequence[UUID]:
        """Return purchases whose money goes back."""

    def to_close(self) -> Sequence[UUID]:
        """Return purchases whose card page would buy nothing any more."""

    def to_look_up(self, now: datetime) -> Sequence[UUID]:
        """Return purchases whose card page has been open for so long that news may be lost."""

    def cards_to_look_up(self, now: datetime) -> Sequence[tuple[UUID, UUID]]:
        """Return card updates, with their payers, whose page has been open for so long."""

    def to_renew(self, now: datetime) -> Sequence[UUID]:
        """Return people whose next term is to be paid."""

    def to_try_again(self, now: datetime) -> Sequence[UUID]:
        """Return people whose refused renewal is tried again by itself."""

    def to_lapse(self, now: datetime) -> Sequence[UUID]:
        """Return people whose paid tier is over."""

    def prices_to_announce(self, now: datetime) -> Sequence[tuple[UUID, Price]]:
        """Return people whose next term costs something else, with the price."""

    def expiring_cards(self, now: datetime) -> Sequence[UUID]:
        """Return payers whose card expires soon, and who pay for somebody."""


@dataclass
class Cashier:
    """Does what is due, however often it is cut off."""

    duties: Duties
    purchasing: Purchasing
    renewing: Renewing
    subscribing: Subscribing
    hearing: Hearing
    clock: Callable[[], datetime]
    pauses: dict[Hashable, tuple[datetime, timedelta]] = field(default_factory=dict)
    silences: int = 0

    def work(self) -> int:
        """Do the next of what is due; return how much was done."""
        now = self.clock()
        self._forget(now)
        return self._go_on(now) + self._hear() + self._collect() + self._give_back()

    def run(self, wait: Callable[[bool], bool]) -> None:
        """Work for good; `wait(idle)` pauses between rounds and says whether to go on."""
        while wait(self.work() == 0):
            pass

    def _forget(self, now: datetime) -> None:
        """Forget pauses that are over for so long that nobody can wait for them any more."""
        over = [key for key, (end, _) in self.pauses.items() if end + LONGEST_PAUSE < now]
        for key in over:
            del self.pauses[key]

    def _hear(self) -> int:
        now = self.clock()
        heard = self._each(self.hearing.work_off, self.duties.reports())
        looked_up = self.duties.to_look_up(now)
        cards = self.duties.cards_to_look_up(now)
        return (
            heard
            + self._each(self.purchasing.clearing.clear, looked_up)
            + sum(self._card_done(update_id, payer_id) for update_id, payer_id in cards)
        )

    def _collect(self) -> int:
        return self._each(self.renewing.charge, self.duties.to_charge())

    def _give_back(self) -> int:
        duties = self.duties
        return (
            self._each(self.renewing.withdraw, duties.to_withdraw())
            + self._each(self.purchasing.close, duties.to_close())
            + self._each(self.purchasing.refund, duties.to_refund())
        )

    def _go_on(self, now: datetime) -> int:
        duties, renewing = self.duties, self.renewing
        prices = duties.prices_to_announce(now)
        return (
            self._each(renewing.start, duties.to_renew(now))
            + self._each(renewing.try_again, duties.to_try_again(now))
            + self._each(renewing.lapse, duties.to_lapse(now))
            + sum(self._price_told(user_id, price) for user_id, price in prices)
            + sum(
                self._done(self.subscribing.announce_expiry, one)
                for one in duties.expiring_cards(now)
            )
        )

    def _card_done(self, update_id: UUID, payer_id: UUID) -> int:
        def settle(update_id: UUID, *, at: datetime) -> int:
            return self.subscribing.settle_card(update_id=update_id, payer_id=payer_id, at=at)[1]

        return self._done(settle, update_id)

    def _price_told(self, user_id: UUID, price: Price) -> int:
        def announce(user_id: UUID, *, at: datetime) -> int:
            return self.renewing.announce_price(user_id, price, at=at)

        return self._done(announce, user_id)

    def _each(self, command: Callable[..., int], about: Iterable[UUID]) -> int:
        """Give a command for what need not wait, for so many at once; say how many it changed."""
        name, now = getattr(command, "__name__", ""), self.clock()
        free = (one for one in about if self.pauses.get((name, one), (now,))[0] <= now)
        self.silences = 0
        return sum(
            self._done(command, one)
            for one in islice(free, AT_ONCE)
            if self.silences < MOST_SILENCES
        )

    def _done(self, command: Callable[..., int], about: UUID) -> int:
        """Give a command unless it has to wait; say whether it recorded anything."""
        now, key = self.clock(), (getattr(command, "__name__", ""), about)
        next_try, pause = self.pauses.get(key, (now, FIRST_PAUSE))
        if now < next_try:
            return 0
        try:
            written = command(about, at=now)
        except BillingIsUnavailable as reason:
            logger.warning("%s of %s is tried again: %s", *key, reason)
            written, self.silences = 0, self.silences + 1
        except Refusal as reason:
            logger.error("%s of %s was refused: %s", *key, type(reason).__name__)  # noqa: TRY400 - a traceback shows no more
            written, pause = 0, LONGEST_PAUSE
        except (EventSourcingError, psycopg.Error):
            raise  # nothing can be recorded now: whoever starts us again finds everything
        except Exception as mistake:  # noqa: BLE001 - it must not keep other money from moving
            logger.error("%s of %s failed: %s", *key, type(mistake).__name__)  # noqa: TRY400 - as above
            written, pause = 0, LONGEST_PAUSE
        if written:
            self.pauses.pop(key, None)
            return 1
        self.pauses[key] = (now + pause, min(2 * pause, LONGEST_PAUSE))
        return 0
