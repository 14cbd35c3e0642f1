"""What a payer decides about her subscriptions, and nobody else does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import CARD_PROCESSOR
from domain.billing import BillingIsUnavailable, CardFace, ChargeState, PageState, SavedCard
from domain.payer import NoSavedCard, NoSuchCardPage, Payer, payer_of
from domain.purchase import NoSuchPurchase
from domain.subscription import NoSuchSubscription, Subscription, SubscriptionIsOver
from tests.domain.people import ADA, BEN, NOW
from tests.domain.purchases import CARD, IN_A_MONTH, WAYS, card_saved, confirmed
from tests.domain.rules import Rules
from tests.domain.subscriptions import (
    DUE,
    RENEWAL,
    RENEWAL_REFERENCE,
    became,
    cancelled,
    given_up,
    past_due,
    renewing,
    running,
    tier_ends,
)
from tests.scenario import Fact, fact

UPDATE = UUID("00000000-0000-0000-0000-00000000ee01")
PAGE = f"cs_memory_{UPDATE.hex}"
NEW_CARD = SavedCard(CARD.customer, f"pm_memory_{UPDATE.hex}", 2032, 5)
OPENED = fact(
    Payer.CardPageOpened, payer_of(BEN), by=BEN, at=NOW, update_id=UPDATE, session_id=PAGE
)


def cancel(rules: Rules, at: datetime = NOW, payer_id: UUID = BEN) -> int:
    return rules.subscribing.cancel(user_id=BEN, payer_id=payer_id, at=at)


def resume(rules: Rules, at: datetime = NOW, payer_id: UUID = BEN) -> int:
    return rules.subscribing.resume(user_id=BEN, payer_id=payer_id, at=at)


def change_card(rules: Rules) -> object:
    return rules.subscribing.open_card_page(
        update_id=UPDATE, payer_id=BEN, currency="usd", ways=WAYS, at=NOW
    )


def settle_card(rules: Rules, payer_id: UUID = BEN) -> tuple[PageState, int]:
    return rules.subscribing.settle_card(update_id=UPDATE, payer_id=payer_id, at=NOW)


def confirm(rules: Rules, payer_id: UUID = BEN) -> str | None:
    return rules.subscribing.confirm(
        purchase_id=RENEWAL, payer_id=payer_id, return_url="https://portal.example/back"
    )


def closed(*, card_left: bool) -> Fact:
    facts = {"update_id": UPDATE, "user_id": BEN, "card_left": card_left}
    return fact(Payer.CardPageClosed, payer_of(BEN), by=CARD_PROCESSOR, at=NOW, **facts)


def test_who_cancels_keeps_what_is_paid(rules: Rules) -> None:
    running(rules)
    rules.when(lambda: cancel(rules)).then(cancelled(NOW))
    rules.when(lambda: cancel(rules)).then()


def test_who_cancels_while_the_card_is_charged_gives_up_the_charge(rules: Rules) -> None:
    renewing(rules)
    rules.when(lambda: cancel(rules, DUE)).then(
        tier_ends(IN_A_MONTH, "cancelled", DUE, by=BEN), cancelled(DUE), given_up(BEN, DUE)
    )


def test_who_cancels_in_grace_has_the_tier_until_the_end_of_the_term_and_no_longer(
    rules: Rules,
) -> None:
    past_due(rules)
    late = IN_A_MONTH + timedelta(days=1)
    rules.when(lambda: cancel(rules, late)).then(
        tier_ends(late, "cancelled", late, by=BEN), cancelled(late, late), given_up(BEN, late)
    )


def test_who_has_cancelled_may_come_back_until_the_term_ends(rules: Rules) -> None:
    running(rules)
    cancel(rules)
    rules.when(lambda: resume(rules, IN_A_MONTH)).refused(SubscriptionIsOver)
    resumed = became(Subscription.RenewalResumed, by=BEN, at=NOW, payer_id=BEN)
    rules.when(lambda: resume(rules)).then(resumed)


@pytest.mark.parametrize("command", [cancel, resume])
def test_only_who_pays_decides(rules: Rules, command: Callable[..., int]) -> None:
    running(rules)
    rules.when(lambda: command(rules, payer_id=ADA)).refused(NoSuchSubscription)


def test_there_is_nothing_to_cancel_of_what_was_never_bought(rules: Rules) -> None:
    rules.when(lambda: cancel(rules)).refused(NoSuchSubscription)


def test_a_cancelling_that_is_overtaken_by_the_cashier_counts_all_the_same(rules: Rules) -> None:
    running(rules).log.rivals.append(lambda: rules.renewing.start(BEN, at=DUE))
    assert rules.when(lambda: cancel(rules, DUE)).appended[-3:] == [
        tier_ends(IN_A_MONTH, "cancelled", DUE, by=BEN),
        cancelled(DUE),
        given_up(BEN, DUE),
    ]


def test_a_card_is_left_on_a_page_for_that(rules: Rules) -> None:
    running(rules)
    rules.when(lambda: change_card(rules)).then(OPENED)
    rules.when(lambda: change_card(rules)).then()
    rules.when(lambda: settle_card(rules)).then()
    rules.billing.leave_card(PAGE)
    outcome = rules.when(lambda: settle_card(rules))
    outcome.then(card_saved(NEW_CARD), closed(card_left=True))
    assert outcome.answer == (PageState.COMPLETE, rules.log.head())
    rules.when(lambda: settle_card(rules)).then()


def test_a_page_whose_time_ran_out_leaves_the_card_as_it_is(rules: Rules) -> None:
    change_card(running(rules))
    rules.billing.expire(PAGE)
    rules.when(lambda: settle_card(rules)).then(closed(card_left=False))
    assert rules.subscribing.face_of_card(BEN) == CardFace("visa", "4242", 2031, 4)


def test_an_older_page_that_is_looked_up_late_does_not_bring_the_older_card_back(
    rules: Rules,
) -> None:
    change_card(running(rules))
    rules.billing.leave_card(PAGE)
    settle_card(rules)
    newer = SavedCard(CARD.customer, "pm_newer", 2033, 1)
    rules.given(card_saved(newer))
    rules.when(lambda: settle_card(rules)).then()


@pytest.mark.parametrize("lost_answers", [0, 1], ids=["failed", "failed, but it happened"])
def test_a_page_for_a_card_that_failed_is_the_same_one_later(
    rules: Rules, lost_answers: int
) -> None:
    running(rules)
    rules.billing.lost_answers, rules.billing.is_down = lost_answers, not lost_answers
    rules.when(lambda: change_card(rules)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    rules.when(lambda: change_card(rules)).then(OPENED)
    assert list(rules.billing.updates) == [PAGE]


def test_who_never_paid_has_no_card_to_change(rules: Rules) -> None:
    rules.when(lambda: change_card(rules)).refused(NoSavedCard)
    rules.when(lambda: settle_card(rules)).refused(NoSuchCardPage)
    assert rules.subscribing.face_of_card(BEN) is None


def test_nobody_learns_of_the_card_of_somebody_else(rules: Rules) -> None:
    change_card(running(rules))
    rules.when(lambda: settle_card(rules, ADA)).refused(NoSuchCardPage)
    assert rules.subscribing.face_of_card(ADA) is None


def test_a_charge_that_needs_its_holder_is_confirmed_at_her_bank(rules: Rules) -> None:
    past_due(rules, "needs-holder")
    assert confirm(rules) == f"https://bank.example/{RENEWAL_REFERENCE}"
    rules.billing.confirm_as_holder(RENEWAL_REFERENCE)
    assert confirm(rules) is None
    outcome = rules.when(lambda: rules.clearing.clear(RENEWAL, at=DUE))
    assert confirmed(RENEWAL, at=DUE) in outcome.appended


def test_a_charge_that_its_holder_refuses_stays_refused(rules: Rules) -> None:
    past_due(rules, "needs-holder")
    confirm(rules)
    rules.billing.refuse_as_holder(RENEWAL_REFERENCE)
    rules.when(lambda: rules.clearing.clear(RENEWAL, at=DUE)).then()
    assert rules.billing.charged[RENEWAL_REFERENCE].state is ChargeState.DECLINED


def test_nobody_else_confirms_a_charge_and_nobody_one_that_was_not_refused(rules: Rules) -> None:
    renewing(rules)
    assert confirm(rules) is None
    rules.when(lambda: confirm(rules, ADA)).refused(NoSuchPurchase)


def test_the_end_of_a_card_is_announced_to_who_has_one(rules: Rules) -> None:
    running(rules)
    soon = NOW.replace(year=2031, month=4, day=1)
    announce = lambda: rules.subscribing.announce_expiry(BEN, at=soon)  # noqa: E731 - said twice
    [announced] = rules.when(announce).appended
    assert announced.event is Payer.CardExpiryAnnounced
    rules.when(announce).then()
    rules.when(lambda: rules.subscribing.announce_expiry(ADA, at=soon)).refused(NoSavedCard)


def test_a_list_of_invoices_is_mailed_to_who_has_some(rules: Rules) -> None:
    running(rules)
    asked = fact(Payer.InvoiceSummaryRequested, payer_of(BEN), by=BEN, at=NOW, user_id=BEN)
    rules.when(lambda: rules.subscribing.request_summary(payer_id=BEN, at=NOW)).then(asked)
    rules.when(lambda: rules.subscribing.request_summary(payer_id=ADA, at=NOW)).refused(NoSavedCard)
