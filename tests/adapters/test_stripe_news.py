"""What is read from an event of Stripe, and what is none of our business."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from adapters.stripe_news import KINDS, report_of
from domain.billing import Report
from tests.adapters.stripe_shop import accepts, page_to_pay
from tests.adapters.stripe_world import GOOD_CARD, stripe_world
from tests.contracts.billing import BENS_PURCHASE, charged, opened
from tests.contracts.billing_desk import ADA

PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a01")
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OURS = {"purchase_id": str(PURCHASE)}
SESSION = {"id": "cs_1", "payment_intent": "pi_1", "metadata": OURS}
INTENT = {"id": "pi_1", "metadata": OURS}
MONEY_BACK = {"id": "re_1", "payment_intent": "pi_1", "metadata": {}}
NOT_OURS = [None, {}, {"order": "7"}, {"purchase_id": "7"}, {"purchase_id": ""}]


def event(kind: str, about: object) -> dict:
    created = int(AT.timestamp())
    return {"id": "evt_1", "type": kind, "created": created, "data": {"object": about}}


def reported(kind: str, **about: object) -> Report:
    return Report("evt_1", kind, AT, **about)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("checkout.")])
def test_an_event_about_a_page_names_page_charge_and_purchase(kind):
    told = report_of(event(kind, SESSION))
    assert told == reported(kind, session_id="cs_1", reference="pi_1", purchase_id=PURCHASE)


def test_an_event_about_a_page_without_money_names_no_charge():
    kind, session = "checkout.session.expired", SESSION | {"payment_intent": None}
    assert report_of(event(kind, session)).reference is None


def test_an_event_about_a_page_for_a_card_names_its_payer():
    kind, about = "checkout.session.completed", {"metadata": {"payer_id": str(ADA)}}
    told = report_of(event(kind, SESSION | {"payment_intent": None} | about))
    assert told == reported(kind, session_id="cs_1", payer_id=ADA)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("payment_intent.")])
def test_an_event_about_a_charge_names_charge_and_purchase(kind):
    told = report_of(event(kind, INTENT))
    assert told == reported(kind, reference="pi_1", purchase_id=PURCHASE)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith(("charge.", "refund"))])
@pytest.mark.parametrize("charge", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
def test_an_event_about_money_that_goes_back_names_the_charge(kind, charge):
    about = MONEY_BACK | {"payment_intent": charge, "metadata": OURS}
    told = report_of(event(kind, about))
    assert told == reported(kind, reference="pi_1", purchase_id=PURCHASE)


@pytest.mark.parametrize(
    "kind",
    ["charge.dispute.created", "charge.refund.updated", "refund.failed", "refund.updated"],
)
def test_what_bears_no_identifier_of_ours_may_be_of_a_charge_of_ours(kind):
    assert report_of(event(kind, MONEY_BACK)) == reported(kind, reference="pi_1")


@pytest.mark.parametrize("metadata", NOT_OURS)
@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("checkout.session.completed", SESSION),
        ("payment_intent.succeeded", INTENT),
        ("charge.refunded", MONEY_BACK),
    ],
)
def test_what_somebody_else_sells_in_the_same_account_is_none_of_our_business(
    kind, about, metadata
):
    assert report_of(event(kind, about | {"metadata": metadata})) is None


def test_a_dispute_about_money_without_a_payment_intent_is_none_of_our_business():
    about = MONEY_BACK | {"payment_intent": None}
    assert report_of(event("charge.dispute.created", about)) is None


@pytest.mark.parametrize("kind", ["payment_intent.created", "a.kind.of.next.year", "charge.failed"])
def test_an_event_of_a_kind_that_we_do_not_listen_to_is_none_of_our_business(kind):
    assert report_of(event(kind, {"object": "whatever"})) is None


def test_the_vendor_lists_so_many_kinds_at_once():
    assert len(KINDS) == len(set(KINDS)) <= 20


def test_a_long_past_is_read_page_by_page_and_oldest_first(tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.stripe_news.PAGE", 2)
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        checkout = opened(world.billing)
        accepts(world, checkout, GOOD_CARD)
        card = world.billing.payment(checkout.session_id).card
        for number in range(4):
            charged(world.billing, card, UUID(int=number))
        accepts(world, page_to_pay(world), GOOD_CARD)
        told = list(world.billing.reports(since=world.clock()))
        charges = list(world.billing.charges(since=world.clock()))
    of_charges = [one.purchase_id for one in told if one.kind == "payment_intent.succeeded"]
    assert of_charges == [PURCHASE, *[UUID(int=number) for number in range(4)]]
    assert [one.purchase_id for one in charges] == [*of_charges, None]


def test_the_past_begins_when_it_is_said_to(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        checkout = opened(world.billing)
        accepts(world, checkout, GOOD_CARD)
        card = world.billing.payment(checkout.session_id).card
        world.clock.advance(hours=1)
        since = world.clock()
        charge = charged(world.billing, card, BENS_PURCHASE)
        assert [one.reference for one in world.billing.reports(since=since)] == [charge.reference]
        assert list(world.billing.charges(since=since)) == [charge]
