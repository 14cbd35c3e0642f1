"""Moves the money of a PaymentIntent: at most once, however often it is asked to.

After https://docs.stripe.com/payments/paymentintents/lifecycle. A decline off session is an error
that carries the PaymentIntent; what it did to the papers stays.
"""

from dataclasses import dataclass

from adapters.sandbox.stripe_cards import (
    EXPIRED,
    NOT_AUTHENTICATED,
    Decline,
    Occasion,
    TestCard,
    saved_card,
)
from adapters.sandbox.stripe_charge_params import ChargeOrder, Confirmation
from adapters.sandbox.stripe_disputes import Disputes
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_money import card_error, charge, payment_intent
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_vendor import Told, Vendor

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (*CONFIRMABLE, "requires_capture", "processing")


@dataclass(frozen=True, slots=True)
class Question:
    """Where the bank asks its card holder, and where she goes afterwards."""

    url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a card: the bank's no if it gave one, and what is to be told."""

    decline: Decline | None
    told: list[Told]


@dataclass(frozen=True, slots=True)
class Charges:
    """Every method works within the caller's transaction."""

    vendor: Vendor
    disputes: Disputes

    def intent(self, books: Books, intent_id: str) -> Json:
        """Return a PaymentIntent."""
        return self.vendor.find(books, "payment_intent", intent_id)

    def create(self, books: Books, order: ChargeOrder) -> Json:
        """Make a PaymentIntent, and charge it at once if the order says so."""
        if order.customer:
            self.vendor.named(books, "customer", order.customer)
        intent = payment_intent(
            intent_id=self.vendor.name("pi"),
            secret=self.vendor.draw(),
            created=self.vendor.now(),
            amount=order.amount,
            currency=order.currency,
            customer=order.customer,
            description=order.description,
            metadata=order.metadata,
        )
        if order.confirmation:
            return self._confirmed(books, intent, order.confirmation)
        if order.method:
            method = self._method(books, intent, order.method)
            intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
        books.put(intent)
        return intent

    def confirm(self, books: Books, intent_id: str, how: Confirmation) -> Json:
        """Charge a PaymentIntent, unless it is paid or cancelled."""
        intent = self.intent(books, intent_id)
        _only_in(intent, CONFIRMABLE, "confirm", "confirmed")
        _refuse_money_of_a_page(books, intent, "confirm")
        return self._confirmed(books, intent, how)

    def cancel(self, books: Books, intent_id: str, reason: str | None) -> Json:
        """Cancel a PaymentIntent, so that it can never be paid."""
        intent = self.intent(books, intent_id)
        _only_in(intent, CANCELLABLE, "cancel", "canceled")
        _refuse_money_of_a_page(books, intent, "cancel")
        intent |= {
            "canceled_at": self.vendor.now(),
            "cancellation_reason": reason,
            "next_action": None,
            "status": "canceled",
        }
        books.put(intent)
        self.vendor.tell(books, ("payment_intent.canceled", intent))
        return intent

    def attempt(
        self,
        books: Books,
        intent: Json,
        method: Json,
        *,
        bank: TestCard,
        occasion: Occasion,
        question: Question | None = None,
    ) -> Outcome:
        """Try a card: it is declined, asks its holder first, or pays."""
        if question and bank.asks:
            return self._asks(books, intent, method, question)
        decline = EXPIRED if self._is_over(method) else bank.says_no(occasion)
        if decline:
            return self._declines(books, intent, method, decline)
        return self._pays(books, intent, method, bank)

    def hear(self, books: Books, intent: Json, occasion: Occasion, *, confirms: bool) -> Outcome:
        """Go on after the holder's answer: the money moves, or the card is declined."""
        method = self.vendor.find(books, "payment_method", intent["payment_method"])
        if not confirms:
            return self._unconfirmed(books, intent, method)
        bank = saved_card(method["card"]["last4"])
        return self.attempt(books, intent, method, bank=bank, occasion=occasion)

    def _confirmed(self, books: Books, intent: Json, how: Confirmation) -> Json:
        method = self._method(books, intent, how.method or intent["payment_method"])
        bank = saved_card(method["card"]["last4"])
        question = None if how.is_away else self._question(books, intent, bank, how.return_url)
        outcome = self.attempt(
            books,
            intent,
            method,
            bank=bank,
            occasion=Occasion.AWAY if how.is_away else Occasion.PRESENT,
            question=question,
        )
        self.vendor.tell(books, *outcome.told)
        if outcome.decline:
            raise _declined(intent)
        return intent

    def _method(self, books: Books, intent: Json, method_id: str | None) -> Json:
        """Return a saved card that this PaymentIntent may charge."""
        if not method_id:
            raise _unexpected(
                intent,
                "You cannot confirm this PaymentIntent because it's missing a payment method. "
                "Update the PaymentIntent with a payment method and then confirm it again.",
            )
        method = self.vendor.named(books, "payment_method", method_id)
        if method["customer"] is None or method["customer"] != intent["customer"]:
            raise StripeRefusal(
                f"The provided PaymentMethod ({method_id}) does not belong to the Customer of this "
                "PaymentIntent, or was never attached to a Customer.",
                code="payment_method_unexpected_state",
                param="payment_method",
            )
        return method

    def _question(
        self, books: Books, intent: Json, bank: TestCard, return_url: str | None
    ) -> Question | None:
        """Return where the bank asks; None if it does not."""
        if not bank.asks:
            return None
        if return_url is None:
            raise StripeRefusal(
                "This card asks its holder on a page of its own: pass a `return_url`.",
                code="parameter_missing",
                param="return_url",
            )
        books.put({"id": f"return of {intent['id']}", "url": return_url})
        return Question(f"{self.vendor.public_url}/c/confirm/{intent['client_secret']}", return_url)

    def _is_over(self, method: Json) -> bool:
        today, card = self.vendor.clock(), method["card"]
        return bool((card["exp_year"], card["exp_month"]) < (today.year, today.month))

    def _asks(self, books: Books, intent: Json, method: Json, question: Question) -> Outcome:
        redirect = {"return_url": question.return_url, "url": question.url}
        intent |= {
            "next_action": {"redirect_to_url": redirect, "type": "redirect_to_url"},
            "payment_method": method["id"],
            "status": "requires_action",
        }
        books.put(intent, method)
        return Outcome(None, [("payment_intent.requires_action", intent)])

    def _declines(self, books: Books, intent: Json, method: Json, decline: Decline) -> Outcome:
        failed = self._charge(intent, method, decline)
        books.put(failed)
        intent |= {"latest_charge": failed["id"]}
        return self._refused(
            books, intent, card_error(decline, method, charge_id=failed["id"]), decline
        )

    def _unconfirmed(self, books: Books, intent: Json, method: Json) -> Outcome:
        error = card_error(NOT_AUTHENTICATED, method)
        return self._refused(books, intent, error, NOT_AUTHENTICATED)

    def _refused(self, books: Books, intent: Json, error: Json, decline: Decline) -> Outcome:
        intent |= {
            "last_payment_error": error,
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        books.put(intent)
        return Outcome(decline, [("payment_intent.payment_failed", intent)])

    def _pays(self, books: Books, intent: Json, method: Json, bank: TestCard) -> Outcome:
        paid = self._charge(intent, method, None)
        intent |= {
            "amount_received": intent["amount"],
            "last_payment_error": None,
            "latest_charge": paid["id"],
            "next_action": None,
            "payment_method": method["id"],
            "status": "succeeded",
        }
        books.put(paid, intent, method)
        disputed = self.disputes.opened(books, paid) if bank.is_disputed else []
        return Outcome(None, [("payment_intent.succeeded", intent), *disputed])

    def _charge(self, intent: Json, method: Json, decline: Decline | None) -> Json:
        name = self.vendor.name("ch")
        return charge(intent, method, charge_id=name, created=self.vendor.now(), decline=decline)


def _only_in(intent: Json, states: tuple[str, ...], verb: str, done: str) -> None:
    if intent["status"] not in states:
        raise _unexpected(
            intent,
            f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. "
            f"Only a PaymentIntent with one of the following statuses may be {done}: "
            f"{', '.join(states)}.",
        )


def _refuse_money_of_a_page(books: Books, intent: Json, verb: str) -> None:
    """Refuse what https://docs.stripe.com/api/checkout/sessions/object#payment_intent rules out."""
    if books.get(f"page of {intent['id']}"):
        raise _unexpected(
            intent,
            f"You cannot {verb} this PaymentIntent because it belongs to a Checkout Session. "
            "Expire the Checkout Session instead.",
        )


def _unexpected(intent: Json, message: str) -> StripeRefusal:
    about = {"payment_intent": intent}
    return StripeRefusal(message, code="payment_intent_unexpected_state", about=about)


def _declined(intent: Json) -> StripeRefusal:
    error = intent["last_payment_error"]
    about = {**error, "payment_intent": intent}
    return StripeRefusal(error["message"], status=402, kind="card_error", about=about)
