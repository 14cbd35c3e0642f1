"""People are reminded of invitations and of unread messages, and told of what was taken back."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.delivery_report import DeliveryReport, Outcome
from domain.role import RecipientRole
from runtime.parts.sweeper import sweeper_of
from tests.notifiers.fates import FATES, message_of, read, recalled
from tests.notifiers.golden_mails import golden, whole
from tests.notifiers.post import ADAS_ADDRESS, BASE_URL, BENS_ADDRESS, CARLAS_ADDRESS, Post

RIGHT_ADDRESS = "carla@right.example"
MORNING = 6
"""So many hours after the clock of the tests begins, it is day in New York."""

INVITATION = "Ada Sample, Sample Dental invites you to SecureMail"


@pytest.fixture
def ada(post: Post) -> Post:
    """Ada has an account, and was told of it."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.passed_over()
    return post


@pytest.fixture
def carla(ada: Post) -> Post:
    """Carla was invited, and has her mail."""
    ada.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    ada.passed_over()
    return ada


@pytest.fixture
def ben(ada: Post) -> Post:
    """Ben has an account, has read what was written, and was told of another message."""
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.join(BENS_ADDRESS, "Ben Desk")
    read(ada)
    ada.passed_over()
    ada.write(ADAS_ADDRESS, BENS_ADDRESS)
    ada.passed_over()
    return ada


def sweep(post: Post) -> int:
    done = sweeper_of(post.stores, post.house.blobs, post.clock).sweep()
    post.house.projections.catch_up()
    return done


def after(post: Post, **time: float) -> list[str]:
    """Let time pass and the sweeper sweep; return to whom what is told then."""
    post.clock.forward(**time)
    sweep(post)
    mails = post.sent()
    told = [f"{mail.to_address}: {mail.subject}" for mail in mails]
    post.mailer.sent.clear()
    return told


def results(post: Post, occasion: str) -> list[tuple[str, str | None]]:
    return [(one[1], one[3]) for one in post.states() if one[0] == occasion]


def amend(post: Post) -> None:
    post.house.portal.invitations.amend(
        user_id=post.who(CARLAS_ADDRESS),
        address=RIGHT_ADDRESS,
        by=post.who(ADAS_ADDRESS),
        at=post.clock(),
    )
    post.house.projections.catch_up()


def withdraw(post: Post) -> None:
    post.house.portal.invitations.withdraw(
        user_id=post.who(CARLAS_ADDRESS), by=post.who(ADAS_ADDRESS), at=post.clock()
    )
    post.house.projections.catch_up()


def resend(post: Post) -> None:
    post.house.portal.invitations.resend(
        user_id=post.who(CARLAS_ADDRESS), by=post.who(ADAS_ADDRESS), at=post.clock()
    )
    post.house.projections.catch_up()


def bounce(post: Post) -> None:
    """Let the carrier report that the newest mail to Carla came back."""
    post.house.projections.catch_up()
    notice_id = post.house.portal.deliveries.to(post.who(CARLAS_ADDRESS))[0].notice_id
    report = DeliveryReport(UUID(int=1), notice_id, Outcome.BOUNCED, "5.1.1", post.clock())
    post.house.portal.delivering.hear([report], at=post.clock())
    post.house.projections.catch_up()


def test_an_invitation_is_reminded_of_on_day_3_and_day_10(carla: Post):
    carla.clock.forward(days=3)
    sweep(carla)
    assert whole(carla.newest()) == golden("invitation-reminder")
    carla.clock.forward(days=7)
    sweep(carla)
    assert whole(carla.newest()) == golden("invitation-reminder-last")
    assert (len(carla.sent()), sweep(carla)) == (2, 0)


@pytest.mark.parametrize("stop", [withdraw, bounce], ids=["withdrawn", "came back"])
def test_no_reminder_leaves_after_the_end_of_an_invitation(
    carla: Post, stop: Callable[[Post], None]
):
    stop(carla)
    assert after(carla, days=12) == []


def test_who_registers_before_a_reminder_leaves_gets_none(carla: Post):
    carla.clock.forward(days=3)
    sweep(carla)
    carla.register(CARLAS_ADDRESS, "Carla Molar")
    carla.sent()
    assert results(carla, "invitation-reminder") == [
        ("abandoned", "nobody is invited any more"),
    ]


def test_a_reminder_that_was_held_up_until_the_end_is_not_told(carla: Post):
    carla.clock.forward(days=13)
    sweep(carla)
    assert after(carla, days=1) == []
    assert [state for state, _ in results(carla, "invitation-reminder")] == ["abandoned"]


def test_who_was_withdrawn_is_told_nothing_more(carla: Post):
    carla.write(ADAS_ADDRESS, CARLAS_ADDRESS)
    withdraw(carla)
    assert carla.sent() == []
    assert results(carla, "new-message") == [("abandoned", "the invitation was withdrawn")]


def test_a_corrected_invitation_is_mailed_to_the_new_address_only_with_a_link_for_it(carla: Post):
    amend(carla)
    [mail] = carla.sent()
    assert (mail.to_address, mail.subject) == (RIGHT_ADDRESS, INVITATION)
    assert f"{BASE_URL}/register/2." in mail.text


def test_a_mail_that_had_not_left_when_the_address_was_corrected_is_not_sent_twice(ada: Post):
    ada.write(ADAS_ADDRESS, CARLAS_ADDRESS, RecipientRole.PATIENT)
    amend(ada)
    assert [mail.to_address for mail in ada.sent()] == [RIGHT_ADDRESS]
    assert ("abandoned", "the address was corrected since") in results(ada, "registration")


def test_an_invitation_that_is_sent_again_is_mailed_again_also_after_it_came_back(carla: Post):
    bounce(carla)
    carla.clock.forward(minutes=1)
    resend(carla)
    assert [mail.to_address for mail in carla.sent()] == [CARLAS_ADDRESS]


def test_who_writes_to_somebody_whose_invitation_ended_mails_one_invitation(carla: Post):
    carla.clock.forward(days=15)
    carla.write(ADAS_ADDRESS, CARLAS_ADDRESS)
    assert [mail.subject for mail in carla.sent()] == [INVITATION]


def test_what_lies_unread_for_two_days_is_told_once_more(ben: Post):
    ben.clock.forward(days=2, hours=MORNING)
    sweep(ben)
    assert whole(ben.newest()) == golden("unread-nudge")
    ben.passed_over()
    assert after(ben, days=2) == []


def test_several_unread_messages_are_one_reminder_and_the_next_is_a_day_later(ben: Post):
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben.clock.forward(hours=1)
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben.passed_over()
    nudge = f"{BENS_ADDRESS}: A secure message is still waiting for you"
    assert after(ben, days=2, hours=MORNING - 1) == [nudge]
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben.passed_over()
    assert after(ben, days=1) == []
    assert after(ben, days=1) == [nudge]
    assert after(ben, days=1) == []


def test_who_has_not_registered_is_not_nudged(carla: Post):
    assert after(carla, days=2) == []


@pytest.mark.parametrize("meanwhile", FATES)
def test_of_what_does_not_wait_any_more_nobody_is_reminded(
    ben: Post, meanwhile: Callable[[Post], None]
):
    ben.clock.forward(days=2, hours=MORNING)
    sweep(ben)
    meanwhile(ben)
    ben.sent()
    assert results(ben, "unread-nudge") == [("abandoned", "the message does not wait any more")]


def test_what_was_taken_back_unread_is_told_and_never_why(ben: Post):
    recalled(ben)
    mail = ben.newest()
    assert whole(mail) == golden("recall")
    assert "wrong" not in mail.text


def test_who_has_read_it_is_not_told_that_it_was_taken_back(ben: Post):
    read(ben)
    recalled(ben)
    assert ben.sent() == []


def test_who_has_not_registered_is_not_told_either(carla: Post):
    carla.house.portal.ending.recall(
        message_ids=[message_of(carla, CARLAS_ADDRESS)],
        reason="It was wrong.",
        by=carla.who(ADAS_ADDRESS),
        at=carla.clock(),
    )
    carla.house.projections.catch_up()
    assert carla.sent() == []
    assert results(carla, "recall") == [("abandoned", "the person has not registered")]


def test_who_was_told_by_the_invitation_is_told_that_the_message_was_taken_back(ada: Post):
    ada.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    ada.join(BENS_ADDRESS, "Ben Desk")
    ada.passed_over()
    recalled(ada)
    assert ada.newest().subject == "A secure message for you was taken back"


def test_what_was_taken_back_before_anybody_was_told_of_it_is_not_told(ben: Post):
    read(ben)
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    recalled(ben)
    for _ in range(3):
        assert ben.sent() == []
        ben.clock.forward(hours=1)
    assert results(ben, "recall") == [
        ("abandoned", "the person was never told of the message"),
    ]


def test_as_long_as_the_notice_of_a_message_may_go_out_its_recall_waits(ben: Post):
    read(ben)
    ben.write(ADAS_ADDRESS, BENS_ADDRESS)
    ben.mailer.fail_next(1)
    ben.sent()
    recalled(ben)
    ben.sent()
    reason = "the notice of the message may still go out"
    assert results(ben, "recall") == [("owed", reason)]
    ben.clock.forward(hours=2)
    ben.sent()
    ben.clock.forward(hours=2)
    ben.sent()
    assert [state for state, _ in results(ben, "recall")] == ["abandoned"]


def test_a_reminder_that_was_owed_before_the_invitation_was_sent_again_is_not_told(carla: Post):
    carla.clock.forward(days=3)
    sweep(carla)
    carla.clock.forward(minutes=2)
    ada, invited = carla.who(ADAS_ADDRESS), carla.who(CARLAS_ADDRESS)
    carla.house.portal.invitations.resend(user_id=invited, by=ada, at=carla.clock())
    carla.house.projections.catch_up()
    assert [mail.subject for mail in carla.sent()] == [INVITATION]
    reason = "the invitation was sent again since"
    assert ("invitation-reminder", "abandoned", 1, reason) in carla.states()
