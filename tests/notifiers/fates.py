"""What may become of the newest message to somebody while the notice of it waits to leave."""

from datetime import timedelta
from uuid import UUID

from domain.expiry import HOUSE_RULE
from runtime.parts.sweeper import sweeper_of
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post

LIFE = timedelta(days=HOUSE_RULE.longest)


def message_of(post: Post, to: str = BENS_ADDRESS) -> UUID:
    return post.house.portal.inbox.received_by(post.who(to))[0].message_id


def sweep(post: Post) -> None:
    assert sweeper_of(post.stores, post.house.blobs, post.clock).sweep() >= 1
    post.house.projections.catch_up()


def read(post: Post, *, by: str = BENS_ADDRESS) -> None:
    post.house.portal.corresponding.look(
        reader_id=post.who(by), message_ids=[message_of(post)], at=post.clock()
    )
    post.house.projections.catch_up()


def recalled(post: Post) -> None:
    post.house.portal.ending.recall(
        message_ids=[message_of(post)],
        reason="It was wrong.",
        by=post.who(ADAS_ADDRESS),
        at=post.clock(),
    )
    post.house.projections.catch_up()


def over(post: Post) -> None:
    post.clock.forward(days=LIFE.days)


def ends_in(post: Post, hours: int, to: str = BENS_ADDRESS) -> None:
    post.house.portal.ending.change_expiry(
        message_id=message_of(post, to),
        ends_at=post.clock() + timedelta(hours=hours),
        by=post.who(ADAS_ADDRESS),
        at=post.clock(),
    )
    post.house.projections.catch_up()


def destroyed(post: Post) -> None:
    ends_in(post, hours=1)
    post.clock.forward(hours=1)
    sweep(post)


FATES = [read, recalled, over, destroyed]
