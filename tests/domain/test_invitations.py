"""An invitation is sent again, corrected or taken back by who may, and by nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.address import AddressIsMalformed, AddressIsTaken, EmailAddress
from domain.aggregate import MAIL_CARRIER, OPERATOR, SWEEPER
from domain.erasing import NoSuchPerson
from domain.erasure import Erasure, erasure_of
from domain.invitation import (
    INVITATION_LASTS,
    MOST_A_DAY,
    PAUSE,
    AlreadyRegistered,
    InvitationWasSentTooOften,
    InvitationWasWithdrawn,
)
from domain.mailbox import Mailbox, mailbox_of
from domain.message import Message
from domain.ports import LinkIsNotValid, LinkPurpose
from domain.refusal import Refusal
from domain.role import RecipientRole
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    CARLA,
    CARLA_WAS_INVITED,
    CARLAS_ADDRESS,
    DORA,
    DORA_IS_ELSEWHERE,
    DORAS_ADDRESS,
    MESSAGE,
    MOMENT,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
    YESTERDAY,
    address_id,
    invited,
    opened,
    sealed,
    written,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once
from tests.scenario import Fact, fact

RIGHT_ADDRESS = "carla@right.example"
EMILS, EMIL = "emil@post.example", UUID("00000000-0000-0000-0000-00000000bb05")
EMIL_IS_BENS_GUEST = invited(EMIL, EMILS, "patient", practice_id=None, by=BEN)


@pytest.fixture
def carla_invited(rules: Rules) -> Rules:
    """Ada, who manages the practice, has invited Carla; Ben is a member, Dora elsewhere."""
    return rules.given(
        *SAMPLE_DENTAL_IS_OPEN,
        *ADA_PAYS,
        *BEN_IS_FREE,
        *opened(UUID("00000000-0000-0000-0000-00000000aa02"), "Other Dental", DORA),
        *DORA_IS_ELSEWHERE,
        *CARLA_WAS_INVITED,
        *EMIL_IS_BENS_GUEST,
    )


def resend(
    rules: Rules, user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.invitations.resend(user_id=user_id, by=by, at=at)


def amend(
    rules: Rules,
    address: str = RIGHT_ADDRESS,
    user_id: UUID = CARLA,
    by: UUID = ADA,
    at: datetime = NOW,
) -> Callable[[], int]:
    return lambda: rules.invitations.amend(user_id=user_id, address=address, by=by, at=at)


def withdraw(
    rules: Rules, user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW
) -> Callable[[], int]:
    return lambda: rules.invitations.withdraw(user_id=user_id, by=by, at=at)


def resent(user_id: UUID = CARLA, by: UUID = ADA, at: datetime = NOW) -> Fact:
    ends_at = at + INVITATION_LASTS
    return fact(
        User.InvitationResent, user_id, by=by, at=at, invitation_ends_at=ends_at, by_message=False
    )


def amended(by: UUID = ADA, at: datetime = NOW, version: int = 2) -> tuple[Fact, Fact, Fact]:
    """Return that Carla's invitation went to the right address, which is hers now."""
    return (
        fact(
            User.InvitationAmended,
            CARLA,
            by=by,
            at=at,
            email=sealed(RIGHT_ADDRESS, CARLA, "email", version),
            invitation_ends_at=at + INVITATION_LASTS,
        ),
        released(CARLA, CARLAS_ADDRESS, by, at),
        fact(EmailAddress.AddressClaimed, address_id(RIGHT_ADDRESS), by=by, at=at, user_id=CARLA),
    )


def released(user_id: UUID, address: str, by: UUID = ADA, at: datetime = NOW) -> Fact:
    return fact(EmailAddress.AddressReleased, address_id(address), by=by, at=at, user_id=user_id)


def withdrawn(
    user_id: UUID = CARLA, address: str = CARLAS_ADDRESS, by: UUID = ADA
) -> tuple[Fact, Fact]:
    return (
        fact(User.InvitationWithdrawn, user_id, by=by, at=NOW),
        released(user_id, address, by),
    )


def mail_came_back(user_id: UUID = CARLA, version: int = 1) -> tuple[Fact, Fact]:
    mailbox = mailbox_of(user_id)
    about = {"user_id": user_id, "notice_id": MESSAGE, "status": "5.1.1"}
    return (
        fact(Mailbox.MailboxBegun, mailbox, by=MAIL_CARRIER, at=YESTERDAY, user_id=user_id),
        fact(
            Mailbox.MailCameBack,
            mailbox,
            by=MAIL_CARRIER,
            at=YESTERDAY,
            address_version=version,
            **about,
        ),
    )


def register(rules: Rules, token: str) -> Callable[[], User]:
    return lambda: rules.registering.invited(token, at=NOW)


def link(rules: Rules, version: int = 1) -> str:
    end = NOW + timedelta(days=90)
    return rules.links.mint(CARLA, LinkPurpose.REGISTER, at=NOW, expires_at=end, version=version)


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


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
def test_who_has_registered_has_no_invitation_any_more(
    carla_invited: Rules, command: Callable[..., Callable[[], int]]
) -> None:
    rules = carla_invited
    rules.when(command(rules, user_id=BEN)).refused(AlreadyRegistered)


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    ("user_id", "by"),
    [(CARLA, BEN), (CARLA, DORA), (CARLA, CARLA), (EMIL, DORA), (MESSAGE, ADA), (CARLA, OPERATOR)],
)
def test_for_everybody_else_there_is_no_such_person(
    carla_invited: Rules, command: Callable[..., Callable[[], int]], user_id: UUID, by: UUID
) -> None:
    rules = carla_invited
    rules.when(command(rules, user_id=user_id, by=by)).refused(NoSuchPerson)


def test_who_invited_and_the_user_manager_both_may(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(resend(rules, EMIL, by=BEN)).then(resent(EMIL, by=BEN))
    rules.when(withdraw(rules, EMIL, by=ADA)).then(*withdrawn(EMIL, EMILS, by=ADA))


@pytest.mark.parametrize("command", [resend, withdraw, amend], ids=lambda one: one.__name__)
def test_nobody_looks_after_the_invitation_of_who_was_erased(
    carla_invited: Rules, command: Callable[..., Callable[[], int]]
) -> None:
    about = {"user_id": CARLA}
    rules = carla_invited.given(
        fact(
            Erasure.ErasureRequested,
            erasure_of(CARLA),
            by=ADA,
            at=YESTERDAY,
            practice_id=UUID(int=1),
            due_at=YESTERDAY,
            **about,
        ),
        fact(Erasure.PersonErased, erasure_of(CARLA), by=SWEEPER, at=YESTERDAY, **about),
    )
    rules.when(command(rules)).refused(NoSuchPerson)


def test_who_corrects_an_address_waits_for_the_turn_of_a_destruction(carla_invited: Rules) -> None:
    rules, held = carla_invited, list[bool]()
    rules.log.rivals.append(lambda: held.append(rules.shredder.lock.locked()))
    amend(rules)()
    assert (held, rules.shredder.lock.locked()) == ([True], False)


def test_of_two_corrections_to_one_address_at_once_one_is_made(carla_invited: Rules) -> None:
    rules = carla_invited
    both = [amend(rules, user_id=one, by=ADA) for one in (CARLA, EMIL)]
    assert all_at_once(both) == ["AddressIsTaken", "done"]


def test_a_correction_and_a_withdrawal_at_once_leave_no_address_behind(
    carla_invited: Rules,
) -> None:
    rules = carla_invited
    all_at_once([amend(rules), withdraw(rules)])
    assert rules.inviting.holder(CARLAS_ADDRESS) is None
    assert rules.inviting.holder(RIGHT_ADDRESS) in (None, CARLA)
    withdraw(rules)()
    assert rules.inviting.holder(RIGHT_ADDRESS) is None


def test_an_address_that_somebody_has_elsewhere_stays_hers(carla_invited: Rules) -> None:
    rules = carla_invited
    rules.when(amend(rules, DORAS_ADDRESS)).refused(AddressIsTaken)
    assert rules.inviting.holder(DORAS_ADDRESS) == DORA
