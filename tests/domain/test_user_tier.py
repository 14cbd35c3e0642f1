"""The paid tier of an account: a term with an end, or a gift without one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from domain.tier import ComposingNeedsThePaidTier, TierEnd
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BEN_REGISTERED,
    MOMENT,
    NOW,
    given_the_paid_tier,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PURCHASE = UUID("00000000-0000-0000-0000-00000000dd01")
LATER_PURCHASE = UUID("00000000-0000-0000-0000-00000000dd02")
IN_A_MONTH = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


def bought(user_id: UUID, purchase_id: UUID = PURCHASE, until: datetime = IN_A_MONTH) -> Fact:
    return fact(
        User.TierPurchased, user_id, by=user_id, at=NOW, purchase_id=purchase_id, until=until
    )


def tell(rules: Rules, user_id: UUID, command: Callable[[User], None]) -> None:
    user = rules.now(User, user_id)
    command(user)
    rules.log.save(user)


def test_the_paid_tier_is_a_term_with_an_end(rules: Rules) -> None:
    ada = rules.given(*ADA_CAN_SIGN_IN, bought(ADA)).now(User, ADA)
    assert (ada.is_paid(NOW), ada.is_paid(IN_A_MONTH - MOMENT)) == (True, True)
    assert (ada.is_paid(IN_A_MONTH), ada.is_paid(IN_A_MONTH + MOMENT)) == (False, False)


def test_the_paid_tier_may_be_a_gift_without_an_end(rules: Rules) -> None:
    ada = rules.given(*ADA_PAYS).now(User, ADA)
    assert ada.is_paid(NOW + timedelta(days=36_500))


def test_a_gift_outlasts_a_term(rules: Rules) -> None:
    ada = rules.given(*ADA_PAYS, bought(ADA)).now(User, ADA)
    assert ada.is_paid(IN_A_MONTH)


def test_only_within_the_paid_tier_one_may_compose(rules: Rules) -> None:
    rules.given(*ADA_CAN_SIGN_IN, bought(ADA), *BEN_IS_FREE)
    ada, ben = rules.now(User, ADA), rules.now(User, BEN)
    rules.when(lambda: ada.require_composing(IN_A_MONTH - MOMENT)).then()
    rules.when(lambda: ada.require_composing(IN_A_MONTH)).refused(ComposingNeedsThePaidTier)
    rules.when(lambda: ben.require_composing(NOW)).refused(ComposingNeedsThePaidTier)


def test_a_gift_before_the_password_does_not_let_anybody_compose(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED, given_the_paid_tier(BEN))
    ben = rules.now(User, BEN)
    rules.when(lambda: ben.require_composing(NOW)).refused(ComposingNeedsThePaidTier)


def test_a_purchase_counts_once(rules: Rules) -> None:
    rules.given(*ADA_CAN_SIGN_IN, bought(ADA))
    rules.when(
        lambda: tell(
            rules,
            ADA,
            lambda ada: ada.purchase_tier(purchase_id=PURCHASE, until=NOW, by=ADA, at=NOW),
        )
    ).then()


def test_another_purchase_extends_the_term(rules: Rules) -> None:
    later = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
    rules.given(*ADA_CAN_SIGN_IN, bought(ADA))
    rules.when(
        lambda: tell(
            rules,
            ADA,
            lambda ada: ada.purchase_tier(purchase_id=LATER_PURCHASE, until=later, by=ADA, at=NOW),
        )
    ).then(bought(ADA, LATER_PURCHASE, later))
    assert rules.now(User, ADA).paid_until == later


def test_the_end_of_the_paid_tier_may_change_either_way_and_says_why(rules: Rules) -> None:
    later, sooner = IN_A_MONTH + timedelta(days=7), IN_A_MONTH - timedelta(days=7)
    rules.given(*ADA_CAN_SIGN_IN, bought(ADA))
    for until, cause in ((later, TierEnd.GRACE), (sooner, TierEnd.REVOKED)):
        change = partial(change_end, until=until, cause=cause)
        rules.when(lambda change=change: tell(rules, ADA, change)).then(
            fact(User.TierEndChanged, ADA, by=ADA, at=NOW, until=until, cause=cause)
        )
        assert rules.now(User, ADA).paid_until == until
        rules.when(lambda change=change: tell(rules, ADA, change)).then()


def change_end(user: User, until: datetime, cause: TierEnd) -> None:
    user.change_tier_end(until, cause, by=ADA, at=NOW)


def test_a_gift_is_given_once(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.grant_tier(by=ADA, at=NOW))).then(
        fact(User.TierGranted, BEN, by=ADA, at=NOW)
    )
    rules.when(lambda: tell(rules, BEN, lambda ben: ben.grant_tier(by=ADA, at=NOW))).then()
