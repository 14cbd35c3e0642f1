"""The words in which the rules speak of secrets and money."""

import pytest

from domain.billing import Price
from domain.ports import KeyKind, LinkWasUsed, Place, Sealed, content, personal, sealed_in_version
from tests.domain.people import ADA, MESSAGE


def test_a_messages_content_belongs_to_its_first_event_under_a_content_key() -> None:
    assert content(MESSAGE, "subject") == Place(KeyKind.CONTENT, MESSAGE, "subject", 1)


def test_a_persons_data_belongs_to_the_event_that_carries_it_under_a_personal_key() -> None:
    assert personal(ADA, "full_name", 2) == Place(KeyKind.PERSONAL, ADA, "full_name", 2)


def test_a_sealed_value_says_to_which_version_it_belongs() -> None:
    assert sealed_in_version(Sealed("12.c2VhbGVk")) == 12


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(1000, "usd"), "$10.00"),
        (Price(5, "usd"), "$0.05"),
        (Price(10000, "usd"), "$100.00"),
        (Price(1050, "eur"), "EUR 10.50"),
    ],
)
def test_a_price_is_shown_in_its_currency(price: Price, words: str) -> None:
    assert str(price) == words


def test_a_used_link_says_whose_it_was_but_not_to_the_logs() -> None:
    refused = LinkWasUsed(ADA)
    assert (refused.user_id, str(refused)) == (ADA, "the link was used")
