"""What holds when everything is worked off: where the money is, and that nothing is left to do."""

from datetime import datetime
from uuid import UUID

from domain.billing import Charge, ChargeState, Dispute
from domain.payer import Payer
from domain.payment_report import PaymentReport
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.renewal import GRACE
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from domain.term import Term
from tests.domain.money import MoneyWorld


def check_when_settled(world: MoneyWorld) -> None:
    """Raise unless money taken equals terms granted and what went back, purchase by purchase."""
    purchases: dict[UUID, Purchase] = {one.id: one for one in world.all(Purchase)}
    terms = {one: term for each in world.all(Subscription) for one, term in each.terms.items()}
    charged = world.billing.charged.values()
    paid = [one for one in charged if one.state is ChargeState.PAID]
    for charge in paid:
        assert charge.purchase_id is not None
        check_money(charge, purchases[charge.purchase_id], is_granted=charge.purchase_id in terms)
    taken = {one.purchase_id for one in paid}
    assert {one for one in purchases if purchases[one].is_paid} == taken, "paid, or not?"
    assert terms.keys() <= taken, "a term for nothing"
    for purchase_id, dates in terms.items():
        if purchases[purchase_id].is_returned:
            term = Term(*dates)
            assert term.ends_at <= max(term.starts_at, world.time), "a term whose money went back"
    check_rest(world, purchases)
    check_cards(world)


def check_money(charge: Charge, purchase: Purchase, *, is_granted: bool) -> None:
    assert charge.price == purchase.plan.price
    assert purchase.is_paid, f"money that nobody has recorded: {purchase.state}"
    is_back = charge.refunded == charge.price.amount or charge.dispute is Dispute.LOST
    is_disputed = charge.dispute is Dispute.OPEN
    is_owed = purchase.state is PurchaseState.REFUND_OWED
    assert is_granted or is_back or is_disputed or is_owed, "money for nothing"
    assert not is_owed or charge.dispute is Dispute.WON, "owed, and nobody gives it back"
    assert purchase.is_returned == is_back, "back, or not?"
    assert purchase.refunded == charge.refunded
    assert (purchase.state is PurchaseState.DISPUTED) == (is_disputed and not is_back)


def check_rest(world: MoneyWorld, purchases: dict[UUID, Purchase]) -> None:
    """Raise if anything is left to do that nobody does."""
    for one in purchases.values():
        charge = world.billing.charged.get(f"pi_memory_{one.id.hex}")
        if one.state in (PurchaseState.GIVEN_UP, PurchaseState.CHARGING):
            is_undecided = charge is not None and charge.state is ChargeState.PENDING
            assert is_undecided, f"{one.state}, and nobody does anything"
        if one.state is PurchaseState.WITHDRAWN and charge:
            assert charge.state is ChargeState.WITHDRAWN, "withdrawn here only"
    assert all(one.outcome is not None for one in world.all(PaymentReport)), "unheard"
    for one in world.all(Subscription):
        renewal = purchases.get(one.renewal_id)
        match one.state:
            case SubscriptionState.RENEWING:
                assert renewal, "renewing by nothing"
                assert renewal.state is PurchaseState.CHARGING, "renewing, and nobody charges"
            case SubscriptionState.PAST_DUE:
                assert renewal, "past due for nothing"
                assert renewal.state in (PurchaseState.FAILED, PurchaseState.CHARGING)
                assert not is_over(one, world.time), "beyond its grace"
            case SubscriptionState.FREE:
                assert not one.terms or is_over(one, world.time), "lapsed too early"
            case _:
                assert not is_over(one, world.time), "over, and nobody says so"


def is_over(one: Subscription, at: datetime) -> bool:
    assert one.ends_at is not None
    grace = one.grace_ends_at or one.ends_at
    until = one.ends_at + GRACE if one.state is SubscriptionState.RUNNING else one.ends_at
    return at >= max(until, grace)


def check_cards(world: MoneyWorld) -> None:
    """Raise unless every card that was left is known, and each payer is charged on her own."""
    for payer in world.all(Payer):
        events = world.log.stream(payer.id)
        saved = [event for event in events if isinstance(event, Payer.CardSaved)]
        names = {one.customer for one in saved}
        for one in world.all(Purchase):
            if one.buyer_id == payer.user_id and one.attempt >= 0:
                assert one.card.customer in names, "somebody else's card"
        methods = {one.method for one in saved}
        for update_id in payer.closed_pages:
            left = world.billing.updates[payer.pages[update_id]].card
            is_known = left is None or left.method in methods
            assert is_known or not payer.is_newest(update_id), "a card that was left in vain"
    known = {one.user_id: one for one in world.all(Payer)}
    for one in world.all(Purchase):
        assert not one.is_paid or known[one.buyer_id].card, "paid, and nobody knows the card"
