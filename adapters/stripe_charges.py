"""Charges through Stripe without a card page: a saved card, its holder's consent, money given back.

One PaymentIntent (https://docs.stripe.com/api/payment_intents) for every purchase, which can be
paid once and no more; to try again is to confirm the same one again.
"""

import contextlib
from collections.abc import Iterator
from uuid import UUID

import stripe
from stripe.params import PaymentIntentCreateParams

from adapters.stripe_answers import StripeObject, charge_of, part, text
from adapters.stripe_failures import (
    MISSING,
    NOT_IN_THIS_STATE,
    NOTHING_LEFT,
    converted_errors,
    declined,
    names_nothing,
    names_the_card,
)
from domain.billing import Charge, ChargeState, NoSuchCharge, Price, SavedCard

PAGE = 100
"""So many objects of a list come at once, the most that Stripe allows."""


class StripeCharges:
    """The `Charges` port on Stripe.

    A declined card is an answer, not an error. After every call that changes something the charge
    is looked up, because what Stripe repeats under an idempotency key is what was true then.
    """

    def __init__(self, client: stripe.StripeClient) -> None:
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes
        self._methods = client.v1.payment_methods

    def charge(
        self, *, purchase_id: UUID, price: Price, description: str, card: SavedCard
    ) -> Charge:
        """Charge a saved card for a purchase; a purchase has one charge, however often asked for.

        Stripe forgets an idempotency key after a day, so an older charge is looked for first. For a
        card that is gone a charge is made all the same, which can be paid with another card.
        """
        found = self.find_charge(purchase_id, customer=card.customer)
        if found is not None:
            return found
        with converted_errors():
            return charge_of(self._charged(purchase_id, price, description, card))

    def find_charge(self, purchase_id: UUID, *, customer: str) -> Charge | None:
        """Look up whether a purchase was charged before, whatever came of it.

        The customer's charges are read one by one: Stripe's search is minutes behind
        (https://docs.stripe.com/search#data-freshness).
        """
        with converted_errors():
            mine = self._intents.list({"customer": customer, "limit": PAGE})
            charges = [charge_of(intent.to_dict()) for intent in mine.auto_paging_iter()]
        of_purchase = [charge for charge in charges if charge.purchase_id == purchase_id]
        paid = [charge for charge in of_purchase if charge.state is ChargeState.PAID]
        newest_first = paid or of_purchase
        return self.charge_of(newest_first[0].reference) if newest_first else None

    def charge_of(self, reference: str) -> Charge:
        """Look up a charge, with what was given back and disputed. Raises NoSuchCharge."""
        with converted_errors(missing=NoSuchCharge):
            intent = self._intents.retrieve(reference)
            refunds = self._refunds.list({"payment_intent": reference, "limit": PAGE})
            disputes = self._disputes.list({"payment_intent": reference, "limit": PAGE})
            return charge_of(
                intent.to_dict(),
                refunds=[each.to_dict() for each in refunds],
                disputes=[each.to_dict() for each in disputes],
            )

    def charge_again(self, reference: str, *, card: SavedCard, attempt: int) -> Charge:
        """Try a declined charge again, perhaps on another card; the same attempt happens once."""
        with converted_errors(), self._no_matter_if_too_late(card):
            self._intents.confirm(
                reference,
                {"payment_method": card.method, "off_session": True},
                {"idempotency_key": f"charge-{reference}-{attempt}"},
            )
        return self.charge_of(reference)

    def ask_holder(self, reference: str, *, card: SavedCard, return_url: str) -> str | None:
        """Return the page of the bank on which its card holder confirms a charge.

        Asking twice cannot charge twice, so no key makes the second the repetition of the first.
        """
        with converted_errors():
            with self._no_matter_if_too_late(card):
                intent = self._intents.confirm(
                    reference, {"payment_method": card.method, "return_url": return_url}
                )
                return _page_of_bank(intent.to_dict())
            return None

    def withdraw_charge(self, reference: str) -> Charge:
        """Cancel a charge for good, unless it is paid: that stays paid, and the answer says so."""
        with converted_errors(), self._no_matter_if_too_late():
            self._intents.cancel(reference)
        return self.charge_of(reference)

    def refund(self, reference: str, *, purchase_id: UUID) -> Charge:
        """Give back what is left of a paid charge; asking again gives nothing back twice.

        Money that is disputed lies with the card holder's bank and is not given back as well.
        """
        with converted_errors():
            try:
                self._refunds.create(
                    {"payment_intent": reference, "metadata": {"purchase_id": str(purchase_id)}},
                    {"idempotency_key": f"refund-{purchase_id}"},
                )
            except stripe.InvalidRequestError as error:
                if error.code not in NOTHING_LEFT:
                    raise
        return self.charge_of(reference)

    def _charged(
        self, purchase_id: UUID, price: Price, description: str, card: SavedCard
    ) -> StripeObject:
        intent: PaymentIntentCreateParams = {
            "amount": price.amount,
            "currency": price.currency,
            "customer": card.customer,
            "description": description,
            "metadata": {"purchase_id": str(purchase_id)},
            "allowed_payment_method_types": ["card"],
        }
        key = f"charge-{purchase_id}"
        try:
            return self._made(_with_card(intent, card), key)
        except stripe.CardError as error:
            return declined(error)
        except stripe.InvalidRequestError as error:
            if not self._is_about(card, error):
                raise
        return self._made(intent, f"{key}-uncharged")

    def _made(self, intent: PaymentIntentCreateParams, key: str) -> StripeObject:
        return self._intents.create(intent, {"idempotency_key": key}).to_dict()

    @contextlib.contextmanager
    def _no_matter_if_too_late(self, card: SavedCard | None = None) -> Iterator[None]:
        """Pass over that a card was declined or is gone, or a charge is over: it is looked up."""
        try:
            yield
        except stripe.CardError:
            return
        except stripe.InvalidRequestError as error:
            if error.code != NOT_IN_THIS_STATE and not (card and self._is_about(card, error)):
                raise

    def _is_about(self, card: SavedCard, error: stripe.InvalidRequestError) -> bool:
        """Say whether Stripe refuses this card, and not all that we ask for."""
        return names_the_card(error) or (names_nothing(error) and self._is_gone(card))

    def _is_gone(self, card: SavedCard) -> bool:
        """Look up whether Stripe has no such card, or one that was detached from its customer.

        It stays so for good (https://docs.stripe.com/api/payment_methods/detach).
        """
        try:
            return self._methods.retrieve(card.method).customer is None
        except stripe.InvalidRequestError as error:
            if error.code != MISSING:
                raise
        return True


def _with_card(intent: PaymentIntentCreateParams, card: SavedCard) -> PaymentIntentCreateParams:
    """Describe a charge that is tried at once, while the holder of the card is away."""
    tried = intent.copy()
    tried.update({"payment_method": card.method, "confirm": True, "off_session": True})
    return tried


def _page_of_bank(intent: StripeObject) -> str | None:
    """Return where the holder confirms (https://docs.stripe.com/payments/3d-secure)."""
    if intent["status"] != "requires_action":
        return None
    return text(part(part(intent, "next_action"), "redirect_to_url")["url"])
