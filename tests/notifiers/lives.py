"""The life of a notice as the log tells it, and what a carrier reports of it."""

from uuid import UUID

from domain.delivery_report import DeliveryReport, Outcome
from domain.notification import Notification
from tests.notifiers.post import Post


def life(post: Post, notice_id: UUID | None = None) -> list[Notification.Event]:
    """Return what the log says of a notice, of the only one if none is named."""
    notice_id = notice_id or post.owed()[0]["notice_id"]
    return list(post.stores.log.stream(notice_id))  # type: ignore[arg-type] # a notice's own


def report_of(post: Post, outcome: Outcome) -> None:
    """Let the carrier report what became of the only notice."""
    [notice_id] = [row["notice_id"] for row in post.owed()]
    report = DeliveryReport(UUID(int=7), notice_id, outcome, "5.1.1", post.clock())
    post.house.portal.delivering.hear([report], at=post.clock())
    post.house.projections.catch_up()
