"""All that can happen to invitations, in one story: Frida invites people to her practice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid5

from domain.aggregate import HOUSE, MAIL_CARRIER
from domain.mailbox import Mailbox
from domain.ports import LinkPurpose, sealed_in_version
from domain.registering import Registration
from domain.role import RecipientRole
from domain.user import User
from projections.projection import Event
from tests.domain.people import given_the_paid_tier, invited, opened, registered, with_password
from tests.domain.rules import Rules
from tests.doubles.vault import MemoryVault
from tests.fixtures.clock import START

PRACTICE, FRIDA = uuid5(HOUSE, "practice of Frida"), uuid5(HOUSE, "Frida")


class InvitationsPast(Rules):
    """The story, chapter by chapter."""

    def __init__(self) -> None:
        super().__init__(vault=MemoryVault())
        self.time = START
        self.messages = 0

    def begin(self) -> None:
        """Let Frida have a practice, and pay."""
        self.given(
            *opened(PRACTICE, "Frida's Dental", FRIDA),
            *invited(FRIDA, "frida@dental.example", "doctor", practice_id=PRACTICE),
            registered(FRIDA, PRACTICE),
            with_password(FRIDA),
            given_the_paid_tier(FRIDA),
        )

    def tell(self) -> list[Event]:
        self.begin()
        self.answer_late()
        self.correct_and_register()
        self.withdraw()
        self.leave_unread()
        self.write("never@people.example")
        return [recorded.event for recorded in self.log.read(after=0, limit=1_000_000)]

    def later(self, **time: float) -> datetime:
        self.time += timedelta(**(time or {"minutes": 5}))
        return self.time

    def write(self, to: str, role: RecipientRole | None = RecipientRole.PATIENT) -> UUID:
        """Let Frida write to somebody; return to whom."""
        self.messages += 1
        self.corresponding.send(
            message_id=self.message(self.messages),
            sender_id=FRIDA,
            to=to,
            role=role,
            subject="A subject",
            body="A body",
            at=self.later(),
        )
        holder = self.inviting.holder(to)
        assert holder is not None
        return holder

    def message(self, number: int) -> UUID:
        return uuid5(FRIDA, f"message {number}")

    def decide(self, command: Callable[..., int], user_id: UUID, **about: str) -> None:
        command(user_id=user_id, by=FRIDA, at=self.later(), **about)

    def remind(self, user_id: UUID, days: int) -> None:
        self.reminding.remind(user_id, at=self.later(days=days))

    def register(self, user_id: UUID, address: str) -> None:
        end, version = self.later(days=1), sealed_in_version(self.now(User, user_id).email)
        token = self.links.mint(
            user_id,
            LinkPurpose.REGISTER,
            at=end,
            expires_at=end + timedelta(days=1),
            version=version,
        )
        registration = Registration(address, "+12025550123", "A Person", "", accepts_terms=True)
        self.registering.complete(token=token, registration=registration, at=end)

    def come_back(self, user_id: UUID) -> Mailbox:
        mailbox = Mailbox.begin(user_id, by=MAIL_CARRIER, at=self.later())
        mailbox.come_back(
            notice_id=uuid5(user_id, "notice"),
            address_version=1,
            status="5.1.1",
            by=MAIL_CARRIER,
            at=self.later(),
        )
        return mailbox

    def answer_late(self) -> None:
        """Let Gus be reminded twice, be sent the mail once more, be reminded again, and come."""
        gus = self.write("gus@people.example")
        self.remind(gus, 3)
        self.remind(gus, 8)
        self.decide(self.invitations.resend, gus)
        self.remind(gus, 4)
        self.register(gus, "gus@people.example")

    def correct_and_register(self) -> None:
        """Let the mail to Hana come back, her address be corrected, and her register from there."""
        hana = self.write("hana@wrong.example")
        self.log.save(self.come_back(hana))
        self.decide(self.invitations.resend, hana)
        self.decide(self.invitations.amend, hana, address="hana@right.example")
        self.remind(hana, 3)
        self.register(hana, "hana@right.example")

    def withdraw(self) -> None:
        """Let Ivo's invitation be corrected and withdrawn, and somebody be invited in his place."""
        ivo = self.write("ivo@people.example")
        self.decide(self.invitations.amend, ivo, address="ivo@other.example")
        self.decide(self.invitations.withdraw, ivo)
        self.write("ivo@other.example")
        self.write("ivo@people.example")

    def leave_unread(self) -> None:
        """Let Gus be reminded of two messages at once, read one, and have the other taken back."""
        first, second = self.messages + 1, self.messages + 2
        gus = self.write("gus@people.example", None)
        self.write("gus@people.example", None)
        both = [self.message(first), self.message(second)]
        self.reminding.nudge(both, at=self.later(days=2))
        self.corresponding.look(reader_id=gus, message_ids=both[:1], at=self.later())
        self.ending.recall(message_ids=both, reason="A mistake", by=FRIDA, at=self.later())


@cache
def invitations_past() -> list[Event]:
    return InvitationsPast().tell()
