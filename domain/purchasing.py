"""How the paid tier is bought on a card page, for oneself or, as user manager, for a colleague."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.billing import Billing, Checkout
from domain.clearing import Clearing
from domain.erasure import is_erased
from domain.invitation import Status
from domain.payer import Payer, payer_of
from domain.plan import Plan
from domain.practice import NoSuchPractice, Practice
from domain.purchase import NoSuchPurchase, Purchase
from domain.purchase_life import PurchaseState
from domain.refusal import Refusal
from domain.role import Kind
from domain.subscription import Subscription, subscription_of
from domain.subscription_life import SubscriptionState
from domain.tier import AlreadyPaid, PatientsAreNeverCharged
from domain.user import User


class PurchaseIsOver(Refusal):
    """Its card page was closed, or it is paid; whoever wants to buy begins anew."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the vendor sends a buyer back to: after paying, and instead of paying."""

    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Purchasing:
    """Commands of a buyer."""

    log: Log
    billing: Billing
    clearing: Clearing

    def start(
        self,
        *,
        purchase_id: UUID,
        buyer_id: UUID,
        user_id: UUID,
        plan: Plan,
        ways: Ways,
        at: datetime,
    ) -> Checkout:
        """Return the card page of a purchase for `user_id`; asking twice gives the same page.

        Raises PatientsAreNeverCharged, AlreadyPaid, NotAUserManager, NoSuchPurchase, PurchaseIsOver
        or BillingIsUnavailable.
        """
        until_unopposed(lambda: self._started(purchase_id, buyer_id, user_id, plan, at))
        plan = get(self.log, Purchase, purchase_id, NoSuchPurchase).plan
        payer = find(self.log, Payer, payer_of(buyer_id))
        checkout = self.billing.open_checkout(
            purchase_id=purchase_id,
            price=plan.price,
            description=plan.description,
            customer=payer.card.customer if payer and payer.card else None,
            return_url=ways.return_url,
            cancel_url=ways.cancel_url,
        )

        def record() -> int:
            purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
            facts = {"session_id": checkout.session_id}
            purchase.happen(Purchase.CheckoutOpened, by=buyer_id, at=at, **facts)
            return save(self.log, purchase)

        until_unopposed(record)
        return checkout

    def settle(
        self, *, purchase_id: UUID, buyer_id: UUID, at: datetime
    ) -> tuple[PurchaseState, int]:
        """Ask the vendor what became of a purchase; return that, and what was written.

        Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable.
        """
        if get(self.log, Purchase, purchase_id, NoSuchPurchase).buyer_id != buyer_id:
            raise NoSuchPurchase
        written = self.clearing.clear(purchase_id, at=at)
        return get(self.log, Purchase, purchase_id, NoSuchPurchase).state, written

    def close(self, purchase_id: UUID, *, at: datetime) -> int:
        """Close the card page of a purchase that would buy nothing any more.

        Whoever was quicker and has paid gets her money back. Raises NoSuchPurchase, PaymentDiffers
        or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.state is not PurchaseState.OPEN or purchase.session_id is None:
            return 0
        if not get(self.log, User, purchase.user_id, NoSuchPurchase).is_paid(at):
            return 0
        payment = self.billing.close_checkout(purchase.session_id)
        return self.clearing.record_payment(payment, at=at)

    def refund(self, purchase_id: UUID, *, at: datetime) -> int:
        """Give back what is owed. Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable."""
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.state is not PurchaseState.REFUND_OWED or purchase.reference is None:
            return 0
        charge = self.billing.refund(purchase.reference, purchase_id=purchase_id)
        return self.clearing.record_charge(charge, at=at)

    def _started(
        self, purchase_id: UUID, buyer_id: UUID, user_id: UUID, plan: Plan, at: datetime
    ) -> int:
        require_buying(self.log, buyer_id, user_id, at)
        purchase = find(self.log, Purchase, purchase_id)
        if purchase is None:
            purchase = Purchase.start(purchase_id=purchase_id, buyer_id=buyer_id, plan=plan, at=at)
            purchase.name_beneficiary(user_id, at=at)
        elif (purchase.buyer_id, purchase.user_id) != (buyer_id, user_id):
            raise NoSuchPurchase
        elif purchase.state not in (PurchaseState.STARTED, PurchaseState.OPEN):
            raise PurchaseIsOver
        return save(self.log, purchase)


def require_buying(log: Log, buyer_id: UUID, user_id: UUID, at: datetime) -> None:
    """Raise unless one person may buy for another, or herself, and there is something to buy.

    While a card was refused and the tier is only kept, there is. Raises PatientsAreNeverCharged,
    AlreadyPaid, NotAUserManager or NoSuchPurchase.
    """
    buyer = get(log, User, buyer_id, NoSuchPurchase)
    user = get(log, User, user_id, NoSuchPurchase)
    if is_erased(log, user_id) or user.status is Status.WITHDRAWN:
        raise NoSuchPurchase
    if Kind.PATIENT in (buyer.kind, user.kind):
        raise PatientsAreNeverCharged
    if buyer_id != user_id:
        if user.practice_id is None or user.practice_id != buyer.practice_id:
            raise NoSuchPurchase
        practice = get(log, Practice, user.practice_id, NoSuchPractice)
        practice.require_user_manager(buyer_id)
    subscription = find(log, Subscription, subscription_of(user_id))
    is_past_due = subscription is not None and subscription.state is SubscriptionState.PAST_DUE
    if user.is_paid(at) and (user.granted or not is_past_due):
        raise AlreadyPaid
