"""What every `Billing` must do, whoever moves the money: in memory, or at Stripe."""

import pytest

from tests.contracts.billing_charges import ChargingAgainContract, ChargingContract
from tests.contracts.billing_desk import ADAS_PURCHASE, BENS_PURCHASE, Desk, charged, opened
from tests.contracts.billing_holders import HolderContract, MoneyBackContract
from tests.contracts.billing_news import PastContract, WebhookContract
from tests.contracts.billing_pages import CardPagesContract

__all__ = ["ADAS_PURCHASE", "BENS_PURCHASE", "BillingContract", "Desk", "charged", "opened"]


class BillingContract(
    CardPagesContract,
    ChargingContract,
    ChargingAgainContract,
    HolderContract,
    MoneyBackContract,
    WebhookContract,
    PastContract,
):
    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError
