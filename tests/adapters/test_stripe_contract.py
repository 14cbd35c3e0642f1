"""The contract of `Billing`, on the double and on Stripe's adapter before the stand-in."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from adapters.stripe_fields import require_allowed
from domain.billing import Charge, Checkout, SavedCard
from tests.adapters.stripe_shop import INTENTS, accepts, page_to_pay, posts
from tests.adapters.stripe_world import DECLINED_CARD, GOOD_CARD, StripeWorld, stripe_world
from tests.contracts.billing import BillingContract, charged
from tests.contracts.billing_desk import (
    ADA,
    CARD_WAYS_OF_THE_SHOP,
    TEN_DOLLARS,
    WAYS_OF_THE_SHOP,
    Webhook,
)
from tests.doubles.billing import MemoryBilling

NUMBERS = {
    "good": GOOD_CARD,
    "declined": "4000 0000 0000 0341",
    "needs-holder": "4000 0027 6000 3184",
    "asks-in-vain": "4000 0082 6000 3178",
    "disputed": "4000 0000 0000 0259",
    "refund-fails": "4000 0000 0000 5126",
}
"""https://docs.stripe.com/testing"""


@dataclass
class MemoryDesk:
    billing: MemoryBilling = field(default_factory=MemoryBilling)
    buyers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def began(self) -> datetime:
        return self.billing.clock()

    def pay(self, checkout: Checkout) -> Webhook:
        return self.billing.pay(checkout.session_id)

    def decline(self, checkout: Checkout) -> Webhook:
        return self.billing.decline(checkout.session_id)

    def leave(self, checkout: Checkout) -> Webhook:
        return self.billing.leave_card(checkout.session_id)

    def expire(self, checkout: Checkout) -> Webhook:
        return self.billing.expire(checkout.session_id)

    def saved_card(self, card: str = "good") -> SavedCard:
        return self.cards_of_one_buyer(card)[0]

    def cards_of_one_buyer(self, *cards: str) -> list[SavedCard]:
        customer = f"cus_memory_{next(self.buyers)}"
        saved = [SavedCard(customer, f"pm_{customer}_{card}", 2031, 4) for card in cards]
        for card, answer in zip(saved, cards, strict=True):
            self.billing.answer_with(card, answer)
        return saved

    def confirm(self, bank_page: str) -> None:
        self.billing.confirm_as_holder(bank_page.rpartition("/")[2])

    def refuse(self, bank_page: str) -> None:
        self.billing.refuse_as_holder(bank_page.rpartition("/")[2])

    def fail_refund(self, reference: str) -> Webhook:
        return self.billing.fail_refund(reference)

    def forget_customer(self, customer: str) -> None:
        self.billing.forget_customer(customer)

    def give_back(self, reference: str, amount: int) -> None:
        self.billing.refund_in_dashboard(reference, amount)

    def disputed_charge(self) -> Charge:
        return charged(self.billing, self.saved_card("disputed"))

    def close_dispute(self, reference: str, *, won: bool) -> None:
        self.billing.close_dispute(reference, won=won)

    def webhook(self, kind: str, about: str) -> Webhook:
        told = [each for each in self.billing.news if (each.kind, each.reference) == (kind, about)]
        return self.billing.webhook(told[-1])

    def sell_elsewhere(self) -> tuple[str, Webhook]:
        webhook = self.billing.sell_elsewhere("pi_memory_elsewhere")
        return "pi_memory_elsewhere", webhook

    def lose_charge(self) -> None:
        self.lose_answers(1)

    def go_down(self) -> None:
        self.billing.is_down = True

    def restrict(self) -> None:
        self.billing.is_restricted = True

    def lose_answers(self, calls: int) -> None:
        self.billing.lost_answers = calls


@dataclass
class StripeDesk:
    world: StripeWorld
    pages: Iterator[int] = field(default_factory=itertools.count)

    @property
    def billing(self) -> StripeBilling:
        return self.world.billing

    @property
    def began(self) -> datetime:
        return self.world.clock()

    def pay(self, checkout: Checkout) -> Webhook:
        accepts(self.world, checkout, GOOD_CARD)
        return self.webhook("checkout.session.completed", checkout.session_id)

    def decline(self, checkout: Checkout) -> Webhook:
        assert self.world.submits(checkout, DECLINED_CARD).status_code == 402
        return self.world.door.wait_for_one("payment_intent.payment_failed")

    def leave(self, checkout: Checkout) -> Webhook:
        return self.pay(checkout)

    def expire(self, checkout: Checkout) -> Webhook:
        posts(self.world, f"/v1/checkout/sessions/{checkout.session_id}/expire", {})
        return self.webhook("checkout.session.expired", checkout.session_id)

    def saved_card(self, card: str = "good") -> SavedCard:
        return self.cards_of_one_buyer(card)[0]

    def cards_of_one_buyer(self, *cards: str) -> list[SavedCard]:
        customer = self._customer()
        return [self._left(customer, card) for card in cards]

    def confirm(self, bank_page: str) -> None:
        assert self.world.posts(bank_page, {"outcome": "complete"}).status_code == 303

    def refuse(self, bank_page: str) -> None:
        assert self.world.posts(bank_page, {"outcome": "fail"}).status_code == 303

    def fail_refund(self, reference: str) -> Webhook:
        self.world.clock.advance(minutes=2)
        assert self.world.asks("GET", f"{INTENTS}/{reference}").status_code == 200
        return self.webhook("refund.failed", reference)

    def forget_customer(self, customer: str) -> None:
        assert self.world.asks("DELETE", f"/v1/customers/{customer}").status_code == 200

    def give_back(self, reference: str, amount: int) -> None:
        form = {"payment_intent": reference, "amount": str(amount)}
        assert posts(self.world, "/v1/refunds", form).status_code == 200

    def disputed_charge(self) -> Charge:
        return charged(self.billing, self.saved_card("disputed"))

    def close_dispute(self, reference: str, *, won: bool) -> None:
        order = {"payment_intent": reference, "outcome": "won" if won else "lost"}
        assert self.world.asks("POST", "/sandbox/disputes", json=order).status_code == 204

    def webhook(self, kind: str, about: str) -> Webhook:
        return self.world.door.wait_for_one(f'"{kind}"', f'"{about}"')

    def sell_elsewhere(self) -> tuple[str, Webhook]:
        checkout = page_to_pay(self.world)
        accepts(self.world, checkout, GOOD_CARD)
        session = self.world.asks("GET", f"/v1/checkout/sessions/{checkout.session_id}").json()
        webhook = self.webhook("payment_intent.succeeded", session["payment_intent"])
        return session["payment_intent"], webhook

    def lose_charge(self) -> None:
        faults = self.world.handles.faults
        faults.order_call(BadCall.ERROR, happened=True, times=3, path=INTENTS, method="POST")

    def go_down(self) -> None:
        self.world.handles.faults.order_call(BadCall.ERROR, times=100)

    def restrict(self) -> None:
        faults = self.world.handles.faults
        faults.order_call(BadCall.RESTRICTED, times=100, path=INTENTS, method="POST")

    def lose_answers(self, calls: int) -> None:
        for _ in range(calls):
            self.world.breaks_all_calls(BadCall.ERROR, happened=True)

    def _customer(self) -> str:
        """Let somebody new pay for something, and keep her as a customer."""
        purchase_id = uuid5(ADA, f"purchase {next(self.pages)}")
        checkout = self.billing.open_checkout(
            purchase_id=purchase_id, price=TEN_DOLLARS, **WAYS_OF_THE_SHOP
        )
        accepts(self.world, checkout, GOOD_CARD)
        return self.billing.payment(checkout.session_id).card.customer

    def _left(self, customer: str, card: str) -> SavedCard:
        update_id: UUID = uuid5(ADA, f"update {next(self.pages)}")
        page = self.billing.open_card_page(
            update_id=update_id, payer_id=ADA, customer=customer, **CARD_WAYS_OF_THE_SHOP
        )
        accepts(self.world, page, NUMBERS.get(card, GOOD_CARD))
        saved = self.billing.card_update(page.session_id).card
        return replace(saved, method="pm_gone") if card == "gone" else saved


class TestMemoryBilling(BillingContract):
    @pytest.fixture
    def desk(self):
        return MemoryDesk()


class TestStripeBilling(BillingContract):
    @pytest.fixture
    def desk(self, tmp_path):
        with stripe_world(tmp_path / "stripe.sqlite") as world:
            yield StripeDesk(world)
        for call in world.line.calls:
            if "HTTP_X_STRIPE_CLIENT_USER_AGENT" in call.headers:
                address = f"{world.url}{call.path}?{call.query}"
                require_allowed(address, call.body, call.headers.get("HTTP_IDEMPOTENCY_KEY"))
