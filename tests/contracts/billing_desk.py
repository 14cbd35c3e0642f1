"""Who takes part when the contract of `Billing` is tried, and what they ask of each other."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.billing import Billing, Charge, Checkout, Price, SavedCard

ADAS_PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a01")
BENS_PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a02")
ADA = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9b01")
TEN_DOLLARS = Price(1000, "usd")
DESCRIPTION = "SecureMail, monthly plan"
WAYS_OF_THE_SHOP = {
    "description": DESCRIPTION,
    "customer": None,
    "return_url": "http://shop.example/paid?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://shop.example/inbox",
}
CARD_WAYS_OF_THE_SHOP = {
    "currency": "usd",
    "return_url": "http://shop.example/card/done",
    "cancel_url": "http://shop.example/card",
}
AFTER_CONFIRMING = "http://shop.example/purchases/confirmed"
Webhook = tuple[bytes, str]


class Desk(Protocol):
    """A `Billing`, and the hands of those on its other side: buyer, bank, the vendor's people.

    Cards are called by what they answer when they are charged later: "good"; "declined"; "gone";
    "needs-holder"; "asks-in-vain", which is declined even if its holder confirms;
    "refund-fails", which is good, but takes no money back.
    """

    billing: Billing
    began: datetime
    """Not later than anything that happens here, to the second."""

    def pay(self, checkout: Checkout) -> Webhook:
        """Pay with a good card; return body and signature of the webhook that tells of it."""

    def decline(self, checkout: Checkout) -> Webhook:
        """Try a card that is declined; return the webhook that tells of it."""

    def leave(self, checkout: Checkout) -> Webhook:
        """Leave a good card on a page for that; return the webhook that tells of it."""

    def expire(self, checkout: Checkout) -> Webhook:
        """Let a page's time run out; return the webhook that tells of it."""

    def saved_card(self, card: str = "good") -> SavedCard:
        """Return a card that a buyer has left, each time one of somebody new."""

    def cards_of_one_buyer(self, *cards: str) -> list[SavedCard]:
        """Return several cards of somebody new."""

    def confirm(self, bank_page: str) -> None:
        """Confirm on the bank's page, as the card's holder."""

    def refuse(self, bank_page: str) -> None:
        """Refuse on the bank's page, as the card's holder."""

    def fail_refund(self, reference: str) -> Webhook:
        """Let the bank of a card "refund-fails" send back what was given back a while ago."""

    def forget_customer(self, customer: str) -> None:
        """Delete a customer at the vendor, as its people do."""

    def give_back(self, reference: str, amount: int) -> None:
        """Give money back by hand, as the vendor's people do: minor units."""

    def disputed_charge(self) -> Charge:
        """Return a charge of a saved card that its holder disputes."""

    def close_dispute(self, reference: str, *, won: bool) -> None:
        """Let the bank decide a dispute."""

    def webhook(self, kind: str, about: str) -> Webhook:
        """Return the webhook of a kind that names something of the vendor's."""

    def sell_elsewhere(self) -> tuple[str, Webhook]:
        """Take money for another shop in the same account: its reference, and who tells of it."""

    def lose_charge(self) -> None:
        """Let the answer to the next charge of a saved card get lost, after it has happened."""

    def go_down(self) -> None:
        """Let every further call to the vendor fail."""

    def restrict(self) -> None:
        """Let the vendor take no more charges of ours, from whatever card; it still answers."""

    def lose_answers(self, calls: int) -> None:
        """Let the answer to as many calls of ours get lost, after the vendor has acted."""


def opened(billing: Billing, purchase_id: UUID = ADAS_PURCHASE, price: Price = TEN_DOLLARS):
    return billing.open_checkout(purchase_id=purchase_id, price=price, **WAYS_OF_THE_SHOP)


def charged(billing: Billing, card: SavedCard, purchase_id: UUID = ADAS_PURCHASE) -> Charge:
    return billing.charge(
        purchase_id=purchase_id, price=TEN_DOLLARS, description=DESCRIPTION, card=card
    )
