"""How a registered person sets the password from the final mail, or asks for a new one."""

from uuid import UUID

import pytest

from domain.password import LINK_LASTS, PasswordIsUnusable
from domain.ports import LinkIsNotValid, LinkPurpose, LinkWasUsed
from domain.user import User
from tests.domain.people import (
    BEN,
    BEN_IS_FREE,
    BEN_REGISTERED,
    BEN_WAS_INVITED,
    BENS_ADDRESS,
    EMILS_ADDRESS,
    MOMENT,
    NOW,
    given_the_paid_tier,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PASSWORD = "quiet-lantern-orbit-fig"
PASSWORD_SET = fact(User.PasswordSet, BEN, by=BEN, at=NOW)
RESET_REQUESTED = fact(User.PasswordResetRequested, BEN, by=BEN, at=NOW)


def link_for(rules: Rules, user_id: UUID) -> str:
    return rules.links.mint(
        user_id, LinkPurpose.SET_PASSWORD, at=NOW - LINK_LASTS, expires_at=NOW + MOMENT
    )


def set_password(rules: Rules, token: str, password: str = PASSWORD) -> int:
    return rules.registering.set_password(
        token=token, password=password, context=["Ben", "desk"], at=NOW
    )


def test_the_link_of_the_final_mail_sets_the_password(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_REGISTERED), BEN)
    outcome = rules.when(lambda: set_password(rules, token))
    outcome.then(PASSWORD_SET)
    assert (outcome.answer, rules.passwords.passwords) == (4, {BEN: PASSWORD})


def test_a_link_sets_the_password_once_and_ends_the_others(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    token, other = link_for(rules, BEN), link_for(rules, BEN)
    set_password(rules, token)
    rules.when(lambda: set_password(rules, token, "another-lantern-orbit")).refused(LinkWasUsed)
    rules.when(lambda: set_password(rules, other, "another-lantern-orbit")).refused(LinkWasUsed)
    assert rules.passwords.passwords == {BEN: PASSWORD}


@pytest.mark.parametrize(
    "password", ["", "quiet-lantern", "aaaaaaaaaaaaaaaa", "desk desk lantern", "x" * 300]
)
def test_an_unusable_password_changes_nothing_and_leaves_the_link_usable(
    rules: Rules, password: str
) -> None:
    token = link_for(rules.given(*BEN_REGISTERED), BEN)
    rules.when(lambda: set_password(rules, token, password)).refused(PasswordIsUnusable)
    assert rules.passwords.passwords == {}
    rules.when(lambda: set_password(rules, token)).then(PASSWORD_SET)


def test_a_password_is_kept_in_one_form_however_it_was_typed(rules: Rules) -> None:
    token = link_for(rules.given(*BEN_REGISTERED), BEN)
    set_password(rules, token, "quiet-lantern-cafe\N{COMBINING ACUTE ACCENT}")
    assert rules.passwords.passwords == {
        BEN: "quiet-lantern-caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    }


def test_a_link_ends_at_its_moment(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    token = rules.links.mint(BEN, LinkPurpose.SET_PASSWORD, at=NOW - LINK_LASTS, expires_at=NOW)
    rules.when(lambda: set_password(rules, token)).refused(LinkIsNotValid)


def test_a_link_to_register_sets_no_password(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    token = rules.links.mint(BEN, LinkPurpose.REGISTER, at=NOW, expires_at=NOW + MOMENT)
    rules.when(lambda: set_password(rules, token)).refused(LinkIsNotValid)
    assert rules.passwords.passwords == {}


def test_a_link_that_is_not_valid_is_refused_before_the_password_is_judged(rules: Rules) -> None:
    rules.when(lambda: set_password(rules, "token-of-nobody", "")).refused(LinkIsNotValid)


def test_a_link_that_nobody_was_sent_sets_no_password(rules: Rules) -> None:
    rules.when(lambda: set_password(rules, "token-of-nobody")).refused(LinkIsNotValid)


def test_a_password_that_is_overtaken_is_recorded_all_the_same(rules: Rules) -> None:
    gift = given_the_paid_tier(BEN)
    token = link_for(rules.given(*BEN_REGISTERED), BEN)
    rules.log.rivals.append(lambda: rules.given(gift))
    rules.when(lambda: set_password(rules, token)).then(gift, PASSWORD_SET)


@pytest.mark.parametrize("past", [BEN_REGISTERED, BEN_IS_FREE], ids=["none yet", "forgotten"])
def test_a_registered_person_is_sent_a_link_to_set_the_password(
    rules: Rules, past: tuple[Fact, ...]
) -> None:
    rules.given(*past)
    rules.when(
        lambda: rules.registering.request_password_reset(address=f" {BENS_ADDRESS} ", at=NOW)
    ).then(RESET_REQUESTED)


@pytest.mark.parametrize("address", [BENS_ADDRESS, EMILS_ADDRESS, "", "ben", "b" * 300])
def test_asking_for_a_link_is_silent_for_everybody_else(rules: Rules, address: str) -> None:
    rules.given(*BEN_WAS_INVITED)
    outcome = rules.when(lambda: rules.registering.request_password_reset(address=address, at=NOW))
    outcome.then()
    assert outcome.answer == 0
