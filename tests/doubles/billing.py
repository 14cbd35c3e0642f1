"""A card vendor in memory: keeps its word as the real one does, and breaks down when told to."""

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar
from uuid import UUID

from domain.billing import (
    BillingIsUnavailable,
    CardFace,
    CardUpdate,
    Charge,
    ChargeState,
    Checkout,
    Decline,
    NoSuchCharge,
    PageState,
    Payment,
    Price,
    Report,
    SavedCard,
    WebhookIsNotGenuine,
)
from tests.doubles.card_answers import NEEDING_HOLDER, Answer
from tests.doubles.card_vendor import CardVendor
from tests.doubles.card_wishes import CardWish, HolderPage, Wish

Thing = TypeVar("Thing")
Fault = Literal["before", "after"] | None
"""How a call fails: before the vendor has acted, or after it; None lets it succeed."""


@dataclass
class MemoryBilling(CardVendor):
    """The `Billing` port; the buyer, her bank and the vendor's people act by `CardVendor`.

    While `is_down`, every call fails and nothing happens. While it `is_restricted`, no card is
    charged, and no bank is asked. `lost_answers` calls fail although what
    they asked for has happened. `fault` decides for each call by its name, e.g. "charge".
    """

    is_down: bool = False
    is_restricted: bool = False
    lost_answers: int = 0
    fault: Callable[[str], Fault] = lambda _call: None
    refunds: dict[str, datetime] = field(default_factory=dict)
    """When a charge was last given back at our request."""

    def open_checkout(
        self,
        *,
        purchase_id: UUID,
        price: Price,
        description: str,
        customer: str | None,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return the card page of a purchase; asking again returns the same one."""
        with self._call("open_checkout"):
            session_id = f"cs_memory_{purchase_id.hex}"
            self._ask(session_id, Wish(price, description, return_url, cancel_url, customer))
            if customer in self.forgotten and session_id not in self.payments:
                self.anew.add(session_id)
            unpaid = Payment(purchase_id, session_id, PageState.OPEN, None, price, None)
            self.payments.setdefault(session_id, unpaid)
            return Checkout(session_id, f"https://cards.example/{session_id}")

    def payment(self, session_id: str) -> Payment:
        """Look up what became of a page of a purchase."""
        with self._call("payment"):
            return _known(self.payments, session_id)

    def close_checkout(self, session_id: str) -> Payment:
        """Close a page; one that is paid or closed stays so."""
        with self._call("close_checkout"):
            if _known(self.payments, session_id).page is PageState.OPEN:
                self.expire(session_id)
            return self.payments[session_id]

    def open_card_page(
        self,
        *,
        update_id: UUID,
        payer_id: UUID,
        customer: str,
        currency: str,
        return_url: str,
        cancel_url: str,
    ) -> Checkout:
        """Return a page on which a payer leaves another card; asking again returns the same one."""
        with self._call("open_card_page"):
            session_id = f"cs_memory_{update_id.hex}"
            wish = CardWish(payer_id, currency, return_url, cancel_url, customer)
            if session_id not in self.updates:
                self._require_customer(customer)
            self._ask(session_id, wish)
            nothing = CardUpdate(payer_id, session_id, PageState.OPEN, None)
            self.updates.setdefault(session_id, nothing)
            return Checkout(session_id, f"https://cards.example/{session_id}")

    def card_update(self, session_id: str) -> CardUpdate:
        """Look up what became of such a page."""
        with self._call("card_update"):
            return _known(self.updates, session_id)

    def card_face(self, card: SavedCard) -> CardFace:
        """Look up what a saved card looks like: all of them look alike here."""
        with self._call("card_face"):
            _known(self.answers, card.method)
            return CardFace("visa", "4242", card.expires_year, card.expires_month)

    def charge(
        self, *, purchase_id: UUID, price: Price, description: str, card: SavedCard
    ) -> Charge:
        """Charge a saved card for a purchase; a purchase has one charge."""
        del description  # shown to nobody here
        with self._call("charge"):
            reference = f"pi_memory_{purchase_id.hex}"
            if reference in self.charged:
                return self.charged[reference]
            self._require_customer(card.customer)
            fresh = Charge(purchase_id, reference, ChargeState.PENDING, price, self.clock())
            self.customers[reference] = card.customer
            return self._try(fresh, card)

    def find_charge(self, purchase_id: UUID, *, customer: str) -> Charge | None:
        """Look up whether a purchase was charged before, whatever came of it."""
        with self._call("find_charge"):
            reference = f"pi_memory_{purchase_id.hex}"
            if self.customers.get(reference) != customer:
                return None
            return self.charged[reference]

    def charge_of(self, reference: str) -> Charge:
        """Look up a charge, with what was given back and disputed."""
        with self._call("charge_of"):
            if reference not in self.charged:
                raise NoSuchCharge("the vendor has no charge of that name")
            return self.charged[reference]

    def charge_again(self, reference: str, *, card: SavedCard, attempt: int) -> Charge:
        """Try a declined charge again, perhaps on another card; the same attempt happens once."""
        with self._call("charge_again"):
            charge = _known(self.charged, reference)
            if (reference, attempt) in self.attempts:
                if self.attempts[reference, attempt] != card:
                    raise BillingIsUnavailable("the same attempt was made in another way")
                return charge
            self.attempts[reference, attempt] = card
            return self._try(charge, card) if self._is_open(charge) else charge

    def ask_holder(self, reference: str, *, card: SavedCard, return_url: str) -> str | None:
        """Return the page of the bank on which the holder confirms, if there is any need to."""
        with self._call("ask_holder"):
            charge = _known(self.charged, reference)
            if not self._is_open(charge):
                return None
            if self._answer_of(card) not in (*NEEDING_HOLDER, Answer.ASKS_IN_VAIN):
                self._try(charge, card)
                return None
            page = HolderPage(f"https://bank.example/{reference}", return_url, card)
            self.holder_pages[reference] = page
            self._keep(charge, ChargeState.NEEDS_HOLDER)
            return page.url

    def withdraw_charge(self, reference: str) -> Charge:
        """Cancel a charge for good, unless it is paid."""
        with self._call("withdraw_charge"):
            charge = _known(self.charged, reference)
            if not self._is_open(charge):
                return charge
            self.holder_pages.pop(reference, None)
            return self._keep(charge, ChargeState.WITHDRAWN)

    def refund(self, reference: str, *, purchase_id: UUID) -> Charge:
        """Give back what is left of a paid charge; disputed money is at the bank already.

        For a day the vendor knows what was asked for, and does not do it again even if it failed.
        """
        del purchase_id  # the real one needs it to give nothing back twice
        with self._call("refund"):
            charge = _known(self.charged, reference)
            if charge.state is not ChargeState.PAID:
                raise BillingIsUnavailable("there is nothing to give back")
            was_asked = self.clock() - self.refunds.get(reference, LONG_AGO) <= A_DAY
            if not was_asked and charge.refunded < charge.price.amount and charge.dispute is None:
                self.refund_in_dashboard(reference)
                self.refunds[reference] = self.clock()
            return self.charged[reference]

    def read_webhook(self, body: bytes, signature: str | None) -> Report | None:
        """Return the report that a webhook brings."""
        if not hmac.compare_digest(self.sign(body).encode(), (signature or "").encode()):
            raise WebhookIsNotGenuine("no signature fits")
        told = json.loads(body)
        return next((one for one in self.news if one.report_id == told["report_id"]), None)

    def reports(self, *, since: datetime) -> Iterator[Report]:
        """Return every report from `since` on, oldest first; a fault "after" is met while reading.

        Nothing is asked before the first is read.
        """
        with self._call("reports"):
            yield from [report for report in self.news if report.at >= since]

    def charges(self, *, since: datetime) -> Iterator[Charge]:
        """Return every charge that was begun at `since` or later; read as `reports`."""
        with self._call("charges"):
            begun = [charge for charge in self.charged.values() if charge.created_at >= since]
            yield from [replace(charge, refunded=0, dispute=None) for charge in begun]

    def _ask(self, session_id: str, wish: Wish | CardWish) -> None:
        if self.asked.setdefault(session_id, wish) != wish:
            raise BillingIsUnavailable("the same page was asked for in another way")

    def _try(self, charge: Charge, card: SavedCard) -> Charge:
        """Charge a card whose holder is away, and report what came of it."""
        answer = self._answer_of(card)
        self.holder_pages.pop(charge.reference, None)
        self._keep(charge, *OUTCOMES[Answer(answer)])
        if answer == Answer.DISPUTED:
            self.open_dispute(charge.reference)
        return self.charged[charge.reference]

    def _answer_of(self, card: SavedCard) -> str:
        return (
            Answer.GONE
            if card.customer in self.forgotten
            else self.answers.get(card.method, Answer.GOOD)
        )

    def _require_customer(self, customer: str) -> None:
        if customer in self.forgotten:
            raise BillingIsUnavailable("the vendor has no such customer any more")

    def _is_open(self, charge: Charge) -> bool:
        """Say whether we can still try a charge: not paid, not withdrawn, not with the bank."""
        states = (ChargeState.DECLINED, ChargeState.NEEDS_HOLDER)
        return charge.state in states and charge.reference not in self.of_pages

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        """Fail before or after what happens inside, as the test wants it."""
        fault = self.fault(name)
        is_refused = self.is_restricted and name in CHARGING
        if self.is_down or is_refused or fault == "before":
            raise BillingIsUnavailable("the double is down")
        yield
        if self.lost_answers or fault == "after":
            self.lost_answers = max(0, self.lost_answers - 1)
            raise BillingIsUnavailable("the answer was lost")


A_DAY = timedelta(days=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CHARGING = ("charge", "charge_again", "ask_holder")
OUTCOMES: dict[Answer, tuple[ChargeState, Decline | None]] = {
    Answer.GOOD: (ChargeState.PAID, None),
    Answer.DECLINED: (ChargeState.DECLINED, Decline.DECLINED),
    Answer.EXPIRED: (ChargeState.DECLINED, Decline.EXPIRED),
    Answer.NEEDS_HOLDER: (ChargeState.DECLINED, Decline.NEEDS_HOLDER),
    Answer.NEEDS_HOLDER_ONCE: (ChargeState.DECLINED, Decline.NEEDS_HOLDER),
    Answer.ASKS_IN_VAIN: (ChargeState.DECLINED, Decline.DECLINED),
    Answer.DISPUTED: (ChargeState.PAID, None),
    Answer.REFUND_FAILS: (ChargeState.PAID, None),
    Answer.GONE: (ChargeState.DECLINED, Decline.DECLINED),
    Answer.SLOW: (ChargeState.PENDING, None),
}


def _known(things: dict[str, Thing], name: str) -> Thing:
    if name not in things:
        raise BillingIsUnavailable("the vendor does not know this")
    return things[name]
