"""A house whose mails are carried by the double, with links that are the same each time."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from adapters.phone_codes import SealedPhoneCodes
from adapters.vault import PostgresVault
from domain.plan import MONTHLY
from domain.ports import LinkPurpose
from domain.purchasing import Ways
from domain.registering import Registration
from domain.role import RecipientRole
from notifiers.mailer import Mail, Mailer
from notifiers.office import desk_over, runner_over
from notifiers.runner import Runner
from runtime.stores import Stores
from tests.doubles.credentials import MemoryLinks
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.clock import Clock
from tests.fixtures.house import PASSWORD, House

BASE_URL = "https://securemail.example"
ADAS_ADDRESS = "ada@sample-dental.example"
BENS_ADDRESS = "ben@sample-dental.example"
CARLAS_ADDRESS = "carla@people.example"
EVERYBODY = [f"person-{number:02}@people.example" for number in range(20)]


@dataclass
class Post:
    """The post room: people act, the read models follow, and mails leave when a test says so."""

    house: House
    mailer: MemoryMailer = field(default_factory=MemoryMailer)

    def __post_init__(self) -> None:
        self.runner = self.runner_with(self.mailer)
        self.house.notices = self.runner

    @property
    def stores(self) -> Stores:
        return self.house.stores

    @property
    def clock(self) -> Clock:
        return self.house.clock

    def runner_with(self, mailer: Mailer, stores: Stores | None = None) -> Runner:
        """Return a runner that hands its mails to somebody."""
        stores = stores or self.stores
        vault = PostgresVault(stores.pool, self.house.keyring.only("personal"))
        desk = desk_over(
            stores.pool,
            vault=vault,
            links=MemoryLinks(),
            codes=SealedPhoneCodes(stores.pool, vault),
            base_url=BASE_URL,
            clock=self.clock,
        )
        return runner_over(stores.log, stores.pool, desk, mailer)

    def who(self, address: str) -> UUID:
        holder = self.house.portal.inviting.holder(address)
        assert holder is not None
        return holder

    def open_practice(self, name: str = "Sample Dental", full_name: str = "Ada Sample") -> None:
        """Open a practice with its doctor, and tell nobody yet."""
        self.house.portal.inviting.open_practice(
            practice_id=self.house.portal.new_id(),
            user_id=self.house.portal.new_id(),
            name=name,
            address=ADAS_ADDRESS,
            full_name=full_name,
            paid=True,
            at=self.clock(),
        )
        self.house.projections.catch_up()

    def register(self, address: str, full_name: str, cell_phone: str = "+12025550143") -> None:
        registering = self.house.portal.registering
        end = self.clock.moment.replace(year=2027)
        user_id, at = self.who(address), self.clock()
        token = registering.links.mint(user_id, LinkPurpose.REGISTER, at=at, expires_at=end)
        registering.complete(
            token=token,
            registration=Registration(
                address=address,
                cell_phone=cell_phone,
                full_name=full_name,
                practice_name="Other Dental",
                accepts_terms=True,
            ),
            at=at,
        )
        self.house.projections.catch_up()

    def join(self, address: str, full_name: str, cell_phone: str = "+12025550143") -> None:
        self.register(address, full_name, cell_phone)
        registering, at = self.house.portal.registering, self.clock()
        token = registering.links.mint(
            self.who(address),
            LinkPurpose.SET_PASSWORD,
            at=at,
            expires_at=self.clock.moment.replace(year=2027),
        )
        registering.set_password(token=token, password=PASSWORD, context=[], at=at)

    def write(
        self,
        sender: str,
        to: str,
        role: RecipientRole | None = None,
        subject: str = "Root canal on Tuesday",
        body: str = "Please come fasting.",
    ) -> None:
        self.house.portal.corresponding.send(
            message_id=self.house.portal.new_id(),
            sender_id=self.who(sender),
            to=to,
            role=role,
            subject=subject,
            body=body,
            at=self.clock(),
        )
        self.house.projections.catch_up()

    def buy(self, address: str) -> None:
        """Pay for a month, at the vendor and in the log."""
        purchase_id, purchasing = self.house.portal.new_id(), self.house.portal.purchasing
        buyer_id = self.who(address)
        checkout = purchasing.start(
            purchase_id=purchase_id,
            buyer_id=buyer_id,
            user_id=buyer_id,
            plan=MONTHLY,
            ways=Ways(f"{BASE_URL}/return", f"{BASE_URL}/cancel"),
            at=self.clock(),
        )
        self.house.billing.pay(checkout.session_id)
        purchasing.settle(purchase_id=purchase_id, buyer_id=buyer_id, at=self.clock())
        self.house.projections.catch_up()

    def sent(self) -> list[Mail]:
        """Let everything leave that is due, and return all mails, oldest first."""
        self.runner.work_off()
        return self.mailer.sent

    def newest(self) -> Mail:
        return self.sent()[-1]

    def passed_over(self) -> None:
        """Let everything leave, and forget it."""
        self.sent()
        self.mailer.sent.clear()

    def owed(self) -> list[dict[str, Any]]:
        """Return every row of what was owed, in the order of the facts."""
        with self.stores.pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            return cursor.execute(
                "SELECT * FROM notices.owed ORDER BY owed_at, notice_id"
            ).fetchall()

    def states(self) -> list[tuple[str, str, int, str | None]]:
        """Return occasion, state, attempts and answer of what was owed."""
        names = ("occasion", "state", "attempts", "answer")
        return [tuple(row[name] for name in names) for row in self.owed()]  # type: ignore[misc] # four of them


def recipients(mails: list[Mail]) -> list[str]:
    return sorted(mail.to_address for mail in mails)
