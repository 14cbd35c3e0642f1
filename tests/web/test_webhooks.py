"""What the card vendor reports is kept at once and worked off afterwards, each report once."""

import random
from uuid import uuid5

import pytest
from werkzeug.test import TestResponse

from domain.aggregate import HOUSE
from domain.plan import MONTHLY
from tests.fixtures.house import House, Visitor
from tests.projections.rows import rows_of
from tests.web.pages import told
from tests.web.till import FIRST_TERM, fall_due, pass_days, session_of, way_back

KEPT = {"kept": True}
NOT_OURS = {"kept": False, "reason": "none of our business"}


@pytest.fixture
def session_id(ben: Visitor) -> str:
    """The card page that Ben was led to."""
    return session_of(ben.post("/buy", form_id=ben.form_id()))


def report(house: House, body: bytes, signature: str | None) -> TestResponse:
    headers = {"Stripe-Signature": signature} if signature else {}
    return house.visitor().client.post("/webhooks/stripe", data=body, headers=headers)


def test_a_webhook_is_only_kept_and_what_it_is_about_is_looked_up_afterwards(
    house: House, session_id: str
) -> None:
    before, (body, signature) = house.head(), house.billing.pay(session_id)
    answer = report(house, body, signature)
    assert (answer.status_code, answer.json) == (200, KEPT)
    assert house.since(before) == ["payment-report.received"]
    before = house.head()
    house.settle()
    assert house.since(before) == [*FIRST_TERM, "payment-report.worked-off"]


def test_a_webhook_is_kept_while_the_vendor_is_down_and_counts_as_soon_as_it_is_back(
    house: House, ben: Visitor, session_id: str
) -> None:
    webhook, house.billing.is_down = house.billing.pay(session_id), True
    assert report(house, *webhook).json == KEPT
    house.settle()
    assert told(ben.compose("eve@home.example", "patient"))[0] == 403
    house.billing.is_down = False
    house.clock.forward(seconds=2)
    house.settle()
    assert ben.compose("eve@home.example", "patient").status_code == 303


def test_a_webhook_counts_once_however_often_it_comes(house: House, session_id: str) -> None:
    before, webhook = house.head(), house.billing.pay(session_id)
    answers = [report(house, *webhook) for _ in range(3)]
    assert [(one.status_code, one.json) for one in answers] == [(200, KEPT)] * 3
    assert house.since(before) == ["payment-report.received"]
    house.settle()
    before = house.head()
    assert report(house, *webhook).json == KEPT
    house.settle()
    assert house.since(before) == []


def test_a_webhook_after_the_buyer_came_back_is_only_kept(
    house: House, ben: Visitor, session_id: str
) -> None:
    webhook = house.billing.pay(session_id)
    ben.get(way_back(house, session_id))
    before = house.head()
    assert report(house, *webhook).json == KEPT
    house.settle()
    assert house.since(before) == ["payment-report.received", "payment-report.worked-off"]


def test_a_buyer_who_never_comes_back_and_whose_webhook_was_lost_is_paid_in_a_few_minutes(
    house: House, ben: Visitor, session_id: str
) -> None:
    house.billing.pay(session_id)
    house.clock.forward(minutes=6)
    house.settle()
    assert ben.compose("eve@home.example", "patient").status_code == 303


def test_a_webhook_that_the_vendor_did_not_sign_is_not_believed(
    house: House, session_id: str
) -> None:
    before, (body, _) = house.head(), house.billing.pay(session_id)
    answers = [report(house, body, one) for one in (None, "", "0" * 64, "t=1,v1=00", "x" * 5000)]
    assert {told(one) for one in answers} == {(400, "Not accepted")}
    assert house.since(before) == []


def test_a_webhook_that_is_no_json_is_not_believed(house: House) -> None:
    bodies = [b"", b"not json", b"[]", b"\xff\x00", b"{" * 10_000]
    answers = [report(house, one, "0" * 64) for one in bodies]
    assert {told(one) for one in answers} == {(400, "Not accepted")}
    assert house.since(0) == []


def test_a_webhook_with_an_altered_body_is_not_believed(house: House, session_id: str) -> None:
    before, (body, signature) = house.head(), house.billing.pay(session_id)
    altered = body.replace(b"session.completed", b"session.expired")
    assert altered != body
    assert told(report(house, altered, signature)) == (400, "Not accepted")
    assert house.since(before) == []


def test_a_webhook_about_a_declined_card_makes_nobody_able(
    house: House, ben: Visitor, session_id: str
) -> None:
    before = house.head()
    assert report(house, *house.billing.decline(session_id)).json == KEPT
    house.settle()
    assert house.since(before) == ["payment-report.received", "payment-report.worked-off"]
    assert ben.compose("eve@home.example", "patient").status_code == 403


def test_a_webhook_of_a_kind_that_says_nothing_to_us_is_not_kept(house: House) -> None:
    answer = report(house, *house.billing.sell_elsewhere())
    assert (answer.status_code, answer.json) == (200, NOT_OURS)
    assert house.since(0) == []


def test_a_webhook_about_a_purchase_that_nobody_started_is_worked_off_as_not_ours(
    house: House,
) -> None:
    house.billing.open_checkout(
        purchase_id=uuid5(HOUSE, "of another shop"),
        price=MONTHLY.price,
        description="Something else",
        customer=None,
        return_url="",
        cancel_url="",
    )
    (session_id,) = house.billing.asked
    assert report(house, *house.billing.pay(session_id)).json == KEPT
    house.settle()
    assert house.since(0) == ["payment-report.received", "payment-report.worked-off"]
    assert outcomes(house) == {"not ours"}


def outcomes(house: House) -> set[str]:
    with house.stores.pool.connection() as connection:
        return {row[0] for row in connection.execute("SELECT outcome FROM billing.report")}


def a_year(house: House, ben: Visitor) -> None:
    """Let Ben buy, be refused, change the card, be renewed, given back, refused, and return."""
    house.buy(ben)
    fall_due(house, ben)
    form = ben.post("/billing/card", form_id=ben.form_id())
    house.billing.leave_card(session_of(form))
    ben.get(way_back(house, session_of(form)))
    for _ in range(100):
        house.clock.forward(days=3)
        house.settle()
    [*_, renewal] = house.billing.charged
    report(house, *house.billing.refund_in_dashboard(renewal))
    pass_days(house, 1, ben)
    house.buy(ben, "declined")
    fall_due(house, ben)
    pass_days(house, 10, ben)
    house.buy(ben)
    assert len(house.billing.news) > 20


def test_a_years_reports_again_in_any_order_change_nothing_but_that_they_were_kept(
    house: House, ben: Visitor
) -> None:
    a_year(house, ben)
    for webhook in (house.billing.webhook(one) for one in house.billing.news):
        report(house, *webhook)
    house.settle()
    before, tables = house.head(), ("entitlements", "roster")
    shown = {name: rows_of(house.stores.pool, name) for name in tables}
    again = house.billing.news * 2
    random.Random(5).shuffle(again)  # noqa: S311 - the same order each time
    for one in again:
        assert report(house, *house.billing.webhook(one)).json == KEPT
        house.settle()
    assert house.since(before) == []
    assert {name: rows_of(house.stores.pool, name) for name in tables} == shown


def test_a_years_reports_for_the_first_time_and_in_any_order_record_only_that_they_came(
    house: House, ben: Visitor
) -> None:
    a_year(house, ben)
    before, late = house.head(), list(house.billing.news)
    shown = rows_of(house.stores.pool, "entitlements")
    random.Random(6).shuffle(late)  # noqa: S311 - the same order each time
    for one in late:
        report(house, *house.billing.webhook(one))
    house.settle()
    assert set(house.since(before)) == {"payment-report.received", "payment-report.worked-off"}
    assert rows_of(house.stores.pool, "entitlements") == shown
