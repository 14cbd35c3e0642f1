"""A long history as practices make it: real commands in a random order, refused ones among them.

The same seed always gives the same history. The commands run in memory; the events that they leave
are what the tests append to the real log.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from domain.attaching import Attaching
from domain.attachment import USUAL_LIMITS, Attachment
from domain.clearing import Clearing
from domain.corresponding import Corresponding
from domain.inviting import Inviting
from domain.message import Message
from domain.plan import MONTHLY
from domain.ports import LinkPurpose
from domain.proving import Proving
from domain.purchasing import Purchasing, Ways
from domain.refusal import Refusal
from domain.registering import Registering, Registration
from domain.role import Kind, RecipientRole
from domain.signing_in import SigningIn
from eventlog.log import IN_MEMORY, EventLog
from projections.projection import Event
from tests.doubles.billing import MemoryBilling
from tests.doubles.credentials import MemoryCredentials, MemoryLinks, MemoryPasswords
from tests.doubles.devices import MemoryDevices
from tests.doubles.phone_codes import MemoryCodePace, MemoryPhoneCodes
from tests.doubles.uploads import MemoryUploads
from tests.doubles.vault import MemoryVault
from tests.fixtures.clock import START
from tests.projections.accounts_past import accounts_past
from tests.projections.endings import Endings
from tests.projections.invitations_past import invitations_past
from tests.projections.money_past import money_past
from tests.projections.notices_past import notices_past

PASSWORD = "quiet-lantern-orbit-fig"


@dataclass
class History(Endings):
    """Everybody who acts, and what they know of each other."""

    chance: random.Random
    now: datetime = START
    log: EventLog = field(default_factory=lambda: EventLog(IN_MEMORY))
    vault: MemoryVault = field(default_factory=MemoryVault)
    links: MemoryLinks = field(default_factory=MemoryLinks)
    billing: MemoryBilling = field(default_factory=MemoryBilling)
    addresses: list[str] = field(default_factory=lambda: ["nobody@known.example"])
    practices: list[UUID] = field(default_factory=list)
    purchases: list[UUID] = field(default_factory=list)
    past: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        passwords = MemoryPasswords(self.links)
        self.inviting = Inviting(self.log, self.vault)
        self.uploads = MemoryUploads(self.vault)
        self.attaching = Attaching(self.log, self.uploads, USUAL_LIMITS)
        self.corresponding = Corresponding(self.log, self.vault, self.inviting, self.attaching)
        self.clearing = Clearing(self.log, self.billing)
        self.purchasing = Purchasing(self.log, self.billing, self.clearing)
        self.signing_in = SigningIn(self.log, passwords, self.inviting, MemoryDevices())
        self.proving = Proving(
            self.log, self.vault, MemoryPhoneCodes(), MemoryCodePace(), passwords
        )
        self.registering = Registering(
            self.log, self.vault, self.links, passwords, self.inviting, self.proving
        )
        self.begin_to_end(MemoryCredentials(self.links, passwords))

    def events(self) -> list[Event]:
        news = self.log.read(after=len(self.past), limit=1_000_000)
        self.past += [recorded.event for recorded in news]
        return self.past

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def new_address(self) -> str:
        self.addresses.append(f"person-{len(self.addresses)}@people.example")
        return self.addresses[-1]

    def address(self) -> str:
        return self.chance.choice(self.addresses)

    def somebody(self) -> UUID:
        return self.inviting.holder(self.address()) or self.new_id()

    def message(self) -> tuple[UUID, UUID]:
        """Return a message with its recipient, or with somebody else."""
        message = self.chance.choice(
            [event for event in self.events() if isinstance(event, Message.MessageSent)]
        )
        return message.originator_id, self.chance.choice([message.recipient_id, self.somebody()])

    def open_practice(self) -> object:
        self.practices.append(self.new_id())
        return self.inviting.open_practice(
            practice_id=self.practices[-1],
            user_id=self.new_id(),
            name=f"Practice {len(self.practices) % 5}",
            address=self.new_address(),
            full_name="Ada Sample",
            paid=self.chance.random() < 0.8,
            at=self.now,
        )

    def add_member(self) -> object:
        return self.inviting.add_member(
            practice_id=self.chance.choice(self.practices),
            user_id=self.new_id(),
            address=self.new_address(),
            kind=self.chance.choice([Kind.DOCTOR, Kind.STAFF]),
            at=self.now,
        )

    def write(self, to: str, role: RecipientRole | None) -> object:
        sender_id = self.somebody()
        return self.corresponding.send(
            message_id=self.new_id(),
            sender_id=sender_id,
            to=to,
            role=role,
            subject="A subject",
            body="A body",
            attachment_ids=self.files(sender_id),
            at=self.now,
        )

    def files(self, owner_id: UUID) -> list[UUID]:
        """Let some files arrive, mostly none."""
        count = self.chance.choice([0, 0, 1, 2])
        arrived = [self.uploads.arrived(self.new_id(), owner_id=owner_id) for _ in range(count)]
        return [file.attachment_id for file in arrived]

    def download(self) -> object:
        file = self.one_of(Attachment.FileAttached)
        return self.attaching.download(file.originator_id, by=self.somebody(), at=self.now)

    def find_damage(self) -> object:
        file = self.one_of(Attachment.FileAttached)
        return self.attaching.report_damage(file.originator_id, by=self.somebody(), at=self.now)

    def write_to_a_stranger(self) -> object:
        return self.write(self.new_address(), self.chance.choice(list(RecipientRole)))

    def write_to_an_acquaintance(self) -> object:
        return self.write(self.address(), None)

    def reply(self) -> object:
        message_id, reader_id = self.message()
        return self.corresponding.reply(
            message_id=self.new_id(),
            sender_id=reader_id,
            to_message_id=message_id,
            body="A reply",
            attachment_ids=self.files(reader_id),
            at=self.now,
        )

    def look(self) -> object:
        message_id, reader_id = self.message()
        return self.corresponding.look(reader_id=reader_id, message_ids=[message_id], at=self.now)

    def link(self, user_id: UUID, purpose: LinkPurpose) -> str:
        end = self.now + timedelta(hours=72)
        return self.links.mint(user_id, purpose, at=self.now, expires_at=end)

    def register(self) -> object:
        address = self.address()
        registration = Registration(
            address=address,
            cell_phone="+12025550123",
            full_name=f"Ben Desk {self.chance.randrange(9)}",
            practice_name="Own Practice",
            accepts_terms=self.chance.random() < 0.9,
        )
        holder = self.inviting.holder(address) or self.new_id()
        token = self.link(holder, LinkPurpose.REGISTER)
        return self.registering.complete(token=token, registration=registration, at=self.now)

    def set_password(self) -> object:
        token = self.link(self.somebody(), LinkPurpose.SET_PASSWORD)
        return self.registering.set_password(
            token=token, password=PASSWORD, context=[], at=self.now
        )

    def forget_password(self) -> object:
        return self.registering.request_password_reset(address=self.address(), at=self.now)

    def sign_in(self) -> object:
        password = self.chance.choice([PASSWORD, "wrong"])
        device = "at home" if self.now.minute % 2 else "at the practice"
        return self.signing_in.sign_in(
            address=self.address(), password=password, device=device, at=self.now
        )

    def sign_out(self) -> object:
        return self.signing_in.sign_out(user_id=self.somebody(), at=self.now)

    def start_to_buy(self) -> object:
        self.purchases.append(self.new_id())
        buyer_id = self.somebody()
        return self.purchasing.start(
            purchase_id=self.purchases[-1],
            buyer_id=buyer_id,
            user_id=self.chance.choice([buyer_id, buyer_id, self.somebody()]),
            plan=MONTHLY,
            ways=Ways("https://securemail.example/return", "https://securemail.example/cancel"),
            at=self.now,
        )

    def pay(self) -> object:
        purchase_id = self.chance.choice(self.purchases)
        self.billing.pay(f"cs_memory_{purchase_id.hex}")
        return self.clearing.clear(purchase_id, at=self.now)

    def live(self, commands: int) -> list[Event]:
        """Give so many commands, and return every event that they left."""
        acts: list[Callable[[], object]] = [
            *[self.write_to_an_acquaintance, self.reply, self.look, self.register] * 6,
            *[self.set_password] * 6,
            *[self.write_to_a_stranger, self.sign_in, self.start_to_buy, self.pay] * 2,
            *[self.download] * 6,
            self.find_damage,
            *[self.open_practice, self.add_member, self.forget_password, self.sign_out],
            *self.acts_that_end(),
        ]
        self.open_practice()
        for _ in range(commands):
            self.now += timedelta(minutes=self.chance.randrange(90))
            self.perhaps(self.chance.choice(acts))
        return self.events()

    @staticmethod
    def perhaps(act: Callable[[], object]) -> None:
        """Do something that may be refused, or that nobody is there to do."""
        try:
            act()
        except (Refusal, IndexError, KeyError, StopIteration):
            return


@cache
def history(seed: int, commands: int = 500) -> list[Event]:
    """Return what practices did, and then what happened to money, notices and invitations."""
    past = History(random.Random(seed)).live(commands)  # noqa: S311 - the same history each time
    return [*past, *money_past(), *notices_past(), *accounts_past(), *invitations_past()]


def long_past() -> list[Event]:
    """Return a history of more than one batch."""
    return history(seed=6, commands=2_300)
