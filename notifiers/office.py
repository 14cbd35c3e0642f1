"""Puts the parts of the notifier together over one log and one pool of connections."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from psycopg_pool import ConnectionPool

from domain.notification import Channel
from domain.phone_codes import PhoneCodes
from domain.ports import Links, Vault
from eventlog.log import EventLog
from notifiers.desk import USUAL_TIME_ZONE, Desk
from notifiers.mailer import Mailer
from notifiers.outcomes import Outcomes
from notifiers.planner import Planner
from notifiers.queue import states
from notifiers.runner import USUAL_RATES, Runner
from notifiers.sender import Sender
from notifiers.texter import Texter
from projections.entitlements import Entitlements
from projections.inbox import Inbox
from projections.payments import Payments
from projections.reach import Reach
from projections.roster import Roster


def desk_over(
    pool: ConnectionPool[Any],
    *,
    vault: Vault,
    links: Links,
    codes: PhoneCodes,
    base_url: str,
    clock: Callable[[], datetime],
    time_zone: str = USUAL_TIME_ZONE,
) -> Desk:
    """Return what notices are written with."""
    return Desk(
        roster=Roster(pool),
        reach=Reach(pool),
        inbox=Inbox(pool),
        payments=Payments(pool),
        entitlements=Entitlements(pool),
        vault=vault,
        links=links,
        codes=codes,
        states=partial(states, pool),
        base_url=base_url,
        clock=clock,
        time_zone=time_zone,
    )


def runner_over(
    log: EventLog,
    pool: ConnectionPool[Any],
    desk: Desk,
    mailer: Mailer,
    texter: Texter | None = None,
    *,
    senders: int = 1,
    rates: Mapping[Channel, float] = USUAL_RATES,
) -> Runner:
    """Return a notifier with these carriers, of which `senders` are at work at once."""
    outcomes = Outcomes(log, pool, desk.clock)
    return Runner(
        pool=pool,
        desk=desk,
        planner=Planner(log, pool, desk.reach, has_texts=texter is not None),
        sender=Sender(pool, desk, outcomes, mailer, texter),
        senders=senders,
        rates=rates,
    )
