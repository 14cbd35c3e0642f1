"""What lies at a card vendor in memory, and the hands of those who use it without us.

The buyer and her bank act on the vendor's pages, the vendor's people in its dashboard. Whatever
happens is reported, in the order in which it happens.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from domain.billing import (
    CardUpdate,
    Charge,
    ChargeState,
    Decline,
    Dispute,
    PageState,
    Payment,
    Price,
    Report,
    SavedCard,
)
from tests.doubles.card_answers import Answer
from tests.doubles.card_wishes import CardWish, HolderPage, Wish

Webhook = tuple[bytes, str]
"""A body and the signature that goes with it."""


class ThePageIsClosed(Exception):
    """Nobody can do anything on this page any more."""


@dataclass
class CardVendor:
    """The vendor's store. `clock` gives the times of charges and reports.

    Names are foreseeable: `cs_memory_`, `pi_memory_` and, for who is new, `cus_memory_` with the
    purchase's id in hex, `pm_memory_` with that of the page on which the card was left.
    """

    clock: Callable[[], datetime] = lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    secret: bytes = b"the double's own"
    asked: dict[str, Wish | CardWish] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    updates: dict[str, CardUpdate] = field(default_factory=dict)
    charged: dict[str, Charge] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    """Whose charge it is, by reference."""
    forgotten: set[str] = field(default_factory=set)
    """Customers that were deleted."""
    anew: set[str] = field(default_factory=set)
    """Pages that were asked for a customer who was deleted, so that their buyer is new."""
    answers: dict[str, str] = field(default_factory=dict)
    """What a card answers, by the name of the card; one that nobody knows is good."""
    of_pages: set[str] = field(default_factory=set)
    """Charges that can be paid on their page only."""
    attempts: dict[tuple[str, int], SavedCard] = field(default_factory=dict)
    holder_pages: dict[str, HolderPage] = field(default_factory=dict)
    """Where the holder can confirm, by reference."""
    news: list[Report] = field(default_factory=list)

    def all_charges(self) -> list[Charge]:
        """Return all money that was ever asked for, the oldest first."""
        return list(self.charged.values())

    def pay(
        self, session_id: str, card: str = "good", expires: tuple[int, int] = (2031, 4)
    ) -> Webhook:
        """Pay on the card page with a card that answers later charges so; paying twice pays once.

        Return the webhook that tells of it.
        """
        payment = self.payments[session_id]
        if payment.page is PageState.CLOSED:
            raise ThePageIsClosed
        if payment.page is PageState.OPEN:
            payment = self._paid(payment, card, expires)
            self.tell("payment_intent.succeeded", reference=payment.reference)
            self.tell("checkout.session.completed", session_id=session_id)
        return self.webhook(self.last("checkout.session.completed", session_id=session_id))

    def decline(self, session_id: str) -> Webhook:
        """Try a card on the page that is declined; return the webhook that tells of it."""
        payment = self.payments[session_id]
        if payment.page is not PageState.OPEN:
            raise ThePageIsClosed
        charge = self._charge_of_page(payment)
        self._keep(charge, ChargeState.DECLINED, Decline.DECLINED)
        return self.webhook(self.news[-1])

    def leave_card(
        self, session_id: str, card: str = "good", expires: tuple[int, int] = (2032, 5)
    ) -> Webhook:
        """Leave a card on a page for that; return the webhook that tells of it."""
        update = self.updates[session_id]
        if update.page is PageState.CLOSED:
            raise ThePageIsClosed
        if update.page is PageState.OPEN:
            saved = self._saved(session_id, self.asked[session_id].customer, card, expires)
            self.updates[session_id] = replace(update, page=PageState.COMPLETE, card=saved)
            self.tell("checkout.session.completed", session_id=session_id)
        return self.webhook(self.last("checkout.session.completed", session_id=session_id))

    def expire(self, session_id: str) -> Webhook:
        """Close an open page, as the vendor does by itself after a day; return the webhook."""
        payment, update = self.payments.get(session_id), self.updates.get(session_id)
        if payment and payment.page is PageState.OPEN:
            self.payments[session_id] = replace(payment, page=PageState.CLOSED)
            self.tell("checkout.session.expired", session_id=session_id)
        if update and update.page is PageState.OPEN:
            self.updates[session_id] = replace(update, page=PageState.CLOSED)
            self.tell("checkout.session.expired", session_id=session_id)
        return self.webhook(self.last("checkout.session.expired", session_id=session_id))

    def answer_with(self, card: SavedCard, answer: str) -> None:
        """Let a card answer every later charge so."""
        self.answers[card.method] = Answer(answer)

    def confirm_as_holder(self, reference: str) -> Webhook:
        """Let the holder of the card confirm a charge on her bank's page."""
        page, charge = self.holder_pages.pop(reference), self.charged[reference]
        in_vain = self.answers[page.card.method] == Answer.ASKS_IN_VAIN
        if self.answers[page.card.method] == Answer.NEEDS_HOLDER_ONCE:
            self.answer_with(page.card, Answer.GOOD)
        if in_vain:
            self._keep(charge, ChargeState.DECLINED, Decline.DECLINED)
        else:
            self._keep(charge, ChargeState.PAID)
        return self.webhook(self.news[-1])

    def refuse_as_holder(self, reference: str) -> Webhook:
        """Let the holder of the card refuse a charge on her bank's page."""
        self.holder_pages.pop(reference)
        self._keep(self.charged[reference], ChargeState.DECLINED, Decline.NEEDS_HOLDER)
        return self.webhook(self.news[-1])

    def decide(self, reference: str, *, paid: bool) -> Webhook:
        """Let the bank decide a charge that is pending."""
        if paid:
            self._keep(self.charged[reference], ChargeState.PAID)
        else:
            self._keep(self.charged[reference], ChargeState.DECLINED, Decline.DECLINED)
        return self.webhook(self.news[-1])

    def refund_in_dashboard(self, reference: str, amount: int | None = None) -> Webhook:
        """Let the vendor's people give money back: minor units, or all that is left."""
        charge = self.charged[reference]
        left = charge.price.amount - charge.refunded
        back = left if amount is None else min(amount, left)
        self.charged[reference] = replace(charge, refunded=charge.refunded + back)
        return self.webhook(self.tell("charge.refunded", reference=reference))

    def fail_refund(self, reference: str) -> Webhook:
        """Let the bank send back all that was given back of a charge."""
        self.charged[reference] = replace(self.charged[reference], refunded=0)
        return self.webhook(self.tell("refund.failed", reference=reference))

    def forget_customer(self, customer: str) -> None:
        """Let the vendor's people delete a customer; her cards are gone with her."""
        self.forgotten.add(customer)

    def open_dispute(self, reference: str) -> Webhook:
        """Let the card holder dispute a paid charge with her bank."""
        self.charged[reference] = replace(self.charged[reference], dispute=Dispute.OPEN)
        self.tell("charge.dispute.created", reference=reference)
        return self.webhook(self.tell("charge.dispute.funds_withdrawn", reference=reference))

    def close_dispute(self, reference: str, *, won: bool) -> Webhook:
        """Let the bank decide a dispute; what we win comes back."""
        end = Dispute.WON if won else Dispute.LOST
        self.charged[reference] = replace(self.charged[reference], dispute=end)
        if won:
            self.tell("charge.dispute.funds_reinstated", reference=reference)
        return self.webhook(self.tell("charge.dispute.closed", reference=reference))

    def tell(
        self, kind: str, *, session_id: str | None = None, reference: str | None = None
    ) -> Report:
        """Report that something happened, with whom of ours it is about."""
        payment, update = self.payments.get(session_id or ""), self.updates.get(session_id or "")
        charge = None if ".dispute." in kind else self.charged.get(reference or "")
        about = payment or charge
        report = Report(
            report_id=f"evt_memory_{len(self.news) + 1}",
            kind=kind,
            at=self.clock(),
            session_id=session_id,
            reference=payment.reference if payment else reference,
            purchase_id=about.purchase_id if about else None,
            payer_id=update.payer_id if update else None,
        )
        self.news.append(report)
        return report

    def last(self, kind: str, *, session_id: str) -> Report:
        """Return the newest report of a kind about a page."""
        fitting = [each for each in self.news if (each.kind, each.session_id) == (kind, session_id)]
        return fitting[-1]

    def sell_elsewhere(self, reference: str = "pi_memory_elsewhere") -> Webhook:
        """Let another shop that shares the account take money; it is none of our business."""
        price, report_id = Price(4200, "usd"), f"evt_{reference}"
        self.charged[reference] = Charge(None, reference, ChargeState.PAID, price, self.clock())
        return self.webhook(Report(report_id, "payment_intent.succeeded", self.clock()))

    def webhook(self, report: Report) -> Webhook:
        """Return a report as it is sent to us, now or again."""
        body = json.dumps(asdict(report), default=str).encode()
        return body, self.sign(body)

    def sign(self, body: bytes) -> str:
        """Return the signature of a body."""
        return hmac.new(self.secret, body, hashlib.sha256).hexdigest()

    def _paid(self, payment: Payment, card: str, expires: tuple[int, int]) -> Payment:
        charge = self._charge_of_page(payment)
        self.charged[charge.reference] = replace(charge, state=ChargeState.PAID, decline=None)
        customer = self._buyer(payment) or f"cus_memory_{_hex(payment)}"
        self.customers[charge.reference] = customer
        self.payments[payment.session_id] = replace(
            payment,
            page=PageState.COMPLETE,
            reference=charge.reference,
            card=self._saved(payment.session_id, customer, card, expires),
        )
        return self.payments[payment.session_id]

    def _charge_of_page(self, payment: Payment) -> Charge:
        reference = f"pi_memory_{_hex(payment)}"
        fresh = Charge(
            payment.purchase_id, reference, ChargeState.PENDING, payment.price, self.clock()
        )
        self.of_pages.add(reference)
        if customer := self._buyer(payment):
            self.customers[reference] = customer
        return self.charged.setdefault(reference, fresh)

    def _buyer(self, payment: Payment) -> str | None:
        """Return for which customer a page was made; None if for somebody new."""
        is_new = payment.session_id in self.anew
        return None if is_new else self.asked[payment.session_id].customer

    def _saved(
        self, session_id: str, customer: str | None, card: str, expires: tuple[int, int]
    ) -> SavedCard:
        saved = SavedCard(str(customer), session_id.replace("cs_", "pm_"), *expires)
        self.answer_with(saved, card)
        return saved

    def _keep(self, charge: Charge, state: ChargeState, decline: Decline | None = None) -> Charge:
        """Keep what became of a charge, and report it."""
        kept = replace(charge, state=state, decline=decline)
        self.charged[charge.reference] = kept
        if state is not ChargeState.PENDING:
            self.tell(KINDS[state], reference=charge.reference)
        return kept


KINDS = {
    ChargeState.PAID: "payment_intent.succeeded",
    ChargeState.DECLINED: "payment_intent.payment_failed",
    ChargeState.NEEDS_HOLDER: "payment_intent.requires_action",
    ChargeState.WITHDRAWN: "payment_intent.canceled",
}


def _hex(payment: Payment) -> str:
    return payment.purchase_id.hex
