"""What every vault promises: a value opens where it was sealed, unaltered, and nowhere else.

A subclass gives the fixture `safe`: a vault, and a hand that can destroy a key.
"""

from dataclasses import replace
from typing import Protocol
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import KeyKind, Place, Sealed, SealIsBroken, Vault, sealed_in_version

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")
ADAS_NAME = Place(KeyKind.PERSONAL, ADA, "full_name", 2)

ELSEWHERE = {
    "another person": replace(ADAS_NAME, owner=BEN),
    "another field": replace(ADAS_NAME, field="email"),
    "another version": replace(ADAS_NAME, version=1),
    "another kind of key": replace(ADAS_NAME, kind=KeyKind.CONTENT),
}

ONE_SAFE = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # one vault for all examples
        HealthCheck.differing_executors,  # a contract is run by each who made it
    ],
)


class Safe(Protocol):
    vault: Vault

    def destroy(self, kind: KeyKind, owner: UUID) -> None: ...


def altered(sealed: Sealed) -> list[Sealed]:
    """Return a value with each character exchanged, left out and doubled."""
    exchanged = [
        sealed[:spot] + other + sealed[spot + 1 :]
        for spot, character in enumerate(sealed)
        for other in "AQgw_-+/.=09" + character.swapcase() + chr(ord(character) + 1)
        if other != character
    ]
    missing = [sealed[:spot] + sealed[spot + 1 :] for spot in range(len(sealed))]
    doubled = [sealed[:spot] + sealed[spot:] * 2 for spot in range(len(sealed))]
    return [Sealed(text) for text in (*exchanged, *missing, *doubled) if text != sealed]


class VaultContract:
    @ONE_SAFE
    @given(text=st.text())
    def test_any_text_opens_where_it_was_sealed(self, safe: Safe, text: str):
        assert safe.vault.open(safe.vault.seal(text, ADAS_NAME), ADAS_NAME) == text

    def test_a_long_text_opens_where_it_was_sealed(self, safe: Safe):
        text = "Zahn \N{TOOTH} " * 20_000
        assert safe.vault.open(safe.vault.seal(text, ADAS_NAME), ADAS_NAME) == text

    @pytest.mark.parametrize("elsewhere", ELSEWHERE.values(), ids=ELSEWHERE.keys())
    def test_a_value_that_was_moved_does_not_open(self, safe: Safe, elsewhere: Place):
        safe.vault.seal("something else that has its key", elsewhere)
        sealed = safe.vault.seal("Ada Sample", ADAS_NAME)
        with pytest.raises(SealIsBroken):
            safe.vault.open(sealed, elsewhere)

    def test_a_moved_value_that_lies_about_its_version_does_not_open(self, safe: Safe):
        content = safe.vault.seal("Ada Sample", ADAS_NAME).partition(".")[2]
        with pytest.raises(SealIsBroken):
            safe.vault.open(Sealed(f"1.{content}"), replace(ADAS_NAME, version=1))

    def test_a_value_says_in_which_version_it_was_sealed(self, safe: Safe):
        assert sealed_in_version(safe.vault.seal("Ada Sample", ADAS_NAME)) == 2

    def test_an_altered_value_does_not_open(self, safe: Safe):
        values = [(sealed, ADAS_NAME) for sealed in altered(safe.vault.seal("Ada", ADAS_NAME))]
        assert set(safe.vault.open_all(values)) == {None}

    def test_an_exchanged_version_does_not_open_anywhere(self, safe: Safe):
        sealed = safe.vault.seal("Ada Sample", ADAS_NAME)
        assert safe.vault.open_all([(Sealed(f"0{sealed}"), ADAS_NAME)]) == [None]

    @ONE_SAFE
    @given(text=st.text() | st.text(alphabet="2.-_=aA0", max_size=60))
    def test_what_was_never_sealed_does_not_open(self, safe: Safe, text: str):
        assert safe.vault.open_all([(Sealed(text), ADAS_NAME)]) == [None]

    def test_a_destroyed_key_closes_all_that_it_sealed_and_nothing_else(self, safe: Safe):
        bens_name = replace(ADAS_NAME, owner=BEN)
        ada, ben = safe.vault.seal("Ada", ADAS_NAME), safe.vault.seal("Ben", bens_name)
        safe.destroy(KeyKind.PERSONAL, ADA)
        with pytest.raises(SealIsBroken):
            safe.vault.open(ada, ADAS_NAME)
        opened = safe.vault.open_all([(ben, bens_name), (ada, ADAS_NAME), (ben, bens_name)])
        assert opened == ["Ben", None, "Ben"]

    def test_opening_nothing_gives_nothing(self, safe: Safe):
        assert safe.vault.open_all([]) == []

    def test_an_address_has_one_fingerprint_and_shares_it_with_no_other(self, safe: Safe):
        ada, again, ben = map(
            safe.vault.address_id,
            ("ada@sample.example", "ada@sample.example", "ben@sample.example"),
        )
        assert ada == again
        assert ada != ben
