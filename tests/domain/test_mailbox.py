"""Whether mails to a person's address arrive, which is said of one address and no later one."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.aggregate import MAIL_CARRIER, NOTIFIER
from domain.mailbox import Mailbox, mailbox_of
from tests.domain.notices import NOTICE
from tests.domain.people import ADA, BEN, CARLA, NOW
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

BENS = mailbox_of(BEN)
BEGUN = fact(Mailbox.MailboxBegun, BENS, by=NOTIFIER, at=NOW, user_id=BEN)


def came_back(address_version: int, notice_id: UUID = NOTICE) -> Fact:
    return fact(
        Mailbox.MailCameBack,
        BENS,
        by=MAIL_CARRIER,
        at=NOW,
        user_id=BEN,
        notice_id=notice_id,
        address_version=address_version,
        status="5.1.1",
    )


def confirmed(address_version: int) -> Fact:
    told = {"user_id": BEN, "address_version": address_version}
    return fact(Mailbox.AddressConfirmed, BENS, by=ADA, at=NOW, **told)


def tell(rules: Rules, command: Callable[[Mailbox], None]) -> Callable[[], None]:
    def told() -> None:
        mailbox = rules.now(Mailbox, BENS)
        command(mailbox)
        rules.log.save(mailbox)

    return told


def come_back(address_version: int) -> Callable[[Mailbox], None]:
    return lambda mailbox: mailbox.come_back(
        notice_id=NOTICE,
        address_version=address_version,
        status="5.1.1",
        by=MAIL_CARRIER,
        at=NOW,
    )


def confirm(mailbox: Mailbox) -> None:
    mailbox.confirm(by=ADA, at=NOW)


def test_a_person_has_one_mailbox_which_nobody_else_has(rules: Rules) -> None:
    begin = Mailbox.begin(BEN, by=NOTIFIER, at=NOW)
    rules.when(lambda: rules.log.save(begin)).then(BEGUN)
    assert mailbox_of(BEN) != mailbox_of(CARLA)
    assert rules.now(Mailbox, BENS).failed_version is None


def test_an_address_fails_once_however_many_mails_come_back(rules: Rules) -> None:
    rules.given(BEGUN)
    rules.when(tell(rules, come_back(3))).then(came_back(3))
    assert rules.now(Mailbox, BENS).failed_version == 3
    rules.when(tell(rules, come_back(3))).then()


def test_an_address_that_was_confirmed_is_written_to_and_may_fail_again(rules: Rules) -> None:
    rules.given(BEGUN, came_back(3))
    rules.when(tell(rules, confirm)).then(confirmed(3))
    assert rules.now(Mailbox, BENS).failed_version is None
    rules.when(tell(rules, come_back(3))).then(came_back(3))


@pytest.mark.parametrize("past", [(BEGUN,), (BEGUN, came_back(3), confirmed(3))])
def test_there_is_nothing_to_confirm_of_an_address_that_does_not_fail(
    rules: Rules, past: tuple[Fact, ...]
) -> None:
    rules.given(*past)
    rules.when(tell(rules, confirm)).then()


def test_a_later_address_may_fail_as_well(rules: Rules) -> None:
    rules.given(BEGUN, came_back(3))
    rules.when(tell(rules, come_back(5))).then(came_back(5))
    assert rules.now(Mailbox, BENS).failed_version == 5


def test_what_comes_back_late_from_an_earlier_address_does_not_hide_that_this_one_fails(
    rules: Rules,
) -> None:
    rules.given(BEGUN, came_back(5))
    rules.when(tell(rules, come_back(3))).then()
    assert rules.now(Mailbox, BENS).failed_version == 5
