"""Codes that prove a phone: sealed in the database, and counted there for all processes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid5

import pytest

from adapters.credentials import PostgresCredentials
from adapters.keyring import Keyring
from adapters.phone_codes import PostgresCodePace, SealedPhoneCodes
from adapters.vault import PostgresVault
from domain.phone_codes import FOR_A_PERSON, LONGEST, CodePace, PhoneCodes
from domain.ports import SealIsBroken
from runtime.stores import Stores
from tests.contracts.phone_codes import (
    ADA,
    BEN,
    END,
    FIRST,
    SECOND,
    CodePaceContract,
    PhoneCodesContract,
    drawn,
)
from tests.doubles.phone_codes import MemoryCodePace, MemoryPhoneCodes
from tests.fixtures.clock import START


class TestMemoryPhoneCodes(PhoneCodesContract):
    @pytest.fixture
    def codes(self) -> PhoneCodes:
        return MemoryPhoneCodes()


class TestSealedPhoneCodes(PhoneCodesContract):
    @pytest.fixture
    def codes(self, empty_vault: Stores) -> PhoneCodes:
        return sealed(empty_vault, Keyring.draw())


class TestMemoryCodePace(CodePaceContract):
    @pytest.fixture
    def pace(self) -> CodePace:
        return MemoryCodePace()


class TestPostgresCodePace(CodePaceContract):
    @pytest.fixture
    def pace(self, empty_vault: Stores) -> CodePace:
        return PostgresCodePace(empty_vault.pool)


def sealed(stores: Stores, keyring: Keyring) -> SealedPhoneCodes:
    """Return the codes as a process with only the keys of persons has them."""
    return SealedPhoneCodes(stores.pool, PostgresVault(stores.pool, keyring.only("personal")))


def rows(stores: Stores, table: str) -> str:
    with stores.pool.connection() as connection:
        found = connection.execute(f"SELECT to_jsonb(r)::text FROM vault.{table} AS r").fetchall()  # noqa: S608 - our own names
    return "\n".join(row[0] for row in found)


def test_the_database_does_not_show_the_digits(empty_vault: Stores) -> None:
    digits = drawn(sealed(empty_vault, Keyring.draw()))
    assert digits not in rows(empty_vault, "phone_code").partition("sealed")[2]


def test_a_code_that_one_process_drew_is_read_in_another(empty_vault: Stores) -> None:
    keyring = Keyring.draw()
    digits = drawn(sealed(empty_vault, keyring))
    with Stores.open(empty_vault.database_url) as other:
        assert sealed(other, keyring).digits(FIRST, at=START) == digits


def test_digits_that_were_moved_to_another_code_or_person_do_not_open(empty_vault: Stores) -> None:
    codes = sealed(empty_vault, Keyring.draw())
    drawn(codes, FIRST, ADA)
    drawn(codes, SECOND, ADA)
    with empty_vault.pool.connection() as connection:
        connection.execute(
            "UPDATE vault.phone_code SET sealed = (SELECT sealed FROM vault.phone_code"
            " WHERE code_id = %s) WHERE code_id = %s",
            (SECOND, FIRST),
        )
        connection.execute(
            "UPDATE vault.phone_code SET user_id = %s WHERE code_id = %s", (BEN, SECOND)
        )
    for code_id in (FIRST, SECOND):
        with pytest.raises(SealIsBroken):
            codes.matches(code_id, "123456", at=START)


def test_codes_that_are_over_are_forgotten_when_the_next_is_drawn(empty_vault: Stores) -> None:
    codes = sealed(empty_vault, Keyring.draw())
    drawn(codes)
    codes.draw(SECOND, ADA, at=END, ends_at=END + timedelta(minutes=10))
    assert str(FIRST) not in rows(empty_vault, "phone_code")


def test_codes_are_drawn_by_chance(empty_vault: Stores) -> None:
    codes = sealed(empty_vault, Keyring.draw())
    found = [drawn(codes, uuid5(FIRST, str(number))) for number in range(40)]
    assert len(set(found)) > 35
    assert Counter(digit for code in found for digit in code).most_common()[-1][1] > 5


def test_the_codes_of_who_is_erased_are_destroyed_and_no_others(empty_vault: Stores) -> None:
    codes, pace = sealed(empty_vault, Keyring.draw()), PostgresCodePace(empty_vault.pool)
    drawn(codes, FIRST, ADA)
    bens = drawn(codes, SECOND, BEN)
    pace.admit({ADA: FOR_A_PERSON, BEN: FOR_A_PERSON}, at=START)
    for _ in range(2):
        PostgresCredentials(empty_vault.pool).forget(ADA)
    assert codes.digits(FIRST, at=START) is None
    assert codes.digits(SECOND, at=START) == bens
    assert str(ADA) not in rows(empty_vault, "code_sent")
    assert str(BEN) in rows(empty_vault, "code_sent")


def test_what_counts_in_no_limit_any_more_is_forgotten(empty_vault: Stores) -> None:
    pace = PostgresCodePace(empty_vault.pool)
    pace.admit({ADA: FOR_A_PERSON}, at=START)
    pace.admit({BEN: FOR_A_PERSON}, at=START + LONGEST)
    assert str(ADA) not in rows(empty_vault, "code_sent")


def test_of_many_who_ask_at_once_one_is_admitted(empty_vault: Stores) -> None:
    pace = PostgresCodePace(empty_vault.pool)

    def ask(number: int) -> bool:
        counted = (ADA, BEN) if number % 2 else (BEN, ADA)
        return pace.admit(dict.fromkeys(counted, FOR_A_PERSON), at=START) is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(24))) == 1
