"""A practice whose people pay, with a vendor in memory and a cashier, and mails that leave.

Nothing of the pages is needed: people come and pay by the commands, all else is as in the house.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from adapters.keyring import Keyring
from adapters.phone_codes import SealedPhoneCodes
from adapters.vault import PostgresVault
from domain.aggregate import HOUSE, OPERATOR, SWEEPER, get
from domain.erasure import Erasure
from domain.inviting import Inviting
from domain.payer import NoSavedCard, Payer, payer_of
from domain.plan import MONTHLY, Plan
from domain.ports import personal
from domain.pricing import Pricing
from domain.purchase import NoSuchPurchase, Purchase
from domain.purchasing import Ways
from domain.role import Kind
from domain.subscription import NoSuchSubscription, Subscription, subscription_of
from domain.user import User
from notifiers.mailer import Mail
from notifiers.office import desk_over, runner_over
from projections.duties import Duties
from projections.runner import Runner as ProjectionRunner
from runtime.billing import Money
from runtime.cashier import Cashier
from runtime.stores import Stores
from tests.doubles.billing import MemoryBilling
from tests.doubles.credentials import MemoryLinks
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.clock import Clock

BASE_URL = "https://securemail.example"
ADDRESSES = {"ada": "ada@sample-dental.example", "ben": "ben@sample-dental.example"}
CELL_PHONE = "+12025550143"
WAYS = Ways(f"{BASE_URL}/return", f"{BASE_URL}/cancel")


@dataclass
class Till:
    """Dr Ada, who manages users, and Ben at the desk; both are free and have an account."""

    stores: Stores
    clock: Clock
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    keyring: Keyring = field(default_factory=Keyring.draw)
    clicks: int = 0

    def __post_init__(self) -> None:
        pool, log = self.stores.pool, self.stores.log
        self.ada, self.ben, self.carla = self.new_id(), self.new_id(), self.new_id()
        self.practice = self.new_id()
        self.vault = PostgresVault(pool, self.keyring.only("personal", "lookup"))
        self.billing = MemoryBilling(clock=self.clock)
        self.money = Money.over(log, self.billing)
        self.projections = ProjectionRunner(log, pool)
        self.inviting = Inviting(log, self.vault)
        desk = desk_over(
            pool,
            vault=self.vault,
            links=MemoryLinks(),
            codes=SealedPhoneCodes(pool, self.vault),
            base_url=BASE_URL,
            clock=self.clock,
        )
        self.runner = runner_over(log, pool, desk, self.mailer)
        self._open()

    def new_id(self) -> UUID:
        self.clicks += 1
        return uuid5(HOUSE, f"till {self.clicks}")

    def come(self, who: UUID, full_name: str) -> None:
        """Let somebody register and choose a password."""
        user = get(self.stores.log, User, who, NoSuchPurchase)
        version, at = user.version + 1, self.clock()
        user.complete_registration(
            practice_id=self.practice,
            full_name=self.vault.seal(full_name, personal(who, "full_name", version)),
            cell_phone=self.vault.seal(CELL_PHONE, personal(who, "cell_phone", version)),
            terms="2026-11",
            at=at,
        )
        user.set_password(at=at)
        self.stores.log.save(user)
        self.projections.catch_up()

    def buy(self, buyer: UUID, user: UUID, card: str = "good") -> UUID:
        """Pay on a card page, and come back from it; return the purchase."""
        purchase_id = self.choose(buyer, user)
        self.pay(purchase_id, buyer, card)
        return purchase_id

    def choose(self, buyer: UUID, user: UUID, plan: Plan = MONTHLY) -> UUID:
        """Choose "Buy Now", and be led to a card page."""
        purchase_id = self.new_id()
        self.money.purchasing.start(
            purchase_id=purchase_id,
            buyer_id=buyer,
            user_id=user,
            plan=plan,
            ways=WAYS,
            at=self.clock(),
        )
        self.projections.catch_up()
        return purchase_id

    def pay(self, purchase_id: UUID, buyer: UUID, card: str = "good") -> None:
        self.billing.pay(f"cs_memory_{purchase_id.hex}", card)
        self.money.purchasing.settle(purchase_id=purchase_id, buyer_id=buyer, at=self.clock())
        self.projections.catch_up()

    def card_answers(self, payer: UUID, answer: str) -> None:
        """Let the saved card of a payer answer every later charge so."""
        known = get(self.stores.log, Payer, payer_of(payer), NoSavedCard)
        self.billing.answer_with(known.require_card(), answer)

    def leave_card(
        self, payer: UUID, *, user: UUID | None = None, expires: tuple[int, int] = (2032, 5)
    ) -> None:
        """Choose "Update Credit Card", leave a good one, and have the charge tried again."""
        update_id = self.new_id()
        page = self.money.subscribing.open_card_page(
            update_id=update_id, payer_id=payer, currency="usd", ways=WAYS, at=self.clock()
        )
        self.billing.leave_card(page.session_id, expires=expires)
        self.money.subscribing.settle_card(update_id=update_id, payer_id=payer, at=self.clock())
        self.money.renewing.retry(user or payer, by=payer, at=self.clock())
        self.work()

    def give_back(self, purchase_id: UUID, amount: int | None = None) -> None:
        """Let the vendor's people give money back: minor units, or all that is left."""
        self.billing.refund_in_dashboard(self._reference(purchase_id), amount)
        self.hear()

    def dispute(self, purchase_id: UUID) -> None:
        """Let the card holder dispute a payment with her bank."""
        self.billing.open_dispute(self._reference(purchase_id))
        self.hear()

    def grant(self, who: UUID) -> None:
        """Give somebody the paid version without money."""
        user = get(self.stores.log, User, who, NoSuchPurchase)
        user.grant_tier(by=OPERATOR, at=self.clock())
        self.stores.log.save(user)

    def erase(self, who: UUID) -> None:
        erasure = Erasure.request(
            who, by=OPERATOR, at=self.clock(), practice_id=self.practice, due_at=self.clock()
        )
        erasure.complete(by=SWEEPER, at=self.clock())
        self.stores.log.save(erasure)
        self.projections.catch_up()

    def ask_for_invoices(self, payer: UUID) -> None:
        self.money.subscribing.request_summary(payer_id=payer, at=self.clock())
        self.projections.catch_up()

    def cancel(self, user: UUID, payer: UUID) -> None:
        self.money.subscribing.cancel(user_id=user, payer_id=payer, at=self.clock())
        self.projections.catch_up()

    def resume(self, user: UUID, payer: UUID) -> None:
        self.money.subscribing.resume(user_id=user, payer_id=payer, at=self.clock())
        self.projections.catch_up()

    def costs(self, plan: Plan) -> None:
        Pricing(self.stores.log).offer(plan, at=self.clock())
        self.work()

    def end_of(self, user: UUID) -> datetime:
        """Return when the newest term of somebody ends."""
        known = get(self.stores.log, Subscription, subscription_of(user), NoSuchSubscription)
        assert known.ends_at is not None
        return known.ends_at

    def newest_purchase(self, user: UUID) -> UUID:
        """Return the purchase that has paid for the newest term of somebody."""
        known = get(self.stores.log, Subscription, subscription_of(user), NoSuchSubscription)
        return list(known.terms)[-1]

    def go_to(self, moment: datetime) -> None:
        """Let time pass, and let the cashier do what is due then."""
        self.clock.moment = moment
        self.work()

    def work(self) -> None:
        """Let the cashier do everything that is due, and the read models follow."""
        self.projections.catch_up()
        money = self.money
        cashier = Cashier(
            duties=Duties(self.stores.pool),
            purchasing=money.purchasing,
            renewing=money.renewing,
            subscribing=money.subscribing,
            hearing=money.hearing,
            clock=self.clock,
        )
        while cashier.work():
            self.projections.catch_up()

    def hear(self) -> None:
        """Receive all the vendor's news, and work them off."""
        for report in self.billing.news:
            self.money.hearing.receive(report, at=self.clock())
        self.work()

    def sent(self) -> list[Mail]:
        """Let everything leave that is due, and return all mails, oldest first."""
        self.runner.work_off()
        return self.mailer.sent

    def told(self) -> list[tuple[str, str]]:
        """Return to whom what was told since the last time: address and subject, in order."""
        told = [(mail.to_address.partition("@")[0], mail.subject) for mail in self.sent()]
        self.mailer.sent.clear()
        return told

    def occasions_told(self) -> set[str]:
        """Return every occasion on which a mail was accepted."""
        with self.stores.pool.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT occasion FROM notices.owed WHERE state = 'accepted'"
            ).fetchall()
        return {row[0] for row in rows}

    def result(self, occasion: str) -> tuple[str, str | None]:
        """Return state and answer of the one notice of an occasion."""
        with self.stores.pool.connection() as connection:
            [row] = connection.execute(
                "SELECT state, answer FROM notices.owed WHERE occasion = %s", (occasion,)
            ).fetchall()
        return row[0], row[1]

    def invite(self, who: UUID, address: str) -> None:
        """Give somebody an account in the practice; she has not come yet."""
        self.inviting.add_member(
            practice_id=self.practice,
            user_id=who,
            address=address,
            kind=Kind.STAFF,
            at=self.clock(),
        )
        self.projections.catch_up()

    def _reference(self, purchase_id: UUID) -> str:
        known = get(self.stores.log, Purchase, purchase_id, NoSuchPurchase)
        assert known.reference is not None
        return known.reference

    def _open(self) -> None:
        self.inviting.open_practice(
            practice_id=self.practice,
            user_id=self.ada,
            name="Sample Dental",
            address=ADDRESSES["ada"],
            full_name="Ada Sample",
            paid=False,
            at=self.clock(),
        )
        self.invite(self.ben, ADDRESSES["ben"])


def open_till(stores: Stores, clock: Clock, bens_name: str = "Ben Desk") -> Till:
    """Return a till at which Ada and Ben have an account, and were told of it."""
    till = Till(stores, clock)
    till.come(till.ada, "Ada Sample")
    till.come(till.ben, bens_name)
    till.told()
    return till
