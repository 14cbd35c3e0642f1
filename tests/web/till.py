"""What happens to money while the pages are tried: card pages, refused cards, days that pass."""

import re

from bs4 import Tag
from werkzeug.test import TestResponse

from domain.subscription_life import SubscriptionState
from tests.doubles.card_answers import Answer
from tests.fixtures.house import BASE_URL, House, Visitor

A_TERM_BUT_TIME_TO_CHARGE = 28
"""Days after a purchase of the house's clock on which the next term is charged."""

FIRST_TERM = [
    "user.tier-purchased",
    "subscription.begun",
    "subscription.term-paid",
    "purchase.payment-confirmed",
    "payer.registered",
    "payer.card-saved",
]
"""What happens when somebody's tier is paid for the first time, by a new payer."""


def session_of(answer: TestResponse) -> str:
    """Return the vendor's name for the card page that an answer leads to."""
    assert str(answer.location).startswith("https://cards.example/"), answer.location
    return str(answer.location).rpartition("/")[2]


def way_back(house: House, session_id: str) -> str:
    """Return the path to which the card page leads back."""
    return house.billing.asked[session_id].return_url.removeprefix(BASE_URL)


def user_id(house: House, visitor: Visitor) -> str:
    """Return whom a form means who buys for somebody."""
    return str(house.portal.inviting.holder(visitor.address))


def let_cards_answer(house: House, answer: str) -> None:
    """Let every card that is saved now answer so from now on."""
    for method in house.billing.answers:
        house.billing.answers[method] = Answer(answer)


def pass_days(house: House, days: int, *visitors: Visitor) -> None:
    """Let days go by, each with all that is due on it; then let people sign in again."""
    for _ in range(days):
        house.clock.forward(days=1)
        house.settle()
    for visitor in visitors:
        visitor.sign_in(visitor.address)


def fall_due(house: House, *visitors: Visitor, answer: str = "declined") -> None:
    """Let the cards answer badly on the day on which the next terms are charged."""
    let_cards_answer(house, answer)
    pass_days(house, A_TERM_BUT_TIME_TO_CHARGE, *visitors)


def state_of(house: House, visitor: Visitor) -> SubscriptionState:
    """Return how the paid version of somebody goes on."""
    holder = house.portal.inviting.holder(visitor.address)
    assert holder is not None
    entry = house.portal.payments.subscription_of(holder)
    assert entry is not None, "nobody ever paid"
    return SubscriptionState(entry.state)


def words(part: Tag) -> str:
    """Return what a part of a page says, with single blanks."""
    return re.sub(r" (?=[,.;:])", "", " ".join(part.get_text(" ").split()))


def main_text(visitor: Visitor, path: str) -> str:
    """Return what the main part of a page says."""
    main = visitor.page(path).select_one("main")
    assert main is not None
    return words(main)
