"""Whose address it is, and what an address can be."""

import pytest
from eventsourcing.persistence import IntegrityError
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.address import SHAPE, AddressIsMalformed, EmailAddress, normalised
from tests.domain.people import ADA, ADAS_ADDRESS, BEN, NOW, address_id
from tests.domain.properties import tried
from tests.domain.rules import Rules
from tests.scenario import fact

LOCAL_PART = "a" * 64
LONGEST = f"{LOCAL_PART}@{'d' * 181}.example"

addresses = st.from_regex(SHAPE, fullmatch=True)


def test_an_address_is_claimed_by_one_person_at_a_time(rules: Rules) -> None:
    address = address_id(ADAS_ADDRESS)
    rules.log.save(EmailAddress.claim(address_id=address, user_id=ADA, by=ADA, at=NOW))
    with pytest.raises(IntegrityError):
        rules.log.save(EmailAddress.claim(address_id=address, user_id=BEN, by=BEN, at=NOW))
    assert rules.facts() == [
        fact(EmailAddress.AddressClaimed, address, by=ADA, at=NOW, user_id=ADA)
    ]


def test_the_log_knows_addresses_only_by_a_keyed_fingerprint_which_is_the_aggregates_identifier(
    rules: Rules,
) -> None:
    fingerprint = rules.vault.address_id(ADAS_ADDRESS)
    rules.log.save(EmailAddress.claim(address_id=fingerprint, user_id=ADA, by=ADA, at=NOW))
    [claim] = rules.log.read(after=0, limit=10)
    stored = rules.log.mapper.to_stored_event(claim.event)
    assert stored.originator_id == fingerprint
    assert b"ada" not in stored.state.replace(ADA.hex.encode(), b"")


def test_a_claim_remembers_whose_the_address_is() -> None:
    claim = EmailAddress.claim(address_id=address_id(ADAS_ADDRESS), user_id=ADA, by=BEN, at=NOW)
    assert claim.user_id == ADA


@pytest.mark.parametrize(
    "typed",
    [
        "ada@sample-dental.example",
        "  Ada@Sample-Dental.EXAMPLE \t",
        "ADA@SAMPLE-DENTAL.EXAMPLE\r\n",
        "\N{NO-BREAK SPACE}ada@sample-dental.example",
    ],
)
def test_an_address_is_compared_trimmed_and_in_lower_case(typed: str) -> None:
    assert normalised(typed) == "ada@sample-dental.example"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ada",
        "@sample.example",
        "ada@",
        "ada@-sample.example",
        "ada@sample.example.",
        "ada sample@sample.example",
        "ada@sample.example, ben@sample.example",
        "ada@sample.example;ben@sample.example",
        "ada@sample.example\nben@sample.example",
        "ada@sample.example\nBcc: everybody",
        "zo\N{LATIN SMALL LETTER E WITH DIAERESIS}@sample.example",
        "ada@pr\N{LATIN SMALL LETTER A WITH DIAERESIS}xis.example",
        f"{LOCAL_PART}a@sample.example",
        f"ada@{'d' * 300}.example",
        f"d{LONGEST}",
    ],
)
def test_what_cannot_be_one_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressIsMalformed):
        normalised(typed)


def test_an_address_may_have_254_characters_and_no_more() -> None:
    assert len(LONGEST) == 254
    assert normalised(LONGEST) == LONGEST
    with pytest.raises(AddressIsMalformed):
        normalised(LONGEST.replace(".example", "d.example"))


@tried
@given(addresses)
def test_comparing_twice_changes_nothing_more(address: str) -> None:
    assert normalised(normalised(address.upper())) == normalised(address)


@tried
@given(st.text(), st.characters(min_codepoint=128), st.text())
@example("", "\N{KELVIN SIGN}", "ate@sample.example")
def test_no_letter_outside_ascii_ever_becomes_part_of_an_address(
    before: str, letter: str, after: str
) -> None:
    assume(not letter.isspace())
    with pytest.raises(AddressIsMalformed):
        normalised(f"a{before}{letter}{after}")
