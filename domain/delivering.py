"""What carriers report about notices, and whether people's addresses work: recorded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import MAIL_CARRIER, Aggregate, Log, find, save, until_unopposed
from domain.delivery_report import DeliveryReport
from domain.mailbox import Mailbox, mailbox_of
from domain.notification import LASTING, Channel, Notification


@dataclass(frozen=True, slots=True)
class Delivering:
    """Commands about what became of notices; what is known already changes nothing."""

    log: Log

    def hear(self, reports: Sequence[DeliveryReport], *, at: datetime) -> int:
        """Record what a carrier reports; about notices that are not ours nothing is recorded.

        An address from which a mail came back for good is not written to until it is confirmed.
        """

        def command() -> int:
            changed: dict[UUID, Aggregate] = {}
            for report in reports:
                self._learn(report, changed, at)
            return save(self.log, *changed.values())

        return until_unopposed(command)

    def confirm_address(self, *, user_id: UUID, by: UUID, at: datetime) -> int:
        """Record that mails to a person's address arrive again, as somebody who knows says."""

        def command() -> int:
            mailbox = find(self.log, Mailbox, mailbox_of(user_id))
            if mailbox is None:
                return 0
            mailbox.confirm(by=by, at=at)
            return save(self.log, mailbox)

        return until_unopposed(command)

    def look(self, *, user_id: UUID, notice_id: UUID | None, by: UUID, at: datetime) -> int:
        """Record that support looks at what became of a person's notices, or of one of them."""

        def command() -> int:
            mailbox = find(self.log, Mailbox, mailbox_of(user_id))
            mailbox = mailbox or Mailbox.begin(user_id, by=by, at=at)
            mailbox.look(notice_id=notice_id, by=by, at=at)
            return save(self.log, mailbox)

        return until_unopposed(command)

    def _learn(self, report: DeliveryReport, changed: dict[UUID, Aggregate], at: datetime) -> None:
        found = changed.get(report.notice_id) or find(self.log, Notification, report.notice_id)
        if not isinstance(found, Notification):
            return
        changed[found.id] = found
        is_news = found.learn(report, at=at)
        is_about_mailbox = found.channel is Channel.EMAIL and found.address_version > 0
        if is_news and report.outcome in LASTING and is_about_mailbox:
            known = changed.get(mailbox_of(found.recipient_id))
            mailbox = known if isinstance(known, Mailbox) else None
            mailbox = came_back(self.log, found, status=report.status, at=at, mailbox=mailbox)
            changed[mailbox.id] = mailbox


def came_back(
    log: Log,
    notification: Notification,
    *,
    status: str,
    at: datetime,
    mailbox: Mailbox | None = None,
    address_version: int | None = None,
) -> Mailbox:
    """Return the recipient's mailbox, unsaved, to which it was recorded that a mail came back.

    `address_version` is to where it went, if the notification does not know that itself.
    """
    user_id = notification.recipient_id
    mailbox = mailbox or find(log, Mailbox, mailbox_of(user_id))
    mailbox = mailbox or Mailbox.begin(user_id, by=MAIL_CARRIER, at=at)
    mailbox.come_back(
        notice_id=notification.id,
        address_version=address_version or notification.address_version,
        status=status,
        by=MAIL_CARRIER,
        at=at,
    )
    return mailbox
