"""News of the card vendor is kept at once and worked off once, whatever comes twice or late."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.billing import BillingIsUnavailable, Price, Report
from domain.payer import Payer
from domain.payment_report import NoSuchReport, PaymentReport, report_of
from domain.reconciliation import Reconciliation, reconciliation_of
from tests.domain.people import BEN, NOW
from tests.domain.purchases import (
    PURCHASE,
    REFERENCE,
    SESSION,
    after_paying,
    paid_for_the_first_time,
    refunded,
    settle,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import running
from tests.domain.test_subscribing import NEW_CARD, PAGE, change_card
from tests.domain.together import all_at_once
from tests.scenario import Fact, fact

REPORT = Report("evt_1", "checkout.session.completed", NOW, SESSION, REFERENCE, PURCHASE)
LATER = NOW + timedelta(days=1)


def received(report: Report = REPORT, at: datetime = NOW) -> Fact:
    return fact(
        PaymentReport.PaymentReported,
        report_of(report.report_id),
        by=CARD_PROCESSOR,
        at=at,
        report_id=report.report_id,
        kind=report.kind,
        reported_at=report.at,
        session_id=report.session_id,
        reference=report.reference,
        purchase_id=report.purchase_id,
        payer_id=report.payer_id,
    )


def worked_off(outcome: str, report: Report = REPORT) -> Fact:
    of = report_of(report.report_id)
    return fact(PaymentReport.ReportWorkedOff, of, by=CASHIER, at=NOW, outcome=outcome)


def work_off(rules: Rules, report: Report = REPORT) -> int:
    return rules.hearing.work_off(report_of(report.report_id), at=NOW)


def hear(rules: Rules, report: Report) -> Rules:
    rules.hearing.receive(report, at=NOW)
    return rules


def test_a_report_is_kept_once_without_asking_anybody(rules: Rules) -> None:
    rules.billing.is_down = True
    rules.when(lambda: rules.hearing.receive(REPORT, at=NOW)).then(received())
    rules.when(lambda: rules.hearing.receive(REPORT, at=LATER)).then()


def test_a_report_that_comes_eight_times_at_once_is_kept_once(rules: Rules) -> None:
    receive = lambda: rules.hearing.receive(REPORT, at=NOW)  # noqa: E731 - said eight times
    assert all_at_once([receive] * 8) == ["done"] * 8
    assert rules.facts() == [received()]


def test_what_a_report_is_about_is_looked_up_and_recorded_once(rules: Rules) -> None:
    hear(after_paying(rules), REPORT)
    rules.when(lambda: work_off(rules)).then(*paid_for_the_first_time(), worked_off("recorded"))
    rules.when(lambda: work_off(rules)).then()


def test_a_report_of_what_is_known_is_no_news(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    hear(rules, REPORT)
    rules.when(lambda: work_off(rules)).then(worked_off("no news"))


def test_a_report_says_nothing_by_itself(rules: Rules) -> None:
    lie = Report("evt_2", "charge.refunded", NOW, reference=REFERENCE, purchase_id=PURCHASE)
    hear(running(rules), lie)
    rules.when(lambda: work_off(rules, lie)).then(worked_off("no news", lie))


def test_a_report_may_name_only_the_charge(rules: Rules) -> None:
    told = Report("evt_3", "charge.dispute.created", NOW, reference=REFERENCE)
    hear(running(rules), told)
    rules.billing.refund_in_dashboard(REFERENCE)
    appended = rules.when(lambda: work_off(rules, told)).appended
    assert refunded() in appended
    assert appended[-1] == worked_off("recorded", told)


@pytest.mark.parametrize(
    "report",
    [
        Report("evt_4", "payment_intent.succeeded", NOW),
        Report("evt_5", "payment_intent.succeeded", NOW, purchase_id=PURCHASE),
        Report("evt_6", "payment_intent.succeeded", NOW, reference="pi_memory_elsewhere"),
    ],
    ids=["of nothing", "of no purchase here", "of another shop"],
)
def test_what_is_not_ours_is_said_to_be_not_ours(rules: Rules, report: Report) -> None:
    rules.billing.sell_elsewhere()
    hear(rules, report)
    rules.when(lambda: work_off(rules, report)).then(worked_off("not ours", report))


def test_money_that_is_not_what_was_asked_for_is_for_a_person_to_look_at(rules: Rules) -> None:
    hear(after_paying(rules), REPORT)
    payment = rules.billing.payments[SESSION]
    rules.billing.payments[SESSION] = replace(payment, price=Price(999, "usd"))
    rules.when(lambda: work_off(rules)).then(worked_off("differs"), *told_to_support())


def test_a_refund_that_failed_later_is_for_a_person_to_look_at(rules: Rules) -> None:
    running(rules).billing.refund_in_dashboard(REFERENCE)
    rules.clearing.clear(PURCHASE, at=NOW)
    rules.billing.fail_refund(REFERENCE)
    hear(rules, REPORT)
    rules.when(lambda: work_off(rules)).then(worked_off("differs"), *told_to_support())


def told_to_support() -> tuple[Fact, Fact]:
    """Return that money which is not what is on record is on support's list."""
    day = reconciliation_of(NOW)
    facts = {"kind": "amount", "reference": REFERENCE, "purchase_id": PURCHASE}
    return (
        fact(Reconciliation.DayOpened, day, by=CASHIER, at=NOW, day="2026-03-02"),
        fact(Reconciliation.DifferenceFound, day, by=CASHIER, at=NOW, **facts),
    )


@pytest.mark.parametrize("lost_answers", [0, 1], ids=["failed", "failed, but it happened"])
def test_a_report_that_cannot_be_looked_up_stays_to_be_worked_off(
    rules: Rules, lost_answers: int
) -> None:
    hear(after_paying(rules), REPORT)
    rules.billing.lost_answers, rules.billing.is_down = lost_answers, not lost_answers
    rules.when(lambda: work_off(rules)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    rules.when(lambda: work_off(rules)).then(*paid_for_the_first_time(), worked_off("recorded"))


def test_a_card_that_was_left_is_heard_of(rules: Rules) -> None:
    change_card(running(rules))
    rules.billing.leave_card(PAGE)
    told = Report("evt_7", "checkout.session.completed", NOW, session_id=PAGE, payer_id=BEN)
    hear(rules, told)
    saved, closed, done = rules.when(lambda: work_off(rules, told)).appended
    assert (saved.event, saved.payload["method"]) == (Payer.CardSaved, NEW_CARD.method)
    assert closed.event is Payer.CardPageClosed
    assert done == worked_off("recorded", told)


@pytest.mark.parametrize("session_id", [None, "cs_elsewhere"])
def test_a_card_left_on_a_page_that_is_not_ours_is_not_ours(
    rules: Rules, session_id: str | None
) -> None:
    told = Report("evt_8", "checkout.session.completed", NOW, session_id=session_id, payer_id=BEN)
    hear(running(rules), told)
    rules.when(lambda: work_off(rules, told)).then(worked_off("not ours", told))


def test_what_was_never_reported_is_not_worked_off(rules: Rules) -> None:
    rules.when(lambda: work_off(rules)).refused(NoSuchReport)


def test_a_year_of_reports_told_again_in_any_order_is_harmless(rules: Rules) -> None:
    running(rules)
    for report in rules.billing.news:
        hear(rules, report)
        work_off(rules, report)
    head = rules.log.head()
    for report in reversed(rules.billing.news):
        hear(rules, report)
        work_off(rules, report)
    assert rules.log.head() == head
