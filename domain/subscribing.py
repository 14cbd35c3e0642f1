"""What a payer decides about her subscriptions: cancel, come back, confirm, use another card."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import Log, find, get, save, until_unopposed
from domain.billing import Billing, CardFace, Checkout, PageState
from domain.payer import NoSavedCard, NoSuchCardPage, Payer, payer_of
from domain.purchase import NoSuchPurchase, Purchase
from domain.purchase_life import PurchaseState
from domain.purchasing import Ways
from domain.standing import Standing
from domain.subscription import NoSuchSubscription, Subscription, subscription_of


@dataclass(frozen=True, slots=True)
class Subscribing:
    """Commands of a payer; what is so already changes nothing."""

    log: Log
    billing: Billing

    def cancel(self, *, user_id: UUID, payer_id: UUID, at: datetime) -> int:
        """Let the tier of a person end with what is paid. Raises NoSuchSubscription."""

        def command() -> int:
            self._require_payer(user_id, payer_id)
            standing = Standing(self.log, user_id, at)
            standing.cancel(by=payer_id)
            return standing.save()

        return until_unopposed(command)

    def resume(self, *, user_id: UUID, payer_id: UUID, at: datetime) -> int:
        """Let it renew after all. Raises NoSuchSubscription or SubscriptionIsOver."""

        def command() -> int:
            subscription = self._require_payer(user_id, payer_id)
            subscription.resume(by=payer_id, at=at)
            return save(self.log, subscription)

        return until_unopposed(command)

    def confirm(self, *, purchase_id: UUID, payer_id: UUID, return_url: str) -> str | None:
        """Return the page of the bank on which the payer confirms a charge, None if she need not.

        Raises NoSuchPurchase or BillingIsUnavailable.
        """
        purchase = get(self.log, Purchase, purchase_id, NoSuchPurchase)
        if purchase.buyer_id != payer_id:
            raise NoSuchPurchase
        if purchase.state is not PurchaseState.FAILED or purchase.reference is None:
            return None
        payer = get(self.log, Payer, payer_of(payer_id), NoSavedCard)
        return self.billing.ask_holder(
            purchase.reference, card=payer.require_card(), return_url=return_url
        )

    def open_card_page(
        self, *, update_id: UUID, payer_id: UUID, currency: str, ways: Ways, at: datetime
    ) -> Checkout:
        """Return a page on which a payer leaves another card; asking twice gives the same one.

        Raises NoSavedCard or BillingIsUnavailable.
        """
        customer = get(self.log, Payer, payer_of(payer_id), NoSavedCard).require_card().customer
        checkout = self.billing.open_card_page(
            update_id=update_id,
            payer_id=payer_id,
            customer=customer,
            currency=currency,
            return_url=ways.return_url,
            cancel_url=ways.cancel_url,
        )

        def record() -> int:
            payer = get(self.log, Payer, payer_of(payer_id), NoSavedCard)
            payer.open_card_page(update_id, session_id=checkout.session_id, at=at)
            return save(self.log, payer)

        until_unopposed(record)
        return checkout

    def settle_card(
        self, *, update_id: UUID, payer_id: UUID, at: datetime
    ) -> tuple[PageState, int]:
        """Ask the vendor which card was left on a page, and charge that one from now on.

        A card that was left on a later page, and heard of before, stays the one that is charged.
        Raises NoSuchCardPage or BillingIsUnavailable.
        """
        payer = get(self.log, Payer, payer_of(payer_id), NoSuchCardPage)
        update = self.billing.card_update(payer.session_of(update_id))

        def record() -> int:
            payer = get(self.log, Payer, payer_of(payer_id), NoSuchCardPage)
            if update.page is PageState.OPEN or update_id in payer.closed_pages:
                return 0
            is_left = update.card is not None and payer.is_newest(update_id)
            if update.card is not None and is_left:
                payer.save_card(update.card, at=at)
            payer.close_card_page(update_id, card_left=is_left, at=at)
            return save(self.log, payer)

        return update.page, until_unopposed(record)

    def face_of_card(self, payer_id: UUID) -> CardFace | None:
        """Return what the card of a payer looks like, None without one.

        Raises BillingIsUnavailable.
        """
        payer = find(self.log, Payer, payer_of(payer_id))
        if payer is None or payer.card is None:
            return None
        return self.billing.card_face(payer.card)

    def announce_expiry(self, payer_id: UUID, *, at: datetime) -> int:
        """Have a payer told that her card expires soon, once. Raises NoSavedCard."""

        def command() -> int:
            payer = get(self.log, Payer, payer_of(payer_id), NoSavedCard)
            payer.announce_expiry(at=at)
            return save(self.log, payer)

        return until_unopposed(command)

    def request_summary(self, *, payer_id: UUID, at: datetime) -> int:
        """Have a list of the invoices mailed to their payer. Raises NoSavedCard without any."""
        payer = get(self.log, Payer, payer_of(payer_id), NoSavedCard)
        payer.request_summary(at=at)
        return save(self.log, payer)

    def _require_payer(self, user_id: UUID, payer_id: UUID) -> Subscription:
        subscription = get(self.log, Subscription, subscription_of(user_id), NoSuchSubscription)
        if subscription.payer_id != payer_id:
            raise NoSuchSubscription
        return subscription
