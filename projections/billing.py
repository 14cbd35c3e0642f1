"""What was paid, who pays for whom until when, and what is to be done about money.

The pages ask `projections/payments.py`, the cashier `projections/duties.py`.
"""

from projections.billing_news import NEWS
from projections.billing_purchases import PURCHASES
from projections.billing_subscriptions import SUBSCRIPTIONS
from projections.projection import Projection

BILLING = Projection("billing", {**PURCHASES, **SUBSCRIPTIONS, **NEWS})
