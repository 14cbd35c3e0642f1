"""How a subscription goes on: the next term is charged, tried again, given up, and in the end over.

Each command does what is due, and nothing if nothing is. A charge is looked up before it is made,
so that an answer which was lost costs nobody anything.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import CASHIER, Log, find, get, save, until_unopposed
from domain.billing import Billing, Charge, Price, SavedCard
from domain.clearing import OPEN, Clearing
from domain.erasure import is_erased
from domain.invitation import Status
from domain.payer import Payer, payer_of
from domain.purchase import NoSuchPurchase, Purchase
from domain.purchase_life import PurchaseState
from domain.renewal import GRACE
from domain.standing import Standing
from domain.subscription import NoSuchSubscription, Subscription, subscription_of
from domain.subscription_life import SubscriptionState
from domain.tier import TierEnd
from domain.user import User


@dataclass(frozen=True, slots=True)
class Renewing:
    """Commands of the cashier."""

    log: Log
    billing: Billing
    clearing: Clearing

    def announce_price(self, user_id: UUID, price: Price, *, at: datetime) -> int:
        """Have the payer told that the next term costs something else, while there is time."""

        def command() -> int:
            subscription = self._subscription(user_id)
            subscription.announce_price(price, at=at)
            return save(self.log, subscription)

        return until_unopposed(command)

    def start(self, user_id: UUID, *, at: datetime) -> int:
        """Begin to pay for the next term with the saved card, if it is time.

        Without a card, or if payer or beneficiary were erased, no further term is wanted. Raises
        NoSuchSubscription.
        """

        def command() -> int:
            standing = Standing(self.log, user_id, at)
            subscription = standing.subscription
            if not subscription.is_to_renew(at) or self._has_open_renewal(subscription):
                return 0
            card, payer_id = self._card(subscription), subscription.payer_id
            if card is None or self._has_left(subscription):
                standing.cancel(by=CASHIER)
                return standing.save()
            purchase = Purchase.start_charge(
                purchase_id=subscription.start_renewal(at=at),
                buyer_id=payer_id,
                user_id=user_id,
                plan=subscription.next_plan,
                at=at,
            )
            purchase.request_charge(card, by=CASHIER, at=at)
            standing.keep(at + GRACE, TierEnd.RENEWING, by=CASHIER)
            return standing.save(purchase)

        return until_unopposed(command)

    def charge(self, purchase_id: UUID, *, at: datetime) -> int:
        """Charge what is to be charged, and record what came of it.

        Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.state is not PurchaseState.CHARGING:
            return 0
        return self.clearing.record_charge(self._charged(purchase), at=at, tried=True)

    def try_again(self, user_id: UUID, *, at: datetime) -> int:
        """Have the card tried again if a day has come for it, or if it is another card now.

        Raises NoSuchSubscription.
        """
        subscription = self._subscription(user_id)
        if self._has_left(subscription):
            return self._cancelled(user_id, at)
        if self._has_new_card(subscription):  # so it is the payer who has it tried
            return self.retry(user_id, by=subscription.payer_id, at=at)
        return self.retry(user_id, by=CASHIER, at=at) if subscription.is_to_try_again(at) else 0

    def retry(self, user_id: UUID, *, by: UUID, at: datetime) -> int:
        """Have the refused charge of a subscription tried again, on the card that is saved now."""

        def command() -> int:
            subscription = self._subscription(user_id)
            card = self._card(subscription)
            if subscription.renewal_id is None or card is None:
                return 0
            purchase = get(self.log, Purchase, subscription.renewal_id, NoSuchPurchase)
            purchase.request_charge(card, by=by, at=at)
            return save(self.log, purchase)

        return until_unopposed(command)

    def withdraw(self, purchase_id: UUID, *, at: datetime) -> int:
        """See to it that a charge that nobody wants is never paid; if it was, that is recorded.

        Raises NoSuchPurchase, PaymentDiffers or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.state is not PurchaseState.GIVEN_UP:
            return 0
        charge = self.clearing.charge_of(purchase)
        if charge is not None:
            withdrawn = self.billing.withdraw_charge(charge.reference)
            return self.clearing.record_charge(withdrawn, at=at)

        def command() -> int:
            never_charged = get(self.log, Purchase, purchase_id, NoSuchPurchase)
            never_charged.happen(Purchase.ChargeWithdrawn, by=CASHIER, at=at)
            return save(self.log, never_charged)

        return until_unopposed(command)

    def lapse(self, user_id: UUID, *, at: datetime) -> int:
        """Record that the paid tier is over, if it is. Raises NoSuchSubscription."""

        def command() -> int:
            standing = Standing(self.log, user_id, at)
            lapses_at = standing.subscription.lapses_at
            if lapses_at is None or at < lapses_at:
                return 0
            standing.give_up_renewal(by=CASHIER)
            standing.subscription.lapse(at=at)
            return standing.save()

        return until_unopposed(command)

    def _charged(self, purchase: Purchase) -> Charge:
        """Return the charge, made or tried again unless it is decided already."""
        found = self.clearing.charge_of(purchase)
        if found is None:
            return self.billing.charge(
                purchase_id=purchase.id,
                price=purchase.plan.price,
                description=purchase.plan.description,
                card=purchase.card,
            )
        if purchase.attempt and found.state in OPEN:
            return self.billing.charge_again(
                found.reference, card=purchase.card, attempt=purchase.attempt
            )
        return found

    def _subscription(self, user_id: UUID) -> Subscription:
        return get(self.log, Subscription, subscription_of(user_id), NoSuchSubscription)

    def _card(self, subscription: Subscription) -> SavedCard | None:
        """Return the card of who pays, None if there is none."""
        found = find(self.log, Payer, payer_of(subscription.payer_id))
        return found.card if found else None

    def _has_left(self, subscription: Subscription) -> bool:
        """Say whether payer or beneficiary were erased, or her invitation was withdrawn."""
        people = (subscription.user_id, subscription.payer_id)
        user = find(self.log, User, subscription.user_id)
        is_withdrawn = user is not None and user.status is Status.WITHDRAWN
        return is_withdrawn or any(is_erased(self.log, one) for one in people)

    def _cancelled(self, user_id: UUID, at: datetime) -> int:
        """Let the tier end with what is paid."""

        def command() -> int:
            standing = Standing(self.log, user_id, at)
            standing.cancel(by=CASHIER)
            return standing.save()

        return until_unopposed(command)

    def _has_new_card(self, subscription: Subscription) -> bool:
        """Say whether the card that was refused is not the one that is saved now."""
        if subscription.state is not SubscriptionState.PAST_DUE or not subscription.renewal_id:
            return False
        card = self._card(subscription)
        purchase = get(self.log, Purchase, subscription.renewal_id, NoSuchPurchase)
        return card is not None and card.method != purchase.card.method

    def _has_open_renewal(self, subscription: Subscription) -> bool:
        """Say whether an earlier renewal may still turn out to be paid."""
        if subscription.last_renewal_id is None:
            return False
        return not get(self.log, Purchase, subscription.last_renewal_id, NoSuchPurchase).is_settled
