"""Our purchases are compared with the card vendor's: what was missed is made good, or told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import CASHIER
from domain.billing import BillingIsUnavailable, Charge, ChargeState, Price
from domain.reconciliation import DifferenceKind, Reconciliation, reconciliation_of
from domain.reconciling import Difference, Findings
from tests.domain.people import NOW
from tests.domain.purchases import (
    PURCHASE,
    REFERENCE,
    SESSION,
    after_paying,
    paid_for_the_first_time,
    settle,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import running
from tests.domain.test_hearing import received
from tests.scenario import Fact, fact

SINCE = NOW - timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)
OPENED = fact(
    Reconciliation.DayOpened, reconciliation_of(NOW), by=CASHIER, at=NOW, day="2026-03-02"
)


def finished(reports: int, charges: int, missed: int, repaired: int) -> Fact:
    return on_the_day(
        Reconciliation.RunFinished,
        since=SINCE,
        reports=reports,
        charges=charges,
        missed_reports=missed,
        repaired=repaired,
    )


def found(kind: str, reference: str, purchase_id: UUID | None) -> Fact:
    facts = {"kind": kind, "reference": reference, "purchase_id": purchase_id}
    return on_the_day(Reconciliation.DifferenceFound, **facts)


def on_the_day(event: type[Reconciliation.Event], **facts: Any) -> Fact:
    return fact(event, reconciliation_of(NOW), by=CASHIER, at=NOW, **facts)


def compare(
    rules: Rules, *paid_since: UUID, since: datetime = SINCE, at: datetime = NOW
) -> tuple[Findings, int]:
    return rules.reconciling.compare(since=since, paid_since=paid_since, at=at)


def all_heard(rules: Rules) -> Rules:
    for report in rules.billing.news:
        rules.hearing.receive(report, at=NOW)
    return rules


def test_a_day_without_anything_is_recorded_once(rules: Rules) -> None:
    rules.when(lambda: compare(rules)).then(OPENED, finished(0, 0, 0, 0))
    rules.when(lambda: compare(rules)).then()


def test_every_day_is_compared_anew(rules: Rules) -> None:
    compare(rules)
    appended = rules.when(lambda: compare(rules, at=TOMORROW)).appended
    assert [one.event for one in appended] == [
        Reconciliation.DayOpened,
        Reconciliation.RunFinished,
    ]


def test_reports_that_never_reached_us_are_kept_and_money_that_was_missed_recorded(
    rules: Rules,
) -> None:
    after_paying(rules)
    first, second = rules.billing.news
    rules.when(lambda: compare(rules)).then(
        received(first),
        received(second),
        *paid_for_the_first_time(),
        OPENED,
        finished(2, 1, 2, 1),
    )
    rules.when(lambda: compare(rules)).then()


def test_what_is_known_is_neither_missed_nor_repaired(rules: Rules) -> None:
    all_heard(running(rules))
    findings, _ = compare(rules, PURCHASE)
    assert findings == Findings(2, 1, 0, 0, ())


def test_only_what_happened_since_is_compared(rules: Rules) -> None:
    after_paying(rules)
    findings, _ = compare(rules, since=NOW + timedelta(seconds=1))
    assert (findings.reports, findings.charges) == (0, 0)


def test_money_of_a_purchase_that_was_never_begun_is_told_once_a_day(rules: Rules) -> None:
    charge = Charge(PURCHASE, REFERENCE, ChargeState.PAID, Price(1000, "usd"), NOW)
    rules.billing.charged[REFERENCE] = charge
    rules.when(lambda: compare(rules)).then(
        OPENED, finished(0, 1, 0, 0), found("unknown purchase", REFERENCE, PURCHASE)
    )
    rules.when(lambda: compare(rules)).then()
    tomorrow = rules.when(lambda: compare(rules, at=TOMORROW)).appended
    assert [one.event for one in tomorrow][-1] is Reconciliation.DifferenceFound


def test_money_of_another_shop_on_the_same_account_is_none_of_our_business(rules: Rules) -> None:
    rules.billing.sell_elsewhere()
    rules.when(lambda: compare(rules)).then(OPENED, finished(0, 1, 0, 0))


def test_another_amount_than_was_asked_for_is_told(rules: Rules) -> None:
    all_heard(after_paying(rules))
    payment = rules.billing.payments[SESSION]
    rules.billing.payments[SESSION] = replace(payment, price=Price(999, "usd"))
    findings, _ = compare(rules)
    assert findings.differences == (Difference(DifferenceKind.AMOUNT, REFERENCE, PURCHASE),)


def test_a_purchase_that_is_paid_here_and_not_there_is_told(rules: Rules) -> None:
    all_heard(running(rules))
    charge = rules.billing.charged[REFERENCE]
    rules.billing.charged[REFERENCE] = replace(charge, state=ChargeState.WITHDRAWN)
    rules.when(lambda: compare(rules, PURCHASE)).then(
        OPENED, finished(2, 1, 0, 0), found("not paid there", REFERENCE, PURCHASE)
    )


def test_a_purchase_whose_money_nobody_knows_there_is_told_and_stops_nothing(rules: Rules) -> None:
    all_heard(running(rules))
    rules.billing.charged.clear()
    rules.when(lambda: compare(rules, PURCHASE)).then(
        OPENED, finished(2, 0, 0, 0), found("not paid there", REFERENCE, PURCHASE)
    )


def test_a_purchase_of_which_no_money_is_known_is_not_asked_for(rules: Rules) -> None:
    all_heard(after_paying(rules))
    rules.billing.charged.clear()
    assert compare(rules, PURCHASE, reconciliation_of(NOW))[0].differences == ()


def test_charges_that_were_not_paid_need_nothing(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    rules.billing.charged[REFERENCE] = replace(
        rules.billing.charged[REFERENCE], purchase_id=None, state=ChargeState.DECLINED
    )
    assert compare(all_heard(rules))[0].differences == ()


@pytest.mark.parametrize("call", ["reports", "charges", "charge_of"])
@pytest.mark.parametrize("fault", ["before", "after"], ids=["failed", "failed, but it happened"])
def test_a_comparison_that_was_cut_off_is_made_again_and_repairs_once(
    rules: Rules, call: str, fault: Any
) -> None:
    after_paying(rules)
    rules.billing.fault = lambda asked: fault if asked == call else None
    outcome = rules.when(lambda: compare(rules, PURCHASE))
    assert isinstance(outcome.refusal, BillingIsUnavailable)
    rules.billing.fault = lambda _call: None
    compare(rules, PURCHASE)
    kinds = [one.event for one in rules.facts()]
    assert kinds.count(Reconciliation.RunFinished) == 1
    assert all(kinds.count(told.event) == 1 for told in paid_for_the_first_time())
