"""What every `News` must do: believe the vendor alone, and miss nothing of the past."""

from dataclasses import astuple
from datetime import timedelta

import pytest

from domain.billing import ChargeState, WebhookIsNotGenuine
from tests.contracts.billing_desk import (
    ADA,
    ADAS_PURCHASE,
    BENS_PURCHASE,
    Desk,
    charged,
    opened,
)
from tests.contracts.billing_pages import card_page


class WebhookContract:
    """Reports of what needs no hand on a page."""

    def test_a_webhook_about_a_page_whose_time_ran_out_names_the_page(self, desk: Desk):
        checkout = opened(desk.billing)
        told = desk.billing.read_webhook(*desk.expire(checkout))
        assert (told.kind, told.session_id) == ("checkout.session.expired", checkout.session_id)

    @pytest.mark.parametrize(
        ("card", "kind"),
        [
            ("good", "payment_intent.succeeded"),
            ("declined", "payment_intent.payment_failed"),
        ],
    )
    def test_a_webhook_about_a_charge_names_it(self, desk: Desk, card: str, kind: str):
        charge = charged(desk.billing, desk.saved_card(card))
        told = desk.billing.read_webhook(*desk.webhook(kind, charge.reference))
        assert (told.kind, told.reference, told.session_id) == (kind, charge.reference, None)

    def test_a_webhook_about_a_dispute_names_the_charge(self, desk: Desk):
        charge = desk.disputed_charge()
        told = desk.billing.read_webhook(*desk.webhook("charge.dispute.created", charge.reference))
        assert (told.reference, told.purchase_id) == (charge.reference, None)

    def test_a_webhook_about_money_given_back_by_hand_names_the_charge(self, desk: Desk):
        charge = charged(desk.billing, desk.saved_card())
        desk.give_back(charge.reference, 400)
        told = desk.billing.read_webhook(*desk.webhook("charge.refunded", charge.reference))
        assert (told.reference, told.purchase_id) == (charge.reference, ADAS_PURCHASE)

    def test_a_webhook_about_something_else_is_none_of_our_business(self, desk: Desk):
        _, webhook = desk.sell_elsewhere()
        assert desk.billing.read_webhook(*webhook) is None


class PageNewsContract:
    """Reports of what a buyer did on a page."""

    def test_a_webhook_about_a_paid_page_names_page_and_purchase(self, desk: Desk):
        checkout = opened(desk.billing)
        told = desk.billing.read_webhook(*desk.pay(checkout))
        assert told.kind == "checkout.session.completed"
        assert (told.session_id, told.purchase_id) == (checkout.session_id, ADAS_PURCHASE)
        assert told.report_id
        assert told.at >= desk.began

    def test_a_webhook_about_a_declined_card_names_the_purchase(self, desk: Desk):
        told = desk.billing.read_webhook(*desk.decline(opened(desk.billing)))
        assert (told.kind, told.purchase_id) == ("payment_intent.payment_failed", ADAS_PURCHASE)

    def test_a_webhook_about_a_card_that_was_left_names_its_payer(self, desk: Desk):
        page = card_page(desk, desk.saved_card().customer)
        told = desk.billing.read_webhook(*desk.leave(page))
        assert (told.session_id, told.payer_id) == (page.session_id, ADA)
        assert told.purchase_id is None

    def test_a_webhook_that_comes_twice_says_the_same_twice(self, desk: Desk):
        webhook = desk.pay(opened(desk.billing))
        assert desk.billing.read_webhook(*webhook) == desk.billing.read_webhook(*webhook)

    def test_a_webhook_with_no_signature_is_not_genuine(self, desk: Desk):
        body, _ = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body, None)

    def test_a_webhook_with_a_letter_changed_is_not_genuine(self, desk: Desk):
        body, signature = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body.replace(b"cs_", b"ct_", 1), signature)

    def test_a_webhook_with_the_signature_of_another_is_not_genuine(self, desk: Desk):
        adas_body, _ = desk.pay(opened(desk.billing, ADAS_PURCHASE))
        _, bens_signature = desk.pay(opened(desk.billing, BENS_PURCHASE))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(adas_body, bens_signature)

    @pytest.mark.parametrize("signature", ["", "ä", "t=1,v1=ä", "\x00"])
    def test_a_webhook_with_a_signature_that_is_none_is_not_genuine(
        self, desk: Desk, signature: str
    ):
        body, _ = desk.pay(opened(desk.billing))
        with pytest.raises(WebhookIsNotGenuine):
            desk.billing.read_webhook(body, signature)


class PastContract:
    """The past of what needs no hand on a page."""

    def test_what_is_read_again_is_what_the_webhook_said(self, desk: Desk):
        charge = charged(desk.billing, desk.saved_card())
        desk.give_back(charge.reference, 400)
        webhook = desk.webhook("charge.refunded", charge.reference)
        told = desk.billing.read_webhook(*webhook)
        assert told in list(desk.billing.reports(since=desk.began))

    def test_what_is_over_longer_is_not_read_again(self, desk: Desk):
        charged(desk.billing, desk.saved_card())
        later = desk.began + timedelta(days=2)
        assert list(desk.billing.reports(since=later)) == []
        assert list(desk.billing.charges(since=later)) == []

    def test_what_is_none_of_our_business_is_not_read_again(self, desk: Desk):
        reference, _ = desk.sell_elsewhere()
        reports = list(desk.billing.reports(since=desk.began))
        assert not any(reference in map(str, astuple(report)) for report in reports)

    def test_every_charge_can_be_read_again_oldest_first(self, desk: Desk):
        good, declined = desk.saved_card(), desk.saved_card("declined")
        first = charged(desk.billing, declined, ADAS_PURCHASE)
        second = charged(desk.billing, good, BENS_PURCHASE)
        ours = (ADAS_PURCHASE, BENS_PURCHASE)
        past = [one for one in desk.billing.charges(since=desk.began) if one.purchase_id in ours]
        assert past == [first, second]

    def test_money_of_somebody_else_is_of_no_purchase(self, desk: Desk):
        reference, _ = desk.sell_elsewhere()
        charge = desk.billing.charge_of(reference)
        assert charge.purchase_id is None
        assert charge in list(desk.billing.charges(since=desk.began))


class PagePastContract:
    """The past of what buyers did on pages."""

    def test_the_past_can_be_read_again_oldest_first(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.decline(checkout)
        desk.pay(checkout)
        past = desk.billing.reports(since=desk.began)
        told = [report for report in past if report.purchase_id == ADAS_PURCHASE]
        assert {"payment_intent.succeeded", "checkout.session.completed"} == {
            report.kind for report in told[1:]
        }
        assert told[0].kind == "payment_intent.payment_failed"

    def test_a_charge_on_a_card_page_can_be_read_again(self, desk: Desk):
        checkout = opened(desk.billing)
        desk.pay(checkout)
        reference = desk.billing.payment(checkout.session_id).reference
        past = desk.billing.charges(since=desk.began)
        (charge,) = [each for each in past if each.purchase_id == ADAS_PURCHASE]
        assert (charge.reference, charge.state) == (reference, ChargeState.PAID)
