"""An invitation is sent again, corrected or taken back, and what that does to its links."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.address import AddressIsMalformed, AddressIsTaken, EmailAddress
from domain.invitation import (
    INVITATION_LASTS,
    MOST_A_DAY,
    PAUSE,
    InvitationWasSentTooOften,
    InvitationWasWithdrawn,
)
from domain.mailbox import Mailbox, mailbox_of
from domain.message import Message
from domain.ports import LinkIsNotValid
from domain.refusal import Refusal
from domain.role import RecipientRole
from domain.user import User
from tests.domain.guests import (
    RIGHT_ADDRESS,
    amend,
    amended,
    guests_of,
    link,
    mail_came_back,
    register,
    released,
    resend,
    resent,
    withdraw,
    withdrawn,
)
from tests.domain.people import (
    ADA,
    BENS_ADDRESS,
    CARLA,
    CARLAS_ADDRESS,
    MESSAGE,
    MOMENT,
    NOW,
    address_id,
    sealed,
    written,
)
from tests.domain.rules import Rules
from tests.scenario import fact


@pytest.fixture
def carla_invited(rules: Rules) -> Rules:
    return guests_of(rules)


def test_an_invitation_is_sent_again_and_has_another_14_days(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(resend(rules)).then(resent())
    ends_at = NOW + INVITATION_LASTS
    assert rules.now(User, CARLA).invitation_ends_at == ends_at
    rules.when(resend(rules, at=ends_at)).then(resent(at=ends_at))


def test_sending_it_again_trusts_an_address_that_failed(carla_invited: Rules) -> None:
    rules = carla_invited.given(*mail_came_back())
    confirmed = fact(
        Mailbox.AddressConfirmed,
        mailbox_of(CARLA),
        by=ADA,
        at=NOW,
        user_id=CARLA,
        address_version=1,
    )
    rules.when(resend(rules)).then(resent(), confirmed)
    rules.when(resend(rules)).then()


def test_within_a_minute_nothing_is_sent_again(carla_invited: Rules) -> None:
    rules = carla_invited.given(*mail_came_back(), resent(at=NOW - PAUSE + MOMENT))
    assert rules.when(resend(rules)).answer == 0
    rules.when(resend(rules)).then()
    rules.when(resend(rules, at=NOW + MOMENT)).then(
        resent(at=NOW + MOMENT),
        fact(
            Mailbox.AddressConfirmed,
            mailbox_of(CARLA),
            by=ADA,
            at=NOW + MOMENT,
            user_id=CARLA,
            address_version=1,
        ),
    )


def test_ten_times_a_day_is_the_most_whether_sent_again_or_corrected(carla_invited: Rules) -> None:
    hours = [NOW + timedelta(hours=number) for number in range(MOST_A_DAY)]
    rules = carla_invited.given(*(resent(at=hour) for hour in hours))
    just_before = NOW + timedelta(days=1) - MOMENT
    rules.when(resend(rules, at=just_before)).refused(InvitationWasSentTooOften)
    rules.when(amend(rules, at=just_before)).refused(InvitationWasSentTooOften)
    day_after = NOW + timedelta(days=1)
    rules.when(resend(rules, at=day_after)).then(resent(at=day_after))


def test_a_corrected_address_is_claimed_and_the_former_one_is_free(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(amend(rules, f" {RIGHT_ADDRESS.upper()} ")).then(*amended())
    assert rules.inviting.holder(RIGHT_ADDRESS) == CARLA
    assert rules.inviting.holder(CARLAS_ADDRESS) is None
    rules.when(amend(rules)).then()


def test_an_address_is_corrected_back(carla_invited: Rules) -> None:
    rules = carla_invited.given(*amended())
    rules.when(amend(rules, CARLAS_ADDRESS)).then(
        fact(
            User.InvitationAmended,
            CARLA,
            by=ADA,
            at=NOW,
            email=sealed(CARLAS_ADDRESS, CARLA, "email", 3),
            invitation_ends_at=NOW + INVITATION_LASTS,
        ),
        released(CARLA, RIGHT_ADDRESS),
        fact(
            EmailAddress.AddressReclaimed,
            address_id(CARLAS_ADDRESS),
            by=ADA,
            at=NOW,
            user_id=CARLA,
        ),
    )


@pytest.mark.parametrize(
    ("address", "refusal"),
    [(BENS_ADDRESS, AddressIsTaken), ("carla", AddressIsMalformed), ("", AddressIsMalformed)],
)
def test_the_new_address_is_one_and_is_nobody_elses(
    carla_invited: Rules, address: str, refusal: type[Refusal]
) -> None:
    carla_invited.when(amend(carla_invited, address)).refused(refusal)


def test_a_link_that_went_to_the_former_address_opens_nothing(carla_invited: Rules) -> None:
    rules = carla_invited
    before = link(rules)
    rules.given(*amended())
    too_late = link(rules)
    rules.when(register(rules, before)).refused(LinkIsNotValid)
    rules.when(register(rules, too_late)).refused(LinkIsNotValid)
    assert register(rules, link(rules, version=2))().id == CARLA


def test_a_link_lives_on_when_the_mail_is_sent_again(carla_invited: Rules) -> None:
    token = link(carla_invited)
    carla_invited.given(resent())
    assert register(carla_invited, token)().id == CARLA


def test_a_withdrawn_invitation_opens_nothing_and_frees_the_address(carla_invited: Rules) -> None:
    rules = carla_invited
    token = link(rules)
    rules.when(withdraw(rules)).then(*withdrawn())
    rules.when(register(rules, token)).refused(InvitationWasWithdrawn)
    assert rules.inviting.holder(CARLAS_ADDRESS) is None
    rules.when(withdraw(rules)).then()
    rules.when(resend(rules)).refused(InvitationWasWithdrawn)
    rules.when(amend(rules)).refused(InvitationWasWithdrawn)


def test_after_a_correction_the_new_address_is_freed(carla_invited: Rules) -> None:
    rules = carla_invited.given(*amended())
    rules.when(withdraw(rules)).then(*withdrawn(address=RIGHT_ADDRESS))


def test_who_writes_after_a_withdrawal_invites_somebody_anew_who_sees_nothing_of_before(
    carla_invited: Rules,
) -> None:
    rules = carla_invited.given(written(MESSAGE, ADA, CARLA), *withdrawn())
    rules.corresponding.send(
        message_id=UUID(int=9),
        sender_id=ADA,
        to=CARLAS_ADDRESS,
        role=RecipientRole.DOCTOR_ELSEWHERE,
        subject="A subject",
        body="A body",
        at=NOW,
    )
    anew = rules.inviting.holder(CARLAS_ADDRESS)
    assert anew not in (CARLA, None)
    waiting = rules.now(Message, MESSAGE)
    assert (waiting.recipient_id, waiting.is_over(NOW)) == (CARLA, False)
