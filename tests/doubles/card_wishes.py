"""What was asked of a card vendor in memory: its pages, and the pages of banks."""

from typing import NamedTuple
from uuid import UUID

from domain.billing import Price, SavedCard


class Wish(NamedTuple):
    """What was asked for the page of a purchase."""

    price: Price
    description: str
    return_url: str
    cancel_url: str
    customer: str | None


class CardWish(NamedTuple):
    """What was asked for a page on which a card is left."""

    payer_id: UUID
    currency: str
    return_url: str
    cancel_url: str
    customer: str


class HolderPage(NamedTuple):
    """A page of the bank on which the holder of a card confirms a charge."""

    url: str
    return_url: str
    card: SavedCard
