"""Reach: how may this person be told, and when is it day for her?"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import MAIL_CARRIER, OPERATOR
from domain.erasure import Erasure
from domain.mailbox import Mailbox
from domain.phone_proof import PhoneProof, phone_proof_of
from domain.ports import Sealed
from domain.profile import NoticesBy, Profile
from domain.user import User
from projections.projection import Event
from projections.reach import EmailChange, Reach, Reachable
from runtime.stores import Stores
from tests.fixtures.clock import START
from tests.projections.rows import remembered
from tests.projections.town import ADA
from tests.scenario import fact

NOTICE, CODE = UUID(int=1), UUID(int=2)
OLD_ADDRESS, NEW_ADDRESS = Sealed("1.b2xk"), Sealed("9.bmV3")
PHONE, OTHER_PHONE = Sealed("2.cGhvbmU"), Sealed("5.b3RoZXI")


@pytest.fixture
def reach(stores: Stores) -> Reach:
    return Reach(stores.pool)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def chosen() -> Profile:
    """Ada wants texts, and lives in Chicago."""
    profile = Profile.begin(ADA, at=START)
    profile.choose_notices(NoticesBy.TEXT, by_link=False, at=START)
    profile.choose_time_zone("America/Chicago", at=START)
    return profile


def failing() -> Mailbox:
    """A mail to Ada's first address came back."""
    mailbox = Mailbox.begin(ADA, by=MAIL_CARRIER, at=START)
    mailbox.come_back(
        notice_id=NOTICE, address_version=1, status="5.1.1", by=MAIL_CARRIER, at=after(3)
    )
    return mailbox


def given(proof: PhoneProof, phone: Sealed) -> None:
    proof.trigger_event(PhoneProof.PhoneGiven, timestamp=START, by=ADA, user_id=ADA, phone=phone)


def proved(proof: PhoneProof) -> None:
    proof.trigger_event(
        PhoneProof.IdentityVerified, timestamp=START, by=ADA, user_id=ADA, code_id=CODE
    )


def test_who_chose_nothing_is_told_by_mail_and_nothing_of_hers_comes_back(reach: Reach):
    assert reach.of(ADA) == Reachable(
        user_id=ADA,
        notices=NoticesBy.EMAIL,
        time_zone=None,
        phone=None,
        phone_is_proved=False,
        failed_version=None,
        failed_at=None,
        failed_status=None,
    )
    assert not reach.of(ADA).fails(OLD_ADDRESS)


def test_what_a_person_chose_is_how_she_is_told(stores: Stores, reach: Reach):
    remembered(stores, chosen().collect_events())
    told = Reachable(ADA, notices=NoticesBy.TEXT, time_zone="America/Chicago")
    assert reach.of(ADA) == told
    assert reach.of(ADA).notices is NoticesBy.TEXT


def test_a_usual_expiry_alone_leaves_a_person_as_who_chose_nothing(stores: Stores, reach: Reach):
    profile = Profile.begin(ADA, at=START)
    profile.change_usual_expiry(7, at=START)
    remembered(stores, profile.collect_events())
    assert reach.of(ADA) == Reachable(ADA)


def test_a_phone_is_hers_once_it_is_proved_and_another_one_is_not(stores: Stores, reach: Reach):
    proof = PhoneProof.begin(ADA, by=ADA, at=START)
    given(proof, PHONE)
    remembered(stores, proof.collect_events())
    assert reach.of(ADA) == Reachable(ADA, phone=PHONE, phone_is_proved=False)
    proved(proof)
    remembered(stores, proof.collect_events())
    assert reach.of(ADA) == Reachable(ADA, phone=PHONE, phone_is_proved=True)
    given(proof, OTHER_PHONE)
    remembered(stores, proof.collect_events())
    assert reach.of(ADA) == Reachable(ADA, phone=OTHER_PHONE, phone_is_proved=False)
    assert proof.id == phone_proof_of(ADA)


def test_an_address_fails_from_when_mail_came_back_until_somebody_confirms_it(
    stores: Stores, reach: Reach
):
    mailbox = failing()
    remembered(stores, mailbox.collect_events())
    expected = Reachable(ADA, failed_version=1, failed_at=after(3), failed_status="5.1.1")
    assert reach.of(ADA) == expected
    assert reach.of(ADA).fails(OLD_ADDRESS)
    mailbox.confirm(by=ADA, at=after(4))
    remembered(stores, mailbox.collect_events())
    assert reach.of(ADA) == Reachable(ADA)
    assert not reach.of(ADA).fails(OLD_ADDRESS)


def test_a_later_address_is_not_to_blame_for_an_earlier_one(stores: Stores, reach: Reach):
    remembered(stores, failing().collect_events())
    assert not reach.of(ADA).fails(NEW_ADDRESS)


def test_all_that_is_known_of_a_person_stands_together(stores: Stores, reach: Reach):
    proof = PhoneProof.begin(ADA, by=ADA, at=START)
    given(proof, PHONE)
    events = [*chosen().collect_events(), *failing().collect_events(), *proof.collect_events()]
    remembered(stores, events)
    assert reach.of(ADA) == Reachable(
        ADA,
        NoticesBy.TEXT,
        "America/Chicago",
        PHONE,
        failed_version=1,
        failed_at=after(3),
        failed_status="5.1.1",
    )


def test_of_who_was_erased_nothing_is_left(stores: Stores, reach: Reach):
    proof = PhoneProof.begin(ADA, by=ADA, at=START)
    given(proof, PHONE)
    proved(proof)
    erasure = Erasure.request(ADA, practice_id=UUID(int=7), due_at=START, by=OPERATOR, at=START)
    erasure.complete(by=OPERATOR, at=START)
    remembered(
        stores,
        [
            *chosen().collect_events(),
            *failing().collect_events(),
            *proof.collect_events(),
            *erasure.collect_events(),
        ],
    )
    assert reach.of(ADA) == Reachable(ADA)


def test_several_people_are_answered_for_at_once_also_the_unknown(stores: Stores, reach: Reach):
    nobody = UUID(int=404)
    remembered(stores, chosen().collect_events())
    assert reach.of_all([ADA, nobody, ADA]) == {ADA: reach.of(ADA), nobody: Reachable(nobody)}
    assert reach.of_all([]) == {}
    assert replace(reach.of(ADA), user_id=nobody) != reach.of(nobody)


def moving(*steps: type[User.Event]) -> list[Event]:
    """Return what happened to Ada's address after she was invited."""
    told = {
        User.EmailChangeRequested: {"email": NEW_ADDRESS},
        User.EmailChanged: {"email": NEW_ADDRESS, "former_email": OLD_ADDRESS},
    }
    facts = [fact(step, ADA, by=ADA, at=START, **told[step]) for step in steps]
    return [one.as_event(version) for version, one in enumerate(facts, start=2)]


def test_an_address_that_was_given_is_to_be_confirmed(stores: Stores, reach: Reach):
    assert reach.email_change(ADA) is None
    remembered(stores, moving(User.EmailChangeRequested, User.EmailChangeRequested))
    assert reach.email_change(ADA) == EmailChange(version=3, email=NEW_ADDRESS)
    assert reach.former_email(ADA, 3) is None


def test_of_a_confirmed_address_nothing_is_to_be_done_and_the_former_one_is_known(
    stores: Stores, reach: Reach
):
    remembered(stores, moving(User.EmailChangeRequested, User.EmailChanged))
    assert reach.email_change(ADA) == EmailChange(version=3, email=None)
    assert [reach.former_email(ADA, version) for version in (2, 3)] == [None, OLD_ADDRESS]


def test_of_who_was_erased_no_address_is_to_be_confirmed(stores: Stores, reach: Reach):
    erasure = Erasure.request(ADA, practice_id=UUID(int=7), due_at=START, by=OPERATOR, at=START)
    erasure.complete(by=OPERATOR, at=START)
    remembered(stores, [*moving(User.EmailChangeRequested), *erasure.collect_events()])
    assert reach.email_change(ADA) == EmailChange(version=2, email=None)
