"""Ben has an account and a phone, and is told of messages as a test says."""

from dataclasses import replace

from domain.notification import Channel
from domain.profile import NoticesBy
from domain.role import RecipientRole
from notifiers.runner import Runner
from notifiers.texter import Texter
from tests.fixtures.house import PASSWORD
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

PHONE, OTHER_PHONE = "+12025550123", "+12025550187"


def two_people(post: Post) -> None:
    """Let Ada and Ben have an account, of which they were told."""
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.join(BENS_ADDRESS, "Ben Sample")
    post.clock.forward(hours=1)


def ask_for_code(post: Post) -> str:
    """Let Ben ask for a code, and return it before it is sent."""
    proving, code_id = post.house.portal.proving, post.house.portal.new_id()
    proving.request_code(
        user_id=post.who(BENS_ADDRESS),
        code_id=code_id,
        channel=Channel.TEXT,
        phone=PHONE,
        at=post.clock(),
    )
    post.house.projections.catch_up()
    return str(proving.codes.digits(code_id, at=post.clock()))


def change_phone(post: Post) -> None:
    """Let Ben give another number, which nobody has proved."""
    post.house.portal.proving.change_phone(
        user_id=post.who(BENS_ADDRESS), phone=OTHER_PHONE, password=PASSWORD, at=post.clock()
    )
    post.house.projections.catch_up()


def told_by(post: Post, notices: NoticesBy) -> None:
    """Let Ben prove his phone and choose how he is told; all that was owed has left."""
    two_people(post)
    code, ben = ask_for_code(post), post.who(BENS_ADDRESS)
    post.house.portal.proving.give_code(user_id=ben, code=code, at=post.clock())
    post.house.portal.settling.choose_notices(user_id=ben, notices=notices, at=post.clock())
    post.house.projections.catch_up()
    post.passed_over()
    post.clock.forward(hours=1)


def with_texter(post: Post, texter: Texter) -> Runner:
    """Return the runner with a carrier of texts."""
    planner = replace(post.runner.planner, has_texts=True)
    return replace(post.runner, planner=planner, sender=replace(post.runner.sender, texter=texter))
