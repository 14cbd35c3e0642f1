"""All that can happen to notices, in one story: Dora is told of messages, and of Carla's phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid5

from domain.aggregate import MAIL_CARRIER, NOTIFIER, OPERATOR
from domain.delivery_report import DeliveryReport, Outcome
from domain.mailbox import Mailbox
from domain.notification import Channel, Notification
from domain.phone_proof import PhoneProof, phone_proof_of
from domain.practice import Practice
from domain.profile import NoticesBy, Profile
from domain.two_step import TwoStepPolicy
from projections.projection import Event
from tests.domain.people import CARLA, DORA, DORA_PAYS, OTHER_DENTAL, opened, sealed
from tests.fixtures.clock import START
from tests.scenario import Fact, Scenario, fact

NUMBERS = "the notices of a past"
TEN_MINUTES = timedelta(minutes=10)


@dataclass
class NoticesPast(Scenario):
    """The story, chapter by chapter."""

    time: datetime = START
    notices: int = 0

    def tell(self) -> list[Event]:
        self.given(*opened(OTHER_DENTAL, "Other Dental", DORA), *DORA_PAYS)
        self.choose()
        self.prove_phones()
        self.deliver()
        self.come_back()
        self.give_up()
        return [recorded.event for recorded in self.log.read(after=0, limit=1_000_000)]

    def later(self, minutes: int = 1) -> datetime:
        self.time += timedelta(minutes=minutes)
        return self.time

    def choose(self) -> None:
        """Let Dora say how she is told, first so, then otherwise, and who proves a phone."""
        profile = Profile.begin(DORA, at=self.later())
        profile.choose_notices(NoticesBy.TEXT, by_link=False, at=self.later())
        profile.choose_notices(NoticesBy.NONE, by_link=True, at=self.later())
        profile.choose_time_zone("America/Chicago", at=self.later())
        practice = self.now(Practice, OTHER_DENTAL)
        for colleagues in (False, True):
            policy = TwoStepPolicy(colleagues=colleagues, patients=True)
            practice.change_two_step_policy(policy, by=DORA, at=self.later())
        self.log.save(profile, practice)

    def prove_phones(self) -> None:
        """Let Carla prove her phone at the second try, and Dora give two numbers without proof."""
        self.log.save(PhoneProof.begin(CARLA, by=DORA, at=self.later()))
        self.log.save(PhoneProof.begin(DORA, by=DORA, at=self.later()))
        self.given(self.phone(CARLA, 2), self.code(CARLA, 1, "text"), self.code(CARLA, 2, "call"))
        self.given(self.tried(PhoneProof.PhoneCodeRefused, CARLA, 2))
        self.given(self.tried(PhoneProof.IdentityVerified, CARLA, 2))
        self.given(self.phone(DORA, 2), self.phone(DORA, 3))
        dora = self.now(PhoneProof, phone_proof_of(DORA))
        dora.change(sealed("+12025550199", DORA, "phone", 4), at=self.later())
        dora.omit(at=self.later())
        self.log.save(dora)

    def phone(self, user_id: UUID, version: int) -> Fact:
        proof_id = phone_proof_of(user_id)
        phone = sealed(f"+120255501{version:02}", user_id, "phone", version)
        told = {"user_id": user_id, "phone": phone}
        return fact(PhoneProof.PhoneGiven, proof_id, by=DORA, at=self.later(), **told)

    def code(self, user_id: UUID, number: int, channel: str) -> Fact:
        return fact(
            PhoneProof.PhoneCodeRequested,
            phone_proof_of(user_id),
            by=user_id,
            at=self.later(),
            user_id=user_id,
            code_id=uuid5(user_id, f"code {number}"),
            channel=channel,
            code_ends_at=self.time + TEN_MINUTES,
        )

    def tried(self, event: type[PhoneProof.Event], user_id: UUID, number: int) -> Fact:
        told = {"user_id": user_id, "code_id": uuid5(user_id, f"code {number}")}
        return fact(event, phone_proof_of(user_id), by=user_id, at=self.later(), **told)

    def owe(self, channel: Channel = Channel.EMAIL) -> Notification:
        self.notices += 1
        return Notification.owe(
            notice_id=uuid5(OPERATOR, f"{NUMBERS} {self.notices}"),
            recipient_id=DORA,
            occasion="new-message",
            channel=channel,
            at=self.later(),
        )

    def accepted(self, channel: Channel = Channel.EMAIL, *, version: int = 1) -> Notification:
        """Return a notice that a carrier took, at the second try."""
        notice = self.owe(channel)
        notice.defer(
            cause="answer lost",
            in_doubt=True,
            next_try_at=self.time + TEN_MINUTES,
            at=self.later(),
            address_version=version,
        )
        notice.accept(
            carrier="sendgrid" if channel is Channel.EMAIL else "twilio",
            reference=f"sample-{self.notices}",
            address_version=version,
            at=self.later(15),
        )
        return notice

    def report(self, notice: Notification, outcome: Outcome, status: str = "") -> None:
        report_id = uuid5(notice.id, f"{outcome} {self.later()}")
        report = DeliveryReport(report_id, notice.id, outcome, status, self.time)
        notice.learn(report, at=self.later())

    def deliver(self) -> None:
        """Let one notice on every channel arrive, and one be still on its way."""
        for channel in Channel:
            notice = self.accepted(channel)
            self.report(notice, Outcome.DEFERRED)
            self.report(notice, Outcome.DELIVERED)
            self.log.save(notice)
        self.log.save(self.accepted(), self.owe())

    def come_back(self) -> None:
        """Let mails come back in every way; Dora's address fails, is confirmed, and fails anew."""
        mailbox = Mailbox.begin(DORA, by=MAIL_CARRIER, at=self.later())
        for outcome in (Outcome.BLOCKED, Outcome.BOUNCED, Outcome.DROPPED):
            notice = self.accepted()
            self.report(notice, outcome, "5.1.1")
            self.log.save(notice)
            mailbox.confirm(by=DORA, at=self.later())
            mailbox.look(notice_id=None, by=OPERATOR, at=self.later())
            mailbox.refuse_reply(at=self.later())
            self.let_come_back(mailbox, notice)
        refused = self.owe()
        refused.refuse(status="5.1.1", address_version=1, at=self.later())
        self.log.save(refused, mailbox)

    def let_come_back(self, mailbox: Mailbox, notice: Notification) -> None:
        mailbox.come_back(
            notice_id=notice.id,
            address_version=notice.address_version,
            status="5.1.1",
            by=NOTIFIER,
            at=self.later(),
        )

    def give_up(self) -> None:
        """Give one notice up, and another one of which it turns out that it arrived."""
        given_up, arrived = self.owe(), self.owe(Channel.TEXT)
        given_up.abandon(cause="over", at=self.later())
        arrived.abandon(cause="too late", at=self.later())
        self.report(arrived, Outcome.DELIVERED)
        self.log.save(given_up, arrived)


@cache
def notices_past() -> list[Event]:
    return NoticesPast().tell()
