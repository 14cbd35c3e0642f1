"""The contract of `Billing`, on the double and on Stripe's adapter before the stand-in."""

from dataclasses import dataclass

import pytest

from adapters.sandbox.stripe_faults import BadCall
from adapters.stripe_billing import StripeBilling
from domain.billing import Checkout
from tests.adapters.stripe_world import DECLINED_CARD, StripeWorld, stripe_world
from tests.contracts.billing import BillingContract
from tests.doubles.billing import MemoryBilling


@dataclass
class MemoryDesk:
    billing: MemoryBilling

    def pay(self, checkout: Checkout):
        return self.billing.pay(checkout.session_id)

    def decline(self, checkout: Checkout):
        return self.billing.decline(checkout.session_id)

    def go_down(self):
        self.billing.is_down = True

    def lose_answers(self, calls: int):
        self.billing.lost_answers = calls


@dataclass
class StripeDesk:
    world: StripeWorld

    @property
    def billing(self) -> StripeBilling:
        return self.world.billing

    def pay(self, checkout: Checkout):
        assert self.world.submits(checkout).status_code == 303
        return self.world.door.wait_for_one("checkout.session.completed", checkout.session_id)

    def decline(self, checkout: Checkout):
        assert self.world.submits(checkout, DECLINED_CARD).status_code == 402
        return self.world.door.wait_for_one("payment_intent.payment_failed")

    def go_down(self):
        self.world.handles.faults.order_call(BadCall.ERROR, times=100)

    def lose_answers(self, calls: int):
        for _ in range(calls):
            self.world.breaks_all_calls(BadCall.ERROR, happened=True)


class TestMemoryBilling(BillingContract):
    @pytest.fixture
    def desk(self):
        return MemoryDesk(MemoryBilling())


class TestStripeBilling(BillingContract):
    @pytest.fixture
    def desk(self, tmp_path):
        with stripe_world(tmp_path / "stripe.sqlite") as world:
            yield StripeDesk(world)
