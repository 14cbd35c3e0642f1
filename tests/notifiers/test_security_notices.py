"""What people are told of their accounts and practices, so that no stranger changes them unseen."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR
from domain.ports import LinkPurpose
from domain.practice import Practice
from domain.role import RecipientRole
from domain.two_step import TwoStepPolicy
from notifiers.mailer import Mail
from tests.fixtures.house import PASSWORD
from tests.notifiers.golden_mails import golden, whole
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

NEW_ADDRESS = "ada@new.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inside(post: Post) -> Post:
    """Ada and Ben have accounts at Sample Dental, have signed in, and were told of all that."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.join(BENS_ADDRESS, "Ben Desk")
    for address in (ADAS_ADDRESS, BENS_ADDRESS):
        sign_in(post, "the laptop", address)
    post.passed_over()
    return post


def sign_in(post: Post, device: str, address: str = ADAS_ADDRESS) -> None:
    post.house.portal.signing_in.sign_in(
        address=address, password=PASSWORD, device=device, at=post.clock()
    )
    post.house.projections.catch_up()


def set_password(post: Post) -> None:
    """Let Ada set another password, by a link as it is in a mail."""
    registering, end = post.house.portal.registering, post.clock() + MINUTE
    token = registering.links.mint(
        post.who(ADAS_ADDRESS), LinkPurpose.SET_PASSWORD, at=post.clock(), expires_at=end
    )
    registering.set_password(token=token, password=PASSWORD, context=[], at=post.clock())
    post.house.projections.catch_up()


def ask_for(post: Post, address: str = NEW_ADDRESS) -> None:
    """Let Ada give another address."""
    post.house.portal.changing_email.request(
        user_id=post.who(ADAS_ADDRESS), address=address, password=PASSWORD, at=post.clock()
    )
    post.house.projections.catch_up()


def confirm(post: Post) -> None:
    """Let whoever reads mail at the new address confirm it."""
    changing, user_id = post.house.portal.changing_email, post.who(ADAS_ADDRESS)
    change = post.house.portal.reach.email_change(user_id)
    assert change is not None
    token = post.house.portal.registering.links.mint(
        user_id,
        LinkPurpose.CONFIRM_EMAIL,
        at=post.clock(),
        expires_at=post.clock() + MINUTE,
        version=change.version,
    )
    changing.confirm(token, at=post.clock())
    post.house.projections.catch_up()


def practice(post: Post) -> Practice:
    """Return Sample Dental as it is now."""
    user = post.house.portal.roster.person(post.who(ADAS_ADDRESS))
    assert user is not None
    assert user.practice_id is not None
    found = post.stores.log.repository.get(user.practice_id)
    assert isinstance(found, Practice)
    return found


def appoint(post: Post, address: str, by: UUID) -> None:
    sample = practice(post)
    sample.appoint_user_manager(user_id=post.who(address), by=by, at=post.clock())
    post.stores.log.save(sample)
    post.house.projections.catch_up()


def texts(mails: list[Mail]) -> list[tuple[str, str]]:
    return sorted((mail.to_address, mail.subject) for mail in mails)


def test_a_sign_in_elsewhere_is_told_by_her_own_clock(inside: Post):
    inside.house.portal.settling.choose_time_zone(
        user_id=inside.who(ADAS_ADDRESS), time_zone="America/Chicago", at=inside.clock()
    )
    sign_in(inside, "the phone")
    assert whole(inside.newest()) == golden("new-device")


def test_a_sign_in_as_usual_is_told_to_nobody(inside: Post):
    sign_in(inside, "the laptop")
    assert inside.sent() == []


def test_another_password_is_told_and_the_first_one_was_not(inside: Post):
    set_password(inside)
    assert [whole(mail) for mail in inside.sent()] == [golden("password-changed")]


def test_a_new_address_is_asked_whether_it_is_hers_without_saying_who_asks(inside: Post):
    ask_for(inside)
    [mail] = inside.sent()
    assert whole(mail) == golden("email-confirmation")
    assert "Ada" not in mail.text + mail.html + mail.to_name
    assert mail.to_address == NEW_ADDRESS


def test_an_address_that_was_replaced_before_its_mail_left_is_not_written_to(inside: Post):
    ask_for(inside, "typo@new.example")
    inside.clock.forward(seconds=60)
    ask_for(inside)
    assert texts(inside.sent()) == [(NEW_ADDRESS, "Confirm your e-mail address for SecureMail")]
    states = [one[1:4:2] for one in inside.states() if one[0] == "email-confirmation"]
    reason = "the address was confirmed, or another one was given since"
    assert sorted(states) == [("abandoned", reason), ("accepted", states[-1][1])]


def test_a_change_is_told_at_the_address_before(inside: Post):
    ask_for(inside)
    inside.passed_over()
    confirm(inside)
    [mail] = inside.sent()
    assert whole(mail) == golden("email-changed")
    assert mail.to_address == ADAS_ADDRESS


def test_after_the_change_everything_else_goes_to_the_new_address(inside: Post):
    ask_for(inside)
    confirm(inside)
    inside.passed_over()
    sign_in(inside, "it", NEW_ADDRESS)
    assert [mail.to_address for mail in inside.sent()] == [NEW_ADDRESS]


def test_every_user_manager_is_told_who_proves_a_phone_from_now_on(inside: Post):
    appoint(inside, BENS_ADDRESS, inside.who(BENS_ADDRESS))
    assert inside.sent() == []
    sample, ada = practice(inside), inside.who(ADAS_ADDRESS)
    policy = TwoStepPolicy(colleagues=True, patients=False)
    sample.change_two_step_policy(policy, by=ada, at=inside.clock())
    inside.stores.log.save(sample)
    inside.house.projections.catch_up()
    mails = sorted(inside.sent(), key=lambda mail: mail.to_address)
    assert [mail.to_address for mail in mails] == [ADAS_ADDRESS, BENS_ADDRESS]
    assert [whole(mail) for mail in mails] == [
        golden("practice-security-by-you"),
        golden("practice-security"),
    ]


def test_who_is_made_user_manager_by_a_colleague_is_told(inside: Post):
    appoint(inside, BENS_ADDRESS, inside.who(ADAS_ADDRESS))
    assert [whole(mail) for mail in inside.sent()] == [golden("practice-security-appointed")]


def test_who_is_made_user_manager_by_support_is_told(inside: Post):
    appoint(inside, BENS_ADDRESS, OPERATOR)
    assert "support made you a user manager" in inside.newest().text


def test_the_first_user_manager_learns_it_from_her_invitation(one_invitation: Post):
    assert texts(one_invitation.sent()) == [
        (ADAS_ADDRESS, "Sample Dental invites you to SecureMail")
    ]
