"""One sample of every notice, about invented people, for whoever wants to see how they look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import uuid5

from domain.aggregate import HOUSE
from domain.notification import Channel
from notifiers.desk import Desk
from notifiers.fictional import (
    SampleCodes,
    SampleEntitlements,
    SampleInbox,
    SampleLinks,
    SamplePayments,
    SampleReach,
    SampleRoster,
    SampleVault,
    payment,
    tier,
)
from notifiers.layout import lay_out, words_of_text
from notifiers.notice import Notice
from notifiers.occasions import MANNERS, WRITERS
from notifiers.samples import SAMPLES, Sample

if TYPE_CHECKING:
    from domain.phone_codes import PhoneCodes
    from domain.ports import Links, Vault


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One sample as it would leave; `words` are the text message or the call, if there is one."""

    name: str
    title: str
    subject: str
    text: str
    html: str
    words: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Shows every notice; its links lead to this house, but nowhere in it."""

    base_url: str
    clock: Callable[[], datetime]

    def exhibits(self) -> list[Exhibit]:
        """Return one sample of each notice, in the order in which people come across them."""
        now = self.clock()
        return [self._exhibit(sample, now) for sample in SAMPLES]

    def _exhibit(self, sample: Sample, now: datetime) -> Exhibit:
        desk = self._desk(sample, now)
        notice = Notice(
            notice_id=uuid5(HOUSE, f"sample notice {sample.name}"),
            occasion=sample.occasion,
            recipient_id=sample.recipient_id,
            owed_at=now,
            facts=sample.facts(now),
            channel=sample.channel,
        )
        to = desk.correspondent(sample.recipient_id)
        letter = WRITERS[sample.occasion](notice, to, desk)
        may_be_stopped = MANNERS[sample.occasion].is_by_preference
        is_mail = sample.channel is Channel.EMAIL
        stop_link = desk.stop_link(to) if may_be_stopped else None
        mail = lay_out(notice, to, letter, self.base_url, stop_link)
        return Exhibit(
            name=sample.name,
            title=sample.title,
            subject=mail.subject,
            text=mail.text if is_mail else "",
            html=mail.html if is_mail else "",
            words=words_of_text(letter) if may_be_stopped or not is_mail else "",
        )

    def _desk(self, sample: Sample, now: datetime) -> Desk:
        paid, held = payment(sample.payment, now), tier(sample.tier, now)
        return Desk(
            roster=SampleRoster(now=now),
            reach=SampleReach(),
            inbox=SampleInbox(now=now),
            payments=SamplePayments(item_paid=paid, entry=held),
            entitlements=SampleEntitlements(),
            vault=cast("Vault", SampleVault()),
            links=cast("Links", SampleLinks()),
            codes=cast("PhoneCodes", SampleCodes()),
            states=lambda _: [],
            base_url=self.base_url,
            clock=lambda: now,
        )
