"""A small town: two practices and their patients, who act through the real commands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.attaching import Attaching
from domain.attachment import USUAL_LIMITS
from domain.corresponding import Corresponding
from domain.inviting import Inviting
from domain.plan import MONTHLY, Plan
from domain.ports import LinkPurpose
from domain.proving import Proving
from domain.purchasing import Ways
from domain.registering import Registering, Registration
from domain.role import RecipientRole
from domain.subscription import Subscription, subscription_of
from runtime.billing import Money
from runtime.stores import Stores
from tests.doubles.billing import MemoryBilling
from tests.doubles.credentials import MemoryLinks, MemoryPasswords
from tests.doubles.phone_codes import MemoryCodePace, MemoryPhoneCodes
from tests.doubles.uploads import MemoryUploads
from tests.doubles.vault import MemoryVault
from tests.fixtures.clock import START
from tests.projections.rows import runner

SAMPLE_DENTAL = UUID("00000000-0000-0000-0000-00000000aa01")
ADA = UUID("00000000-0000-0000-0000-00000000bb01")
ADAS_ADDRESS = "ada@sample-dental.example"
BENS_ADDRESS = "ben@sample-dental.example"
CARLAS_ADDRESS = "carla@people.example"
DORAS_ADDRESS = "dora@other-dental.example"


@dataclass
class Town:
    """Time goes on by a minute with every act; the read models follow at once."""

    stores: Stores
    now: datetime = START
    vault: MemoryVault = field(default_factory=MemoryVault)
    links: MemoryLinks = field(default_factory=MemoryLinks)
    billing: MemoryBilling = field(default_factory=MemoryBilling)
    drawn: int = 0

    def __post_init__(self) -> None:
        log = self.stores.log
        self.inviting = Inviting(log, self.vault)
        self.uploads = MemoryUploads(self.vault)
        attaching = Attaching(log, self.uploads, USUAL_LIMITS)
        self.corresponding = Corresponding(log, self.vault, self.inviting, attaching)
        self.money = Money.over(log, self.billing)
        passwords = MemoryPasswords(self.links)
        self.proving = Proving(log, self.vault, MemoryPhoneCodes(), MemoryCodePace(), passwords)
        self.registering = Registering(
            log, self.vault, self.links, passwords, self.inviting, self.proving
        )

    def tick(self) -> datetime:
        runner(self.stores).catch_up()
        self.now += timedelta(minutes=1)
        return self.now

    def new_id(self) -> UUID:
        self.drawn += 1
        return UUID(int=self.drawn)

    def who(self, address: str) -> UUID:
        holder = self.inviting.holder(address)
        assert holder is not None
        return holder

    def open_practice(self, *, paid: bool = True) -> datetime:
        at = self.tick()
        self.inviting.open_practice(
            practice_id=SAMPLE_DENTAL,
            user_id=ADA,
            name="Sample Dental",
            address=ADAS_ADDRESS,
            full_name="Ada Sample",
            paid=paid,
            at=at,
        )
        self.tick()
        return at

    def link(self, user_id: UUID, purpose: LinkPurpose) -> str:
        end = self.now + timedelta(hours=1)
        return self.links.mint(user_id, purpose, at=self.now, expires_at=end)

    def register(self, address: str, full_name: str, practice_name: str = "") -> datetime:
        user_id, at = self.who(address), self.tick()
        self.registering.complete(
            token=self.link(user_id, LinkPurpose.REGISTER),
            registration=Registration(address, "+12025550123", full_name, practice_name, True),  # noqa: FBT003 - the last of a form's five answers
            at=at,
        )
        self.tick()
        return at

    def set_password(self, address: str) -> None:
        token = self.link(self.who(address), LinkPurpose.SET_PASSWORD)
        password = "quiet-lantern-orbit-fig"
        self.registering.set_password(token=token, password=password, context=[], at=self.tick())
        self.tick()

    def join(self, address: str, full_name: str, practice_name: str = "") -> None:
        self.register(address, full_name, practice_name)
        self.set_password(address)

    def write(
        self, sender: str, to: str, role: RecipientRole | None = None, subject: str = "A subject"
    ) -> UUID:
        message_id = self.new_id()
        self.corresponding.send(
            message_id=message_id,
            sender_id=self.who(sender),
            to=to,
            role=role,
            subject=subject,
            body=f"Body of {subject}",
            at=self.tick(),
        )
        self.tick()
        return message_id

    def reply(self, sender: str, to_message_id: UUID) -> UUID:
        message_id = self.new_id()
        self.corresponding.reply(
            message_id=message_id,
            sender_id=self.who(sender),
            to_message_id=to_message_id,
            body="A reply",
            at=self.tick(),
        )
        self.tick()
        return message_id

    def look(self, reader: str, *message_ids: UUID) -> datetime:
        at = self.tick()
        self.corresponding.look(reader_id=self.who(reader), message_ids=message_ids, at=at)
        self.tick()
        return at

    def start_to_buy(self, address: str, plan: Plan = MONTHLY, by: str = "") -> UUID:
        """Let somebody choose "Buy Now", for herself unless it is said by whom."""
        purchase_id = self.new_id()
        self.money.purchasing.start(
            purchase_id=purchase_id,
            buyer_id=self.who(by or address),
            user_id=self.who(address),
            plan=plan,
            ways=Ways("https://securemail.example/return", "https://securemail.example/away"),
            at=self.tick(),
        )
        self.tick()
        return purchase_id

    def pay(self, purchase_id: UUID, card: str = "good") -> datetime:
        """Let a card page be paid."""
        at = self.tick()
        self.billing.pay(f"cs_memory_{purchase_id.hex}", card)
        self.money.clearing.clear(purchase_id, at=at)
        self.tick()
        return at

    def renew(self, address: str) -> UUID:
        """Let the saved card be charged for the next term."""
        at, user_id = self.tick(), self.who(address)
        self.money.renewing.start(user_id, at=at)
        subscription = self.stores.log.repository.get(subscription_of(user_id))
        assert isinstance(subscription, Subscription)
        assert subscription.renewal_id is not None
        renewal_id = subscription.renewal_id
        self.money.renewing.charge(renewal_id, at=at)
        self.tick()
        return renewal_id
