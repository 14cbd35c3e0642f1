"""Who pays for whom until when, and when the card that pays expires.

Part of the read model `projections/billing.py`.
"""

from collections.abc import Iterable, Mapping

from domain.payer import Payer
from domain.subscription import Subscription
from domain.subscription_life import SUBSCRIPTION_LIFE
from projections.billing_purchases import term_of
from projections.change import NOTHING, Amend, Change, Insert, Values
from projections.projection import Event, Handler


def subscription(event: Subscription.Event, more: Values = NOTHING) -> Amend:
    """Return the state that an event leads a subscription to, and what else it says."""
    after = SUBSCRIPTION_LIFE.after.get(event.TOPIC)
    state = {"state": after.value} if after else {}
    return Amend("subscription", {"subscription_id": event.originator_id}, {**state, **more})


NO_RENEWAL: Values = {"renewal_id": None, "grace_ends_at": None}


def subscribed(event: Subscription.SubscriptionBegun, _: int) -> Iterable[Change]:
    """Return somebody whose tier is paid for the first time."""
    yield Insert(
        "subscription",
        {"subscription_id": event.originator_id},
        {
            "user_id": event.user_id,
            "payer_id": event.user_id,
            "plan": "",
            "months": 0,
            "amount": 0,
            "currency": "",
            "state": SUBSCRIPTION_LIFE.after[event.TOPIC].value,
            "ends_at": None,
            "grace_ends_at": None,
            "tried_on": 0,
            "decline": "",
            "renewal_id": None,
            "renewal_started_at": None,
        },
    )


def term_paid(event: Subscription.TermPaid, _: int) -> Iterable[Change]:
    """Return a term, and what the next one costs."""
    terms = {
        "payer_id": event.payer_id,
        "plan": event.plan,
        "months": event.months,
        "amount": event.amount,
        "currency": event.currency,
        "ends_at": event.ends_at,
    }
    yield subscription(event, {**terms, **NO_RENEWAL})
    yield term_of(event, event.ends_at)


def price_announced(event: Subscription.RenewalPriceAnnounced, _: int) -> Iterable[Change]:
    """Return what the next term costs."""
    yield subscription(event, {"amount": event.amount, "currency": event.currency})


def renewal_started(event: Subscription.RenewalStarted, _: int) -> Iterable[Change]:
    """Return which purchase pays for the next term."""
    begun = {"renewal_id": event.purchase_id, "renewal_started_at": event.timestamp}
    yield subscription(event, {**begun, "tried_on": 0})


def renewal_failed(event: Subscription.RenewalFailed, _: int) -> Iterable[Change]:
    """Return until when the tier is kept."""
    yield subscription(
        event,
        {
            "grace_ends_at": event.grace_ends_at,
            "tried_on": event.day,
            "decline": event.decline,
        },
    )


def renewal_over(event: Subscription.Event, _: int) -> Iterable[Change]:
    """Return that no renewal is under way."""
    yield subscription(event, NO_RENEWAL)


def resumed(event: Subscription.RenewalResumed, _: int) -> Iterable[Change]:
    """Return that it renews after all."""
    yield subscription(event)


def term_moved(event: Subscription.TermMoved, _: int) -> Iterable[Change]:
    """Return a term that began earlier."""
    yield subscription(event, {"ends_at": event.ends_at})
    yield term_of(event, event.ends_at)


def term_revoked(event: Subscription.TermRevoked, _: int) -> Iterable[Change]:
    """Return a term whose money went back."""
    yield subscription(event, {"ends_at": event.ends_at, **NO_RENEWAL})
    yield term_of(event, event.cut_at)


def payer(event: Payer.Event, values: Values) -> Amend:
    """Return what is known of a payer."""
    return Amend("payer", {"payer_id": event.originator_id}, values)


def payer_registered(event: Payer.PayerRegistered, _: int) -> Iterable[Change]:
    """Return a new payer."""
    nothing = dict.fromkeys(
        ("method", "expires_year", "expires_month", "announced_year", "announced_month")
    )
    yield Insert("payer", {"payer_id": event.originator_id}, {"user_id": event.user_id, **nothing})


def card_saved(event: Payer.CardSaved, _: int) -> Iterable[Change]:
    """Return when the card expires."""
    expiry = {"expires_year": event.expires_year, "expires_month": event.expires_month}
    yield payer(event, {"method": event.method, **expiry})


def expiry_announced(event: Payer.CardExpiryAnnounced, _: int) -> Iterable[Change]:
    """Return which expiry was told."""
    told = {"announced_year": event.expires_year, "announced_month": event.expires_month}
    yield payer(event, told)


def card_page_opened(event: Payer.CardPageOpened, _: int) -> Iterable[Change]:
    """Return a page on which a card is left."""
    values = {"user_id": event.by, "opened_at": event.timestamp, "is_closed": False}
    yield Insert("card_page", {"update_id": event.update_id}, values)


def card_page_closed(event: Payer.CardPageClosed, _: int) -> Iterable[Change]:
    """Return that nothing is expected of it any more."""
    yield Amend("card_page", {"update_id": event.update_id}, {"is_closed": True})


SUBSCRIPTIONS: Mapping[type[Event], Handler] = {
    Subscription.SubscriptionBegun: subscribed,
    Subscription.TermPaid: term_paid,
    Subscription.RenewalPriceAnnounced: price_announced,
    Subscription.RenewalStarted: renewal_started,
    Subscription.RenewalFailed: renewal_failed,
    Subscription.RenewalCancelled: renewal_over,
    Subscription.RenewalResumed: resumed,
    Subscription.TermMoved: term_moved,
    Subscription.TermRevoked: term_revoked,
    Subscription.SubscriptionLapsed: renewal_over,
    Payer.PayerRegistered: payer_registered,
    Payer.CardSaved: card_saved,
    Payer.CardExpiryAnnounced: expiry_announced,
    Payer.CardPageOpened: card_page_opened,
    Payer.CardPageClosed: card_page_closed,
}
