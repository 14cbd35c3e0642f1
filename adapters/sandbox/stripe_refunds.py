"""Gives money back: never more than was paid, and nothing of what is disputed.

After https://docs.stripe.com/api/refunds/create. Some banks take no money back: a minute after it
was given, it is back at the vendor (https://docs.stripe.com/refunds#failed-refunds).
"""

from dataclasses import dataclass

from adapters.sandbox.stripe_cards import saved_card
from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_fields import Fields
from adapters.sandbox.stripe_money import refund
from adapters.sandbox.stripe_objects import Json
from adapters.sandbox.stripe_store import Books
from adapters.sandbox.stripe_vendor import Vendor

FAILS_AFTER = 60
"""Seconds, the shortest that a caller may take for a success."""

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What to give back: all that is left unless an amount is named (minor units)."""

    intent_id: str | None
    charge_id: str | None
    amount: int | None
    reason: str | None
    metadata: dict[str, str]


def refund_order(fields: Fields) -> RefundOrder:
    """Read a request for a refund, or raise StripeRefusal."""
    intent_id, charge_id = fields.text("payment_intent"), fields.text("charge")
    if bool(intent_id) is bool(charge_id):
        raise StripeRefusal(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
        )
    return RefundOrder(
        intent_id=intent_id,
        charge_id=charge_id,
        amount=fields.whole_or_none("amount"),
        reason=fields.choice_or_none("reason", *REASONS),
        metadata=fields.pairs(),
    )


@dataclass(frozen=True, slots=True)
class Refunds:
    """Every method works within the caller's transaction."""

    vendor: Vendor

    def give_back(self, books: Books, order: RefundOrder) -> Json:
        """Give back what was paid, or a part of it."""
        charge = self._charge(books, order)
        _refuse_what_is_not_ours(books, charge)
        amount = _within_what_is_left(charge, order.amount)
        made = refund(
            charge,
            refund_id=self.vendor.name("re"),
            created=self.vendor.now(),
            amount=amount,
            reason=order.reason,
            metadata=order.metadata,
        )
        given = charge["amount_refunded"] + amount
        charge |= {"amount_refunded": given, "refunded": given == charge["amount"]}
        arrived = _with_reference(made)
        books.put(charge, arrived)
        self.vendor.tell(
            books,
            ("refund.created", made),
            ("charge.refunded", charge),
            ("refund.updated", arrived),
        )
        return made

    def fail_what_is_due(self, books: Books) -> None:
        """Let the refunds fail whose card takes none, as soon as their time has come."""
        begun = self.vendor.now() - FAILS_AFTER
        for each in books.all_of("refund"):
            if each["status"] == "succeeded" and each["created"] <= begun:
                charge = self.vendor.find(books, "charge", each["charge"])
                if saved_card(charge["payment_method_details"]["card"]["last4"]).refund_fails:
                    self._fails(books, each, charge)

    def _fails(self, books: Books, given: Json, charge: Json) -> None:
        failed = given | {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        left = charge["amount_refunded"] - given["amount"]
        books.put(failed, charge | {"amount_refunded": left, "refunded": False})
        self.vendor.tell(books, ("charge.refund.updated", failed), ("refund.failed", failed))

    def _charge(self, books: Books, order: RefundOrder) -> Json:
        charge_id = order.charge_id
        if order.intent_id:
            intent = self.vendor.named(books, "payment_intent", order.intent_id)
            if intent["status"] != "succeeded":
                raise StripeRefusal(
                    f"This PaymentIntent ({intent['id']}) does not have a successful charge to "
                    "refund.",
                    code="payment_intent_unexpected_state",
                    param="payment_intent",
                )
            charge_id = intent["latest_charge"]
        return self.vendor.named(books, "charge", charge_id or "")


def _refuse_what_is_not_ours(books: Books, charge: Json) -> None:
    """Refuse to give back what never came, or what the bank has drawn back."""
    if not charge["paid"]:
        raise StripeRefusal(f"Charge {charge['id']} was not paid.", code="charge_not_refundable")
    for each in books.all_of("dispute"):
        if each["charge"] == charge["id"] and not each["is_charge_refundable"]:
            raise StripeRefusal(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                code="charge_disputed",
            )


def _within_what_is_left(charge: Json, asked: int | None) -> int:
    left = int(charge["amount"] - charge["amount_refunded"])
    if left == 0:
        raise StripeRefusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if asked is not None and asked > left:
        raise StripeRefusal(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left}).",
            param="amount",
        )
    return left if asked is None else asked


def _with_reference(made: Json) -> Json:
    """Return a refund as it is once the card's bank has named it."""
    card = made["destination_details"]["card"]
    named = {"reference": made["id"][-20:], "reference_status": "available"}
    return made | {"destination_details": {"card": card | named, "type": "card"}}
