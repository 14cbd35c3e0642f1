"""Who replies to a notice is told where to write: once a day at most, and nobody else is."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from domain.aggregate import MAIL_CARRIER
from domain.mailbox import REPLY_PAUSE, Mailbox, mailbox_of
from domain.replying import Replying
from tests.domain.people import BEN, BEN_WAS_INVITED, BENS_ADDRESS, EMILS_ADDRESS, MOMENT, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS = mailbox_of(BEN)
BEGUN = fact(Mailbox.MailboxBegun, BENS, by=MAIL_CARRIER, at=NOW, user_id=BEN)


def refused(at: datetime = NOW) -> Fact:
    return fact(Mailbox.ReplyRefused, BENS, by=MAIL_CARRIER, at=at, user_id=BEN)


def reply(rules: Rules, address: str = BENS_ADDRESS, at: datetime = NOW) -> partial[int]:
    return partial(Replying(rules.log, rules.inviting).refuse, address=address, at=at)


def test_who_replies_is_told_so(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED).when(reply(rules, " Ben@Sample-Dental.example ")).then(
        BEGUN, refused()
    )


def test_who_replies_again_within_a_day_is_not(rules: Rules) -> None:
    rules.given(*BEN_WAS_INVITED, BEGUN, refused())
    rules.when(reply(rules, at=NOW + REPLY_PAUSE - MOMENT)).then()


@pytest.mark.parametrize("pause", [REPLY_PAUSE, timedelta(days=30)])
def test_who_replies_a_day_later_is_told_again(rules: Rules, pause: timedelta) -> None:
    rules.given(*BEN_WAS_INVITED, BEGUN, refused())
    rules.when(reply(rules, at=NOW + pause)).then(refused(NOW + pause))


@pytest.mark.parametrize("address", [EMILS_ADDRESS, "no address", ""])
def test_whom_nobody_knows_is_never_answered(rules: Rules, address: str) -> None:
    rules.given(*BEN_WAS_INVITED).when(reply(rules, address)).then()
