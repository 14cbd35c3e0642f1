"""How a person changes her address: asked for with the password, confirmed where it leads."""

from datetime import datetime, timedelta

import pytest

from domain.address import AddressIsMalformed, AddressIsTaken, EmailAddress
from domain.aggregate import SWEEPER
from domain.changing_email import AddressIsTheSame, PasswordIsWrong
from domain.email_change import ConfirmationsAreTooMany
from domain.erasure import Erasure, PersonWasErased, erasure_of
from domain.ports import LinkIsNotValid, LinkPurpose, LinkWasUsed
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    ADAS_ADDRESS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    NOW,
    SAMPLE_DENTAL,
    YESTERDAY,
    address_id,
    sealed,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, fact

PASSWORD = "quiet-lantern-orbit-fig"
NEW = "ben@new.example"
OTHER = "benjamin@other.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ben_inside(rules: Rules) -> Rules:
    """Ben has an account whose version is 3, and is signed in."""
    rules.given(*BEN_IS_FREE, *ADA_CAN_SIGN_IN).passwords.passwords[BEN] = PASSWORD
    return rules


def request(
    rules: Rules, address: str = NEW, password: str = PASSWORD, at: datetime = NOW
) -> object:
    return rules.changing_email.request(user_id=BEN, address=address, password=password, at=at)


def requested(address: str = NEW, version: int = 4, at: datetime = NOW) -> Fact:
    new = sealed(address, BEN, "new_email", version)
    return fact(User.EmailChangeRequested, BEN, by=BEN, at=at, email=new)


def changed(version: int = 5, address: str = NEW) -> tuple[Fact, Fact, Fact]:
    """Return what a confirmation appends: the change, the new claim, the released one."""
    now, before = (
        sealed(address, BEN, "email", version),
        sealed(BENS_ADDRESS, BEN, "former_email", version),
    )
    return (
        fact(User.EmailChanged, BEN, by=BEN, at=NOW, email=now, former_email=before),
        fact(EmailAddress.AddressClaimed, address_id(address), by=BEN, at=NOW, user_id=BEN),
        fact(EmailAddress.AddressReleased, address_id(BENS_ADDRESS), by=BEN, at=NOW, user_id=BEN),
    )


def link(rules: Rules, version: int = 4, purpose: LinkPurpose = LinkPurpose.CONFIRM_EMAIL) -> str:
    """Return a link as the mail to an address that was given has it."""
    end = NOW + timedelta(hours=72)
    return rules.links.mint(BEN, purpose, at=NOW, expires_at=end, version=version)


def test_a_person_asks_for_another_address_with_her_password(ben_inside: Rules) -> None:
    ben_inside.when(lambda: request(ben_inside, " Ben@New.example ")).then(requested())


@pytest.mark.parametrize("address", [ADAS_ADDRESS, "nobody@home.example"])
def test_asking_answers_the_same_whether_or_not_somebody_has_the_address(
    ben_inside: Rules, address: str
) -> None:
    outcome = ben_inside.when(lambda: request(ben_inside, address))
    outcome.then(requested(address))
    assert outcome.answer == ben_inside.log.head()


def test_a_wrong_password_is_recorded_and_asks_for_nothing(ben_inside: Rules) -> None:
    refused = ben_inside.when(lambda: request(ben_inside, password="another"))
    refused.refused(PasswordIsWrong, fact(User.SignInRefused, BEN, by=BEN, at=NOW))


def test_ones_own_address_and_what_is_none_are_refused(ben_inside: Rules) -> None:
    ben_inside.when(lambda: request(ben_inside, BENS_ADDRESS.upper())).refused(AddressIsTheSame)
    ben_inside.when(lambda: request(ben_inside, "ben")).refused(AddressIsMalformed)


def test_confirmations_are_asked_for_once_a_minute(ben_inside: Rules) -> None:
    request(ben_inside)
    early = NOW + MINUTE - timedelta(microseconds=1)
    ben_inside.when(lambda: request(ben_inside, OTHER, at=early)).refused(ConfirmationsAreTooMany)
    again = ben_inside.when(lambda: request(ben_inside, OTHER, at=NOW + MINUTE))
    again.then(requested(OTHER, 5, NOW + MINUTE))


def test_confirmations_are_asked_for_five_times_a_day(ben_inside: Rules) -> None:
    hours = [NOW + timedelta(hours=hour) for hour in range(5)]
    for hour in hours:
        request(ben_inside, at=hour)
    day = NOW + timedelta(days=1)
    early = day - timedelta(microseconds=1)
    ben_inside.when(lambda: request(ben_inside, at=early)).refused(ConfirmationsAreTooMany)
    ben_inside.when(lambda: request(ben_inside, at=day)).then(requested(version=9, at=day))
    ben_inside.when(lambda: request(ben_inside, at=day + MINUTE)).refused(ConfirmationsAreTooMany)


def test_who_was_erased_asks_for_nothing(ben_inside: Rules) -> None:
    erasure, told = erasure_of(BEN), {"user_id": BEN}
    due = {"practice_id": SAMPLE_DENTAL, "due_at": YESTERDAY}
    ben_inside.given(
        fact(Erasure.ErasureRequested, erasure, by=ADA, at=YESTERDAY, **told, **due),
        fact(Erasure.PersonErased, erasure, by=SWEEPER, at=YESTERDAY, **told),
    )
    ben_inside.when(lambda: request(ben_inside)).refused(PersonWasErased)


def test_a_look_at_the_link_shows_the_address_and_changes_nothing(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested()))
    looks = ben_inside.when(lambda: ben_inside.changing_email.to_confirm(token, at=NOW))
    looks.then()
    assert looks.answer == NEW


def test_a_confirmed_address_is_hers_and_the_former_one_is_free(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested()))
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).then(*changed())
    assert ben_inside.inviting.holder(NEW) == BEN
    assert ben_inside.inviting.holder(BENS_ADDRESS) is None


def test_an_address_that_was_free_is_claimed_again(ben_inside: Rules) -> None:
    fingerprint = address_id(NEW)
    ben_inside.given(
        fact(EmailAddress.AddressClaimed, fingerprint, by=ADA, at=YESTERDAY, user_id=ADA),
        fact(EmailAddress.AddressReleased, fingerprint, by=ADA, at=YESTERDAY, user_id=ADA),
        requested(),
    )
    token = link(ben_inside)
    change, _, release = changed()
    claim = fact(EmailAddress.AddressReclaimed, fingerprint, by=BEN, at=NOW, user_id=BEN)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).then(
        change, claim, release
    )


def test_a_link_confirms_once(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested()))
    ben_inside.changing_email.confirm(token, at=NOW)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).refused(LinkWasUsed)


def test_an_address_that_somebody_has_is_told_only_to_who_confirms(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested(ADAS_ADDRESS)))
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).refused(
        AddressIsTaken
    )
    assert ben_inside.inviting.holder(ADAS_ADDRESS) == ADA


def test_an_address_that_somebody_is_given_at_that_moment_is_taken(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested()))
    hers = fact(EmailAddress.AddressClaimed, address_id(NEW), by=ADA, at=NOW, user_id=ADA)
    ben_inside.log.rivals.append(lambda: ben_inside.given(hers))
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).refused(
        AddressIsTaken, hers
    )


def test_a_newer_address_voids_the_link_to_an_older_one(ben_inside: Rules) -> None:
    request(ben_inside)
    older = link(ben_inside)
    request(ben_inside, OTHER, at=NOW + MINUTE)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(older, at=NOW)).refused(LinkWasUsed)
    late = link(ben_inside, version=4)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(late, at=NOW)).refused(LinkIsNotValid)


def test_a_link_for_something_else_confirms_nothing(ben_inside: Rules) -> None:
    to_set = link(ben_inside.given(requested()), purpose=LinkPurpose.SET_PASSWORD)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(to_set, at=NOW)).refused(
        LinkIsNotValid
    )


def test_nothing_that_was_never_asked_for_is_confirmed(ben_inside: Rules) -> None:
    token = link(ben_inside)
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).refused(
        LinkIsNotValid
    )


@pytest.mark.parametrize("purpose", [LinkPurpose.SET_PASSWORD, LinkPurpose.STOP_NOTICES])
def test_links_that_lie_in_the_former_mailbox_die(ben_inside: Rules, purpose: LinkPurpose) -> None:
    token = link(ben_inside.given(requested()), purpose=purpose)
    ben_inside.changing_email.confirm(link(ben_inside), at=NOW)
    with pytest.raises(LinkWasUsed):
        ben_inside.links.owner(token, purpose, at=NOW)


def test_a_crash_before_the_links_are_used_up_changes_nothing_twice(ben_inside: Rules) -> None:
    token = link(ben_inside.given(requested()))
    ben_inside.changing_email.confirm(token, at=NOW)
    ben_inside.links.links[token].consumed = False
    ben_inside.when(lambda: ben_inside.changing_email.confirm(token, at=NOW)).refused(
        LinkIsNotValid
    )


def test_another_change_frees_the_address_of_the_one_before(ben_inside: Rules) -> None:
    ben_inside.changing_email.confirm(link(ben_inside.given(requested())), at=NOW)
    request(ben_inside, OTHER, at=NOW + MINUTE)
    second = link(ben_inside, version=6)
    ben_inside.changing_email.confirm(second, at=NOW)
    holders = [ben_inside.inviting.holder(one) for one in (BENS_ADDRESS, NEW, OTHER)]
    assert holders == [None, None, BEN]


def test_from_then_on_she_signs_in_with_the_new_address(ben_inside: Rules) -> None:
    ben_inside.changing_email.confirm(link(ben_inside.given(requested())), at=NOW)
    door = ben_inside.signing_in

    def came_in(address: str) -> object:
        outcome = ben_inside.when(
            lambda: door.sign_in(address=address, password=PASSWORD, device="it", at=NOW)
        )
        return outcome.answer

    assert [came_in(one) for one in (NEW, BENS_ADDRESS)] == [BEN, None]
