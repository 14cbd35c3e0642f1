"""What holds at any time: who has the tier, and that terms follow one another."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

from domain.billing import ChargeState
from domain.subscription import NoSuchSubscription, Subscription
from domain.subscription_life import SubscriptionState
from domain.user import User
from tests.domain.money import PEOPLE, MoneyWorld

KEPT = timedelta(days=7)
"""As the product promises it, whatever the code says."""


def check_at_any_time(world: MoneyWorld) -> None:
    """Raise unless everybody has exactly the tier that was paid for, or that is kept in between."""
    for user_id in PEOPLE:
        user = world.user(user_id)
        with suppress(NoSuchSubscription):
            check_person(world, user, world.subscription(user_id))
            continue
        assert user.is_paid(world.time) is user.granted, "the tier for nothing"
    paid = [one for one in world.billing.charged.values() if one.state is ChargeState.PAID]
    assert len({one.purchase_id for one in paid}) == len(paid), "charged twice for a term"


def check_person(world: MoneyWorld, user: User, subscription: Subscription) -> None:
    terms = world.terms(user.id)
    for one, other in pairwise(terms):
        assert one.ends_at <= other.starts_at, "two terms for the same time"
    is_paid_for = any(term.starts_at <= world.time < term.ends_at for term in terms)
    has_it = user.is_paid(world.time)
    if user.granted:
        assert has_it, "a gift that was taken away"
    elif is_paid_for:
        assert has_it, "paid, and without the tier"
    else:
        assert has_it is is_kept(world, subscription), "the tier beyond term and grace, or short"


def is_kept(world: MoneyWorld, subscription: Subscription) -> bool:
    """Say whether somebody has the tier because her renewal is not settled."""
    match subscription.state:
        case SubscriptionState.RENEWING if subscription.renewal_started_at:
            return world.time < subscription.renewal_started_at + KEPT
        case SubscriptionState.PAST_DUE if subscription.grace_ends_at:
            return world.time < subscription.grace_ends_at
        case _:
            return False
