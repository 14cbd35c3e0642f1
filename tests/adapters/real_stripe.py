"""The other side of the contract at Stripe itself, in a test account: cards, bank, vendor's people.

Cards are Stripe's test payment methods (https://docs.stripe.com/testing). Every test tells Stripe
identifiers of its own, so that yesterday's do not disturb it.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

import requests
import stripe

from adapters.stripe_line import StripeLine
from domain.billing import Billing, Charge, Checkout, Dispute, SavedCard
from tests.adapters.stripe_shop import INTENTS, SESSIONS
from tests.contracts.billing import charged
from tests.contracts.billing_desk import Webhook

PATIENCE = 60.0
PAYMENT_METHODS = {
    "good": "pm_card_visa",
    "gone": "pm_card_visa",
    "declined": "pm_card_chargeCustomerFail",
    "needs-holder": "pm_card_authenticationRequired",
    "asks-in-vain": "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
    "disputed": "pm_card_createDispute",
}
EVIDENCE = {True: "winning_evidence", False: "losing_evidence"}


class BadLine(StripeLine):
    """A line that can be cut before Stripe has acted, or after it."""

    is_cut = False
    lost_answers = 0
    lost_charges = 0

    def request(self, method, url, headers, post_data=None):
        if BadLine.is_cut:
            raise stripe.APIConnectionError("cut", should_retry=False)
        answer = super().request(method, url, headers, post_data)
        is_charge = method.upper() == "POST" and url.endswith(INTENTS)
        if BadLine.lost_answers or (is_charge and BadLine.lost_charges):
            BadLine.lost_answers = max(0, BadLine.lost_answers - 1)
            BadLine.lost_charges = 0
            raise stripe.APIConnectionError("lost", should_retry=False)
        return answer

    @classmethod
    def mend(cls) -> None:
        """Let the line be a good one again."""
        cls.is_cut, cls.lost_answers, cls.lost_charges = False, 0, 0


@dataclass
class Renamed:
    """A `Billing` that tells the vendor other identifiers than it is told, and reads them back."""

    billing: Billing
    salt: UUID

    def __post_init__(self) -> None:
        self._own: dict[UUID, UUID] = {}

    def __getattr__(self, name: str) -> Callable[..., object]:
        call = getattr(self.billing, name)

        def renaming(*told, **named):
            named = {key: self._forth(value) for key, value in named.items()}
            return self._back(call(*map(self._forth, told), **named))

        return renaming

    def _forth(self, value):
        if not isinstance(value, UUID):
            return value
        self._own[uuid5(self.salt, str(value))] = value
        return uuid5(self.salt, str(value))

    def _back(self, value):
        if isinstance(value, Iterator):
            return map(self._back, value)
        if not is_dataclass(value):
            return self._own.get(value, value) if isinstance(value, UUID) else value
        ours = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(
            value, **{name: self._own[it] for name, it in ours.items() if it in self._own}
        )


@dataclass
class RealDesk:
    """Asks Stripe's API by hand; `sign` makes a webhook of an event that Stripe lists."""

    billing: Renamed
    began: datetime
    api: str
    secret_key: str
    sign: Callable[[bytes], str]

    def expire(self, checkout: Checkout) -> Webhook:
        self._asks("POST", f"{SESSIONS}/{checkout.session_id}/expire")
        return self.webhook("checkout.session.expired", checkout.session_id)

    def saved_card(self, card: str = "good") -> SavedCard:
        return self.cards_of_one_buyer(card)[0]

    def cards_of_one_buyer(self, *cards: str) -> list[SavedCard]:
        customer = self._asks("POST", "/v1/customers")["id"]
        return [self._attached(customer, card) for card in cards]

    def give_back(self, reference: str, amount: int) -> None:
        self._asks("POST", "/v1/refunds", payment_intent=reference, amount=amount)

    def disputed_charge(self) -> Charge:
        charge = charged(self.billing, self.saved_card("disputed"))
        self._wait_until(lambda: self.billing.charge_of(charge.reference).dispute is not None)
        return charge

    def close_dispute(self, reference: str, *, won: bool) -> None:
        disputes = self._asks("GET", "/v1/disputes", payment_intent=reference)["data"]
        evidence = {"evidence[uncategorized_text]": EVIDENCE[won], "submit": "true"}
        self._asks("POST", f"/v1/disputes/{disputes[0]['id']}", **evidence)
        over = (Dispute.WON, Dispute.LOST)
        self._wait_until(lambda: self.billing.charge_of(reference).dispute in over)

    def webhook(self, kind: str, about: str) -> Webhook:
        found = self._wait_until(lambda: self._events(kind, about))
        body = json.dumps(found[0]).encode()
        return body, self.sign(body)

    def sell_elsewhere(self) -> tuple[str, Webhook]:
        sold = {"amount": 4200, "currency": "usd", "payment_method": "pm_card_visa"}
        ways = {"confirm": "true", "allowed_payment_method_types[0]": "card"}
        reference = self._asks("POST", INTENTS, **sold, **ways)["id"]
        return reference, self.webhook("payment_intent.succeeded", reference)

    def lose_charge(self) -> None:
        BadLine.lost_charges = 1

    def go_down(self) -> None:
        BadLine.is_cut = True

    def lose_answers(self, calls: int) -> None:
        BadLine.lost_answers = calls

    def _attached(self, customer: str, card: str) -> SavedCard:
        path = f"/v1/payment_methods/{PAYMENT_METHODS[card]}/attach"
        method = self._asks("POST", path, customer=customer)
        if card == "gone":
            self._asks("POST", f"/v1/payment_methods/{method['id']}/detach")
        face = method["card"]
        return SavedCard(customer, method["id"], face["exp_year"], face["exp_month"])

    def _events(self, kind: str, about: str) -> list[dict]:
        events = self._asks("GET", "/v1/events", type=kind, limit=100)["data"]
        return [event for event in events if f'"{about}"' in json.dumps(event)]

    def _asks(self, method: str, path: str, **said: object) -> Mapping:
        where = "params" if method == "GET" else "data"
        reply = requests.request(
            method,
            self.api + path,
            auth=(self.secret_key, ""),
            timeout=PATIENCE,
            **{where: said},
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    @staticmethod
    def _wait_until(found: Callable[[], object]):
        """Ask again every second until something is there, and return it."""
        pause = threading.Event()
        for _ in range(int(PATIENCE)):
            if result := found():
                return result
            pause.wait(1.0)
        raise AssertionError("Stripe did not get there in time")
