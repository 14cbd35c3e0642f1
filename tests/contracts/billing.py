"""What every `Billing` must do, whoever moves the money: in memory, or at Stripe.

It comes in two halves, because at the vendor itself only a person can type on the vendor's pages.
"""

import pytest

from tests.contracts.billing_charges import (
    ChargingAgainContract,
    ChargingContract,
    RestrictedContract,
)
from tests.contracts.billing_desk import ADAS_PURCHASE, BENS_PURCHASE, Desk, charged, opened
from tests.contracts.billing_forgotten import ForgottenCustomerContract
from tests.contracts.billing_holders import (
    FailedRefundContract,
    HolderAnswersContract,
    HolderContract,
    MoneyBackContract,
    PageMoneyBackContract,
)
from tests.contracts.billing_news import (
    PageNewsContract,
    PagePastContract,
    PastContract,
    WebhookContract,
)
from tests.contracts.billing_pages import CardPagesContract, PaidPagesContract

__all__ = [
    "ADAS_PURCHASE",
    "BENS_PURCHASE",
    "BillingContract",
    "BillingWithoutHandsContract",
    "Desk",
    "charged",
    "opened",
]


class BillingWithoutHandsContract(
    CardPagesContract,
    ChargingContract,
    ChargingAgainContract,
    HolderContract,
    MoneyBackContract,
    WebhookContract,
    PastContract,
):
    """What can be tried without anybody who types on a page of the vendor or of a bank."""

    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError


class BillingContract(
    BillingWithoutHandsContract,
    RestrictedContract,
    PaidPagesContract,
    ForgottenCustomerContract,
    HolderAnswersContract,
    FailedRefundContract,
    PageMoneyBackContract,
    PageNewsContract,
    PagePastContract,
):
    """The whole of it."""
