"""What every keeper of passwords promises.

A subclass gives the fixture `credentials`: passwords, and the links by which they are set.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from domain.ports import LinkIsNotValid, LinkPurpose, Links, LinkWasUsed, Passwords
from tests.contracts.links import ADA, BEN, END, REGISTER, SET_PASSWORD, mint
from tests.fixtures.clock import START

PASSWORD = "quiet-lantern-orbit-fig"
OTHER = "seven-marbles-under-snow"
EIGHTY_BYTES = "lanterns and marbles under the quiet snow of a long winter orbit: figs, 7 of them"


@dataclass
class Credentials:
    links: Links
    passwords: Passwords

    def link(self, user_id: UUID = ADA, purpose: LinkPurpose = SET_PASSWORD) -> str:
        return mint(self.links, user_id, purpose)

    def set(self, password: str = PASSWORD, user_id: UUID = ADA) -> None:
        self.passwords.set_by_link(self.link(user_id), password, at=START)

    def is_refused(self, token: str, refusal: type[Exception], at: datetime = START) -> bool:
        with pytest.raises(refusal):
            self.passwords.set_by_link(token, OTHER, at=at)
        return True


class PasswordsContract:
    def test_a_password_opens_for_its_owner_only(self, credentials: Credentials):
        credentials.set(PASSWORD, ADA)
        credentials.set(OTHER, BEN)
        matches = credentials.passwords.matches
        assert [matches(ADA, PASSWORD), matches(BEN, OTHER)] == [True, True]
        assert [matches(ADA, OTHER), matches(BEN, PASSWORD)] == [False, False]

    @pytest.mark.parametrize("wrong", ["", PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1]])
    def test_a_password_that_is_nearly_right_is_wrong(self, credentials: Credentials, wrong: str):
        credentials.set()
        assert credentials.passwords.matches(ADA, wrong) is False

    def test_nobody_has_a_password(self, credentials: Credentials):
        credentials.set()
        assert credentials.passwords.matches(None, PASSWORD) is False
        assert credentials.passwords.matches(None, "a password that nobody has") is False

    def test_who_has_set_no_password_has_none(self, credentials: Credentials):
        assert credentials.passwords.matches(ADA, PASSWORD) is False
        assert credentials.passwords.matches(ADA, "a password that nobody has") is False
        assert credentials.passwords.matches(ADA, "") is False

    def test_twins_that_differ_behind_the_72nd_byte_differ(self, credentials: Credentials):
        credentials.set(EIGHTY_BYTES)
        twin = EIGHTY_BYTES[:-1] + "M"
        assert credentials.passwords.matches(ADA, EIGHTY_BYTES) is True
        assert credentials.passwords.matches(ADA, twin) is False

    def test_the_longest_password_is_kept_whole(self, credentials: Credentials):
        longest = EIGHTY_BYTES * 3 + "!" * (256 - 3 * len(EIGHTY_BYTES))
        credentials.set(longest)
        assert credentials.passwords.matches(ADA, longest) is True
        assert credentials.passwords.matches(ADA, longest[:-1]) is False

    def test_a_letter_is_the_same_however_the_keyboard_composes_it(self, credentials: Credentials):
        credentials.set("caf\N{LATIN SMALL LETTER E WITH ACUTE}-lantern-orbit")
        decomposed = "cafe\N{COMBINING ACUTE ACCENT}-lantern-orbit"
        assert credentials.passwords.matches(ADA, decomposed) is True

    def test_letters_that_only_look_alike_are_others(self, credentials: Credentials):
        credentials.set("\N{LATIN SMALL LIGATURE FI}g-lantern-orbit")
        assert credentials.passwords.matches(ADA, "fig-lantern-orbit") is False

    def test_a_link_sets_a_password_once_and_says_whose(self, credentials: Credentials):
        token = credentials.link()
        assert credentials.passwords.set_by_link(token, PASSWORD, at=START) == ADA
        assert credentials.is_refused(token, LinkWasUsed)
        assert credentials.passwords.matches(ADA, PASSWORD) is True

    def test_setting_a_password_ends_all_links_to_set_it(self, credentials: Credentials):
        older, to_register = credentials.link(), credentials.link(purpose=REGISTER)
        credentials.set()
        assert credentials.is_refused(older, LinkWasUsed)
        assert credentials.links.owner(to_register, REGISTER, at=START) == ADA

    def test_a_new_password_takes_the_place_of_the_old(self, credentials: Credentials):
        credentials.set(PASSWORD)
        credentials.set(OTHER)
        matches = credentials.passwords.matches
        assert [matches(ADA, PASSWORD), matches(ADA, OTHER)] == [False, True]

    def test_a_link_that_is_not_valid_sets_nothing(self, credentials: Credentials):
        credentials.set(PASSWORD)
        assert credentials.is_refused("unknown", LinkIsNotValid)
        assert credentials.is_refused(credentials.link(purpose=REGISTER), LinkIsNotValid)
        assert credentials.is_refused(credentials.link(), LinkIsNotValid, at=END)
        assert credentials.passwords.matches(ADA, PASSWORD) is True

    def test_several_unrelated_words_are_not_weak(self, credentials: Credentials):
        assert credentials.passwords.weakness(PASSWORD, ["ada@sample.example", "Ada"]) is None

    def test_a_password_made_of_the_context_is_weak(self, credentials: Credentials):
        weakness = credentials.passwords.weakness("Sample Dental 1", ["Ada", "Sample Dental"])
        assert weakness == "Do not build it from your name, your address or your practice."

    def test_one_letter_over_and_over_is_weak(self, credentials: Credentials):
        assert credentials.passwords.weakness("z" * 40, []) is not None
