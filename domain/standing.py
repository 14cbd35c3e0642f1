"""How a person stands with the paid tier: her account, her subscription, and the purchases for it.

What changes together is recorded together, or not at all.
"""

from datetime import datetime
from uuid import UUID

from domain.aggregate import CARD_PROCESSOR, Aggregate, Log, find, get, save
from domain.purchase import NoSuchPurchase, Purchase
from domain.renewal import kept_until
from domain.subscription import NoSuchSubscription, Subscription, subscription_of
from domain.term import Term, pay_term, revoke_term, start_of_term
from domain.tier import TierEnd
from domain.user import User


class Standing:
    """Of one person at one moment; `save` records what was changed."""

    def __init__(self, log: Log, user_id: UUID, at: datetime) -> None:
        self._log, self.at = log, at
        self.user = get(log, User, user_id, NoSuchPurchase)
        self._subscription = find(log, Subscription, subscription_of(user_id))
        self._purchases: dict[UUID, Purchase] = {}

    @property
    def subscription(self) -> Subscription:
        """Return the subscription. Raises NoSuchSubscription."""
        if self._subscription is None:
            raise NoSuchSubscription
        return self._subscription

    def purchase(self, purchase_id: UUID) -> Purchase:
        """Return a purchase; asking again returns the same one. Raises NoSuchPurchase."""
        if purchase_id not in self._purchases:
            self._purchases[purchase_id] = get(self._log, Purchase, purchase_id, NoSuchPurchase)
        return self._purchases[purchase_id]

    def has_paid(self, purchase: Purchase) -> bool:
        """Say whether a purchase has paid for a term."""
        return self._subscription is not None and purchase.id in self._subscription.terms

    def is_renewing_by(self, purchase: Purchase) -> bool:
        """Say whether a purchase is the one that pays for the next term."""
        return self._subscription is not None and self._subscription.renewal_id == purchase.id

    def buy(self, purchase: Purchase) -> bool:
        """Let a paid purchase pay for a term; say no if there is nothing that it could buy."""
        subscription = self._subscription or Subscription.begin(
            self.user.id, by=CARD_PROCESSOR, at=self.at
        )
        subscription.lapse(at=self.at)
        held = self.user.is_paid(self.at)
        starts_at = start_of_term(subscription, purchase.id, held=held, at=self.at)
        if starts_at is None or self.user.granted:
            return False
        self._subscription = subscription
        self.give_up_renewal(by=CARD_PROCESSOR)
        term = pay_term(subscription, purchase, starts_at=starts_at, at=self.at)
        self.user.purchase_tier(
            purchase_id=purchase.id, until=term.ends_at, by=CARD_PROCESSOR, at=self.at
        )
        return True

    def keep(self, grace_ends_at: datetime, cause: TierEnd, *, by: UUID) -> None:
        """Keep the tier until a moment; what is paid is never shortened."""
        until = kept_until(self.subscription.ends_at or self.at, grace_ends_at)
        self.user.change_tier_end(until, cause, by=by, at=self.at)

    def cancel(self, *, by: UUID) -> None:
        """Let the tier end with what is paid."""
        self.give_up_renewal(by=by)
        self.subscription.cancel(by=by, at=self.at)
        self._end_with_subscription(TierEnd.CANCELLED, by)

    def revoke(self, purchase: Purchase) -> None:
        """Let what is left of the term end that a purchase has paid for, and no more be wanted."""
        if self.at >= Term(*self.subscription.terms[purchase.id]).ends_at:
            return
        self.give_up_renewal(by=CARD_PROCESSOR)
        revoke_term(self.subscription, purchase.id, at=self.at)
        self._end_with_subscription(TierEnd.REVOKED, CARD_PROCESSOR)

    def give_up_renewal(self, *, by: UUID) -> None:
        """Want the renewal no more that is under way, if one is, and is not paid."""
        renewal_id = self._subscription.renewal_id if self._subscription else None
        if renewal_id is not None:
            self.purchase(renewal_id).happen(Purchase.ChargeGivenUp, by=by, at=self.at)

    def save(self, *others: Aggregate) -> int:
        """Record everything at once; return what was written."""
        subscription = [self._subscription] if self._subscription else []
        return save(self._log, self.user, *subscription, *self._purchases.values(), *others)

    def _end_with_subscription(self, cause: TierEnd, by: UUID) -> None:
        """Let the tier end with what is paid, unless it ends before."""
        paid_until, ends_at = self.user.paid_until, self.subscription.ends_at
        if paid_until and ends_at and max(ends_at, self.at) < paid_until:
            self.user.change_tier_end(max(ends_at, self.at), cause, by=by, at=self.at)
