"""Which passwords are too easy to guess, and why: common, repeated, keyboard, context."""

import time
from typing import Any

import pytest
from argon2 import PasswordHasher
from psycopg_pool import ConnectionPool

from adapters.passwords import PostgresPasswords

NO_POOL: ConnectionPool[Any] = ConnectionPool(open=False)
PASSWORDS = PostgresPasswords(NO_POOL, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Judging a password needs no database."""

COMMON = "This password is too common or too easy to guess. Try several unrelated words."
CONTEXT = "Do not build it from your name, your address or your practice."
ABOUT_ADA = ["ada.sample@river-dental.example", "Adélaïde Sample", "River Dental Care"]

WEAK = {
    "common words": ("passwordpassword", COMMON),
    "a common sentence": ("iloveyouiloveyou", COMMON),
    "one letter": ("a" * 256, COMMON),
    "a repeated pair": ("ab" * 20, COMMON),
    "a repeated word": ("lantern" * 5, COMMON),
    "a row of keys": ("qwertyuiopasdfgh", COMMON),
    "rows of keys": ("1qaz2wsx3edc4rfv", COMMON),
    "counting": ("123456789012345678", COMMON),
    "the alphabet": ("abcdefghijklmnopqrstuvwxyz", COMMON),
    "leetspeak": ("p4ssw0rdp4ssw0rd", COMMON),
    "wide letters": ("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44" * 2, COMMON),
    "the product": ("SecureMailSecureMail", CONTEXT),
    "the practice": ("RiverDental-2026!", CONTEXT),
    "the practice in another order": ("care-dental-river", CONTEXT),
    "the host of the address": ("river-dental.example", CONTEXT),
    "the name": ("SampleSampleSample1", CONTEXT),
    "the name with its accents decomposed": ("Ade\u0301lai\u0308de-sample-1", CONTEXT),
    "the name in wide letters": ("\uff33\uff41\uff4d\uff50\uff4c\uff45" * 3, CONTEXT),
}

STRONG = {
    "several words": "quiet-lantern-orbit-fig",
    "a sentence": "Seven marbles lie under the snow.",
    "other scripts": "тихий фонарь под снегом",
    "emoji": "\N{TOOTH}\N{HERB}\N{SNOWMAN} lantern orbit fig",
    "long": "quiet lantern orbit fig marbles snow " * 6,
    "drawn": "k7#vQz!m2Lp@x9Rt",
    "the name beside much else": "ada-quiet-lantern-orbit",
}


@pytest.mark.parametrize(("password", "reason"), WEAK.values(), ids=WEAK.keys())
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str):
    assert PASSWORDS.weakness(password, ABOUT_ADA) == reason


@pytest.mark.parametrize("password", STRONG.values(), ids=STRONG.keys())
def test_a_strong_password_is_not_complained_about(password: str):
    assert PASSWORDS.weakness(password, ABOUT_ADA) is None


@pytest.mark.parametrize("pattern", ["a", "aB1!", "qwerty", "0123456789", "p4$$w0rd", "\N{TOOTH}"])
def test_a_password_of_256_characters_is_judged_at_once(pattern: str):
    password = (pattern * 256)[:256]
    began = time.perf_counter()
    PASSWORDS.weakness(password, ABOUT_ADA)
    assert time.perf_counter() - began < 1
