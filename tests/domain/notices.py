"""Notices as tests of the rules tell them: Ben is told of a message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.aggregate import MAIL_CARRIER, NOTIFIER
from domain.delivery_report import DeliveryReport, Outcome
from domain.notification import Channel, Fate, Notification
from tests.domain.people import BEN, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

NOTICE = UUID("00000000-0000-0000-0000-00000000ff01")
IN_A_MINUTE = NOW + timedelta(minutes=1)


def owe(at: datetime = NOW) -> Notification:
    return Notification.owe(
        notice_id=NOTICE,
        recipient_id=BEN,
        occasion="new-message",
        channel=Channel.EMAIL,
        at=at,
    )


def told(event: type[Notification.Event], *, by: UUID = NOTIFIER, **payload: Any) -> Fact:
    return fact(event, NOTICE, by=by, at=NOW, **payload)


def report(
    number: int, outcome: Outcome = Outcome.DELIVERED, at: datetime = NOW, status: str = ""
) -> DeliveryReport:
    return DeliveryReport(UUID(int=number), NOTICE, outcome, status, at)


def delivered(number: int, at: datetime = NOW, *, fate: Fate = Fate.DELIVERED) -> Fact:
    return told(
        Notification.NotificationDelivered,
        by=MAIL_CARRIER,
        report_id=UUID(int=number),
        reported_at=at,
        fate=fate,
    )


def bounced(
    number: int,
    outcome: Outcome = Outcome.BOUNCED,
    at: datetime = NOW,
    *,
    address_version: int = 3,
    lasting: bool = True,
) -> Fact:
    return told(
        Notification.NotificationBounced,
        by=MAIL_CARRIER,
        recipient_id=BEN,
        address_version=address_version,
        report_id=UUID(int=number),
        reported_at=at,
        outcome=outcome,
        status="5.1.1",
        lasting=lasting,
        fate=Fate.BOUNCED,
    )


OWED = told(
    Notification.NotificationOwed, recipient_id=BEN, occasion="new-message", channel=Channel.EMAIL
)
ACCEPTED = told(
    Notification.NotificationAccepted, carrier="sendgrid", reference="one", address_version=3
)
ABANDONED = told(Notification.NotificationAbandoned, cause="over")


def deferred(*, in_doubt: bool = False, address_version: int = 0) -> Fact:
    return told(
        Notification.NotificationDeferred,
        cause="429",
        in_doubt=in_doubt,
        address_version=address_version,
        next_try_at=IN_A_MINUTE,
    )


def accept(notice: Notification) -> None:
    notice.accept(carrier="sendgrid", reference="one", address_version=3, at=NOW)


def defer(notice: Notification) -> None:
    notice.defer(cause="429", in_doubt=False, next_try_at=IN_A_MINUTE, at=NOW)


def lose_the_answer(notice: Notification) -> None:
    notice.defer(cause="429", in_doubt=True, next_try_at=IN_A_MINUTE, at=NOW, address_version=3)


def abandon(notice: Notification) -> None:
    notice.abandon(cause="over", at=NOW)


def refuse(notice: Notification) -> None:
    notice.refuse(status="5.1.1", address_version=3, at=NOW)


def learn(*reports: DeliveryReport) -> Callable[[Notification], None]:
    def learned(notice: Notification) -> None:
        for one in reports:
            notice.learn(one, at=NOW)

    return learned


def tell(rules: Rules, command: Callable[[Notification], None]) -> Callable[[], None]:
    """Return a command for the one notice, as the log has it when the command is given."""

    def given() -> None:
        notice = rules.now(Notification, NOTICE)
        command(notice)
        rules.log.save(notice)

    return given
