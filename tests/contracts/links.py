"""What every keeper of one-time links promises.

A subclass gives the fixture `links`.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.ports import LinkIsNotValid, LinkPurpose, Links, LinkWasUsed, version_of
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")
REGISTER, SET_PASSWORD = LinkPurpose.REGISTER, LinkPurpose.SET_PASSWORD
END = START + timedelta(hours=72)
MOMENT = timedelta(microseconds=1)


def mint(links: Links, user_id: UUID = ADA, purpose: LinkPurpose = SET_PASSWORD) -> str:
    return links.mint(user_id, purpose, at=START, expires_at=END)


def is_not_valid(links: Links, token: str, purpose: LinkPurpose = SET_PASSWORD) -> bool:
    with pytest.raises(LinkIsNotValid):
        links.owner(token, purpose, at=START)
    return True


def was_used(links: Links, token: str, at=START) -> UUID:
    with pytest.raises(LinkWasUsed) as refused:
        links.owner(token, SET_PASSWORD, at=at)
    return refused.value.user_id


class LinksContract:
    def test_a_link_says_whose_it_is_however_often_it_is_looked_at(self, links: Links):
        token = mint(links)
        looks = [links.owner(token, SET_PASSWORD, at=START) for _ in range(3)]
        assert looks == [ADA, ADA, ADA]

    def test_every_link_is_another_and_fits_into_an_address(self, links: Links):
        tokens = [mint(links) for _ in range(50)]
        assert len(set(tokens)) == 50
        assert {len(token) >= 22 for token in tokens} == {True}
        assert "".join(tokens).replace("-", "").replace("_", "").isalnum()

    def test_a_link_is_good_until_the_very_moment_of_its_end(self, links: Links):
        token = mint(links)
        assert links.owner(token, SET_PASSWORD, at=END - MOMENT) == ADA
        with pytest.raises(LinkIsNotValid):
            links.owner(token, SET_PASSWORD, at=END)

    def test_a_link_is_good_for_its_own_purpose_only(self, links: Links):
        to_register, to_set = mint(links, purpose=REGISTER), mint(links)
        assert is_not_valid(links, to_register, SET_PASSWORD)
        assert is_not_valid(links, to_set, REGISTER)

    @pytest.mark.parametrize("token", ["", "unknown", "x" * 10_000, "Zo\N{TOOTH}", "a\x00b"])
    def test_what_was_never_a_link_is_not_valid(self, links: Links, token: str):
        mint(links)
        assert is_not_valid(links, token)

    def test_an_altered_link_is_not_valid(self, links: Links):
        token = mint(links)
        assert is_not_valid(links, token[:-1])
        assert is_not_valid(links, token + "0")
        assert is_not_valid(links, token.swapcase())

    def test_a_used_link_says_whose_it_was(self, links: Links):
        token = mint(links)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        assert was_used(links, token) == ADA

    def test_a_used_link_stays_used_after_its_end(self, links: Links):
        token = mint(links)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        assert was_used(links, token, at=END) == ADA

    def test_all_links_of_a_person_for_a_purpose_end_together(self, links: Links):
        older, newer = mint(links), mint(links)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        assert [was_used(links, older), was_used(links, newer)] == [ADA, ADA]

    def test_links_of_others_and_for_other_purposes_live_on(self, links: Links):
        bens, to_register = mint(links, BEN), mint(links, purpose=REGISTER)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        assert links.owner(bens, SET_PASSWORD, at=START) == BEN
        assert links.owner(to_register, REGISTER, at=START) == ADA

    def test_a_link_that_is_made_afterwards_is_good(self, links: Links):
        mint(links)
        links.consume_all(ADA, SET_PASSWORD, at=START)
        assert links.owner(mint(links), SET_PASSWORD, at=START) == ADA

    def test_a_link_says_for_which_version_of_the_address_it_was_mailed(self, links: Links):
        usual = mint(links)
        third = links.mint(ADA, SET_PASSWORD, at=START, expires_at=END, version=3)
        assert (version_of(usual), version_of(third)) == (1, 3)
        assert links.owner(third, SET_PASSWORD, at=START) == ADA

    def test_nobody_makes_a_link_that_is_for_another_version(self, links: Links):
        usual = mint(links)
        third = links.mint(ADA, SET_PASSWORD, at=START, expires_at=END, version=3)
        assert is_not_valid(links, f"3.{usual}")
        assert is_not_valid(links, third.removeprefix("3."))
        assert is_not_valid(links, f"4.{third.removeprefix('3.')}")
        assert is_not_valid(links, f"1.{usual}")
