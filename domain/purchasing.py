"""How money becomes the paid tier: start, card page, confirmation by whichever comes first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR, Log, find, get, save, until_unopposed
from domain.billing import Billing, Checkout, Payment
from domain.plan import Plan
from domain.purchase import NoSuchPurchase, Purchase
from domain.user import User


@dataclass(frozen=True, slots=True)
class Purchasing:
    """Commands of a buyer and reports of the card vendor."""

    log: Log
    billing: Billing

    def start(
        self,
        *,
        purchase_id: UUID,
        buyer_id: UUID,
        plan: Plan,
        return_url: str,
        cancel_url: str,
        at: datetime,
    ) -> Checkout:
        """Return the card page of a purchase; asking twice gives the same page.

        Raises PatientsAreNeverCharged, AlreadyPaid, NoSuchPurchase or BillingIsUnavailable.
        """
        until_unopposed(lambda: self._started(purchase_id, buyer_id, plan, at))
        checkout = self.billing.open_checkout(
            purchase_id=purchase_id,
            price=plan.price,
            description=f"SecureMail, {plan.name} plan",
            return_url=return_url,
            cancel_url=cancel_url,
        )

        def record() -> int:
            purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
            purchase.open_checkout(session_id=checkout.session_id, at=at)
            return save(self.log, purchase)

        until_unopposed(record)
        return checkout

    def settle(self, *, purchase_id: UUID, buyer_id: UUID, at: datetime) -> tuple[bool, int]:
        """Ask the vendor what became of a purchase: whether it is paid, and what was written.

        Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.buyer_id != buyer_id:
            raise NoSuchPurchase
        if purchase.paid or purchase.session_id is None:
            return purchase.paid, 0
        payment = self.billing.payment(purchase.session_id)
        notification_id = self.record(payment=payment, at=at)
        return get(self.log, Purchase, purchase_id, NoSuchPurchase).paid, notification_id

    def record(self, *, payment: Payment, at: datetime) -> int:
        """Record what the vendor reports; twice, late or in any order, it counts once.

        Raises NoSuchPurchase or PaymentDiffers.
        """

        def command() -> int:
            purchase = get(self.log, Purchase, payment.purchase_id, NoSuchPurchase)
            if purchase.session_id not in (None, payment.session_id):
                raise NoSuchPurchase
            if purchase.paid or not payment.paid or payment.reference is None:
                return 0
            purchase.confirm_payment(
                price=payment.price, reference=payment.reference, by=CARD_PROCESSOR, at=at
            )
            buyer = get(self.log, User, purchase.buyer_id, NoSuchPurchase)
            start = max(at, buyer.paid_until or at)
            buyer.purchase_tier(
                purchase_id=purchase.id,
                until=purchase.term_end(start),
                by=CARD_PROCESSOR,
                at=at,
            )
            return save(self.log, purchase, buyer)

        return until_unopposed(command)

    def _started(self, purchase_id: UUID, buyer_id: UUID, plan: Plan, at: datetime) -> int:
        get(self.log, User, buyer_id, NoSuchPurchase).require_buying(at)
        purchase = find(self.log, Purchase, purchase_id)
        if purchase is None:
            purchase = Purchase.start(purchase_id=purchase_id, buyer_id=buyer_id, plan=plan, at=at)
        elif purchase.buyer_id != buyer_id:
            raise NoSuchPurchase
        return save(self.log, purchase)
