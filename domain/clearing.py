"""How what the card vendor says of a purchase becomes facts: paid, failed, given back, disputed.

The vendor is asked, and its answer compared with what is known. So it does not matter what made us
ask: the buyer's return, a report that comes late or twice, or a round of our own.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR, CASHIER, Log, get, until_unopposed
from domain.billing import Billing, Charge, ChargeState, Decline, Dispute, PageState, Payment, Price
from domain.payer import payer
from domain.purchase import NoSuchPurchase, Purchase
from domain.standing import Standing
from domain.tier import TierEnd

OPEN = (ChargeState.DECLINED, ChargeState.NEEDS_HOLDER)


@dataclass(frozen=True, slots=True)
class Clearing:
    """Commands that look up what became of money, and record it once."""

    log: Log
    billing: Billing

    def clear(self, purchase_id: UUID, *, at: datetime, session_id: str | None = None) -> int:
        """Ask the vendor what became of a purchase and record it; return what was written.

        `session_id` is the card page as the vendor names it, if we were cut off before we knew.
        Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        written = 0
        session_id = session_id or purchase.session_id
        if session_id and not (purchase.is_paid and session_id == purchase.session_id):
            written = self.record_payment(self.billing.payment(session_id), at=at)
            purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        charge = self.charge_of(purchase)
        return max(written, self.record_charge(charge, at=at)) if charge else written

    def charge_of(self, purchase: Purchase) -> Charge | None:
        """Look up the charge of a purchase, None if there is none."""
        if purchase.reference:
            return self.billing.charge_of(purchase.reference)
        if purchase.session_id or not purchase.card.customer:
            return None
        return self.billing.find_charge(purchase.id, customer=purchase.card.customer)

    def record_payment(self, payment: Payment, *, at: datetime) -> int:
        """Record what became of a card page. Raises NoSuchPurchase or PaymentDiffers."""

        def command() -> int:
            standing, purchase = self._standing(payment.purchase_id, at)
            is_other = purchase.session_id not in (None, payment.session_id)
            if is_other and not payment.paid:
                raise NoSuchPurchase
            facts = {"session_id": payment.session_id}
            purchase.happen(Purchase.CheckoutOpened, by=purchase.buyer_id, at=at, **facts)
            if payment.reference:
                pay(standing, purchase, payment.price, payment.reference)
            elif payment.page is PageState.CLOSED:
                purchase.happen(Purchase.CheckoutClosed, by=CARD_PROCESSOR, at=at)
            if payment.card is None:
                return standing.save()
            buyer = payer(self.log, purchase.buyer_id, at=at)
            buyer.save_card(payment.card, at=at)
            return standing.save(buyer)

        return until_unopposed(command)

    def record_charge(self, charge: Charge, *, at: datetime, tried: bool = False) -> int:
        """Record what became of a charge. Raises NoSuchPurchase or PaymentDiffers.

        That it was declined counts only as the answer to a try (`tried`): whoever looks it up
        while it is tried again may still see the decline before.
        """
        if charge.purchase_id is None:
            raise NoSuchPurchase
        purchase_id = charge.purchase_id

        def command() -> int:
            standing, purchase = self._standing(purchase_id, at)
            if charge.state is ChargeState.PAID:
                pay(standing, purchase, charge.price, charge.reference)
                give_back(standing, purchase, charge)
            elif charge.state is ChargeState.WITHDRAWN:
                forget(standing, purchase)
            elif charge.state in OPEN and tried:
                fail(standing, purchase, charge)
            return standing.save()

        return until_unopposed(command)

    def _standing(self, purchase_id: UUID, at: datetime) -> tuple[Standing, Purchase]:
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        standing = Standing(self.log, purchase.user_id, at)
        return standing, standing.purchase(purchase_id)


def pay(standing: Standing, purchase: Purchase, price: Price, reference: str) -> None:
    """Let the money buy what it was for; what it cannot buy goes back. Raises PaymentDiffers.

    A charge that its payer had cancelled buys nothing, however late the vendor says it was made.
    """
    is_news, is_wanted = not purchase.is_paid, purchase.given_up_by != purchase.buyer_id
    purchase.confirm_payment(price=price, reference=reference, at=standing.at)
    if is_news and not (is_wanted and standing.buy(purchase)):
        owe(standing, purchase)
        if standing.is_renewing_by(purchase):
            standing.cancel(by=CARD_PROCESSOR)


def owe(standing: Standing, purchase: Purchase) -> None:
    """Let money go back that is ours and buys nothing."""
    facts = {"buyer_id": purchase.buyer_id}
    purchase.happen(Purchase.RefundOwed, by=CARD_PROCESSOR, at=standing.at, **facts)


def fail(standing: Standing, purchase: Purchase, charge: Charge) -> None:
    """Let the grace period begin, or go on."""
    decline = charge.decline or Decline.DECLINED
    by_itself = purchase.requested_by == CASHIER
    facts = {"reference": charge.reference, "decline": decline.value}
    purchase.happen(Purchase.PaymentFailed, by=CARD_PROCESSOR, at=standing.at, **facts)
    if standing.is_renewing_by(purchase):
        subscription = standing.subscription
        subscription.fail_renewal(decline, announced=by_itself, at=standing.at)
        if subscription.grace_ends_at:
            standing.keep(subscription.grace_ends_at, TierEnd.GRACE, by=CARD_PROCESSOR)


def forget(standing: Standing, purchase: Purchase) -> None:
    """Let a charge be forgotten that can never be paid."""
    if standing.is_renewing_by(purchase):
        standing.cancel(by=CARD_PROCESSOR)
    purchase.happen(Purchase.ChargeGivenUp, by=CARD_PROCESSOR, at=standing.at)
    purchase.happen(Purchase.ChargeWithdrawn, by=CARD_PROCESSOR, at=standing.at)


def give_back(standing: Standing, purchase: Purchase, charge: Charge) -> None:
    """Let the term end whose money all went back, and nothing be charged while a bank decides.

    Raises PaymentDiffers.
    """
    was_returned, is_new_dispute = purchase.is_returned, purchase.may(Purchase.DisputeOpened)
    purchase.confirm_refund(charge.refunded, at=standing.at)
    match charge.dispute:
        case Dispute.OPEN:
            purchase.happen(Purchase.DisputeOpened, by=CARD_PROCESSOR, at=standing.at)
            if is_new_dispute and standing.has_paid(purchase):
                standing.cancel(by=CARD_PROCESSOR)
        case Dispute.WON:
            purchase.happen(Purchase.DisputeWon, by=CARD_PROCESSOR, at=standing.at)
            if not standing.has_paid(purchase):
                owe(standing, purchase)
        case Dispute.LOST:
            facts = {"buyer_id": purchase.buyer_id}
            purchase.happen(Purchase.DisputeLost, by=CARD_PROCESSOR, at=standing.at, **facts)
    if purchase.is_returned and not was_returned and standing.has_paid(purchase):
        standing.revoke(purchase)
