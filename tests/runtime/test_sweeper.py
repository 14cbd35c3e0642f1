"""The sweeper does what is due when it is due, whatever is started twice or cut off."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from adapters.shredder import PostgresShredder
from domain.aggregate import OPERATOR
from domain.legal_hold import Subject
from domain.ports import KeyKind, Shredder
from domain.practice import USUAL_RETENTION
from runtime.parts.sweeper import sweeper_of
from runtime.sweeper import BATCH, Sweeper
from tests.fixtures.files import dicom
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message
from tests.web.test_uploads import upload

BEN = "ben@sample-dental.example"


@pytest.fixture
def ada(house: House) -> Visitor:
    house.open_practice()
    ada = house.join("ada@sample-dental.example", "Ada Sample")
    ada.compose(BEN, "staff-in-my-practice", subject="For Ben")
    return ada


@pytest.fixture
def sweeper(house: House) -> Sweeper:
    return sweeper_of(house.stores, house.blobs, house.clock)


def keys(house: House) -> list[str]:
    with house.stores.pool.connection() as connection:
        rows = connection.execute("SELECT kind FROM vault.data_key ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def swept(house: House, sweeper: Sweeper) -> list[str]:
    """Return the topics of what a round recorded."""
    before = house.head()
    sweeper.sweep()
    house.settle()
    return house.since(before)


@pytest.mark.usefixtures("ada")
def test_before_its_end_nothing_of_a_message_is_destroyed(house: House, sweeper: Sweeper) -> None:
    house.clock.forward(days=26)
    assert swept(house, sweeper) == []
    assert keys(house) == ["content", "personal", "personal"]


@pytest.mark.usefixtures("ada")
def test_three_days_before_its_end_an_unread_message_is_announced_once(
    house: House, sweeper: Sweeper
) -> None:
    house.clock.forward(days=27)
    assert swept(house, sweeper) == ["message.expiry-announced"]
    assert swept(house, sweeper) == []
    assert "invites you" in house.mails_to(BEN)[0].subject


@pytest.mark.usefixtures("ada")
def test_at_its_end_the_content_of_a_message_is_destroyed_once(
    house: House, sweeper: Sweeper
) -> None:
    house.clock.forward(days=30)
    assert swept(house, sweeper) == ["message.content-destroyed"]
    assert keys(house) == ["personal", "personal"]
    assert swept(house, sweeper) == []


def test_a_round_that_the_read_models_lag_behind_does_no_harm(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    house.write(ada, BEN, times=1)
    house.clock.forward(days=30)
    assert [sweeper.sweep(), sweeper.sweep()] == [2, 0]
    house.settle()
    assert sweeper.sweep() == 0


def test_many_are_destroyed_batch_by_batch(house: House, ada: Visitor, sweeper: Sweeper) -> None:
    house.write(ada, BEN, times=BATCH)
    house.clock.forward(days=30)
    assert len(swept(house, sweeper)) == BATCH
    assert len(swept(house, sweeper)) == 1
    assert keys(house) == ["personal", "personal"]


def test_two_sweepers_at_once_record_each_destruction_once(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    house.write(ada, BEN, times=20)
    house.clock.forward(days=30)
    before = house.head()
    both = [threading.Thread(target=sweeper.sweep) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    house.settle()
    assert house.since(before) == ["message.content-destroyed"] * 21


def test_what_is_held_waits_and_is_destroyed_when_the_hold_is_lifted(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    holder, hold_id = house.portal.inviting.holder(ada.address), UUID(int=7)
    assert holder is not None
    about = {"hold_id": hold_id, "subject_id": holder, "reason": "Case 7", "by": OPERATOR}
    house.portal.holding.place(subject=Subject.PERSON, at=house.clock(), **about)
    house.settle()
    house.clock.forward(days=30)
    assert swept(house, sweeper) == []
    assert keys(house).count("content") == 1
    house.portal.holding.lift(at=house.clock(), **about)
    house.settle()
    assert swept(house, sweeper) == ["message.content-destroyed"]


def test_a_hold_of_which_the_read_models_do_not_know_yet_is_kept_all_the_same(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    house.clock.forward(days=30)
    holder = house.portal.inviting.holder(ada.address)
    assert holder is not None
    house.portal.holding.place(
        hold_id=UUID(int=7),
        subject=Subject.PERSON,
        subject_id=holder,
        reason="Case 7",
        by=OPERATOR,
        at=house.clock(),
    )
    assert sweeper.sweep() == 0
    assert keys(house).count("content") == 1


def test_a_destruction_cut_off_after_the_key_is_recorded_by_the_next_round(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    message_id = UUID(first_message(ada, "/sent").rpartition("/")[2])
    PostgresShredder(house.stores.pool).shred(KeyKind.CONTENT, [message_id])
    assert keys(house).count("content") == 0
    house.clock.forward(days=30)
    assert swept(house, sweeper) == ["message.content-destroyed"]


def test_a_person_is_erased_on_the_day_and_not_before(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    ben, me = (house.portal.inviting.holder(one) for one in (BEN, ada.address))
    assert ben is not None
    assert me is not None
    house.portal.erasing.request(user_id=ben, by=me, at=house.clock())
    house.settle()
    house.clock.forward(days=USUAL_RETENTION)
    house.clock.forward(microseconds=-1)
    swept(house, sweeper)
    assert keys(house) == ["personal", "personal"]
    house.clock.forward(microseconds=1)
    assert swept(house, sweeper) == ["erasure.person-erased", "email-address.released"]
    assert keys(house) == ["personal"]
    assert swept(house, sweeper) == []


def upload_of(visitor: Visitor) -> str:
    """Let a file arrive that goes with no message; return its form."""
    form = visitor.form_id()
    assert upload(visitor, dicom(), form=form).status_code == 204
    return form


def files(house: House) -> int:
    with house.stores.pool.connection() as connection:
        [[count]] = connection.execute("SELECT count(*) FROM attachments.file").fetchall()
    return int(count)


def test_a_file_that_waited_a_day_for_its_message_is_cleared_away(
    house: House, sweeper: Sweeper, ada: Visitor
) -> None:
    upload_of(ada)
    house.clock.forward(hours=24)
    assert (swept(house, sweeper), files(house)) == ([], 1)
    house.clock.forward(seconds=1)
    assert (swept(house, sweeper), files(house), list(house.blobs.names())) == ([], 0, [])
    assert keys(house) == ["content", "personal", "personal"]


@pytest.mark.parametrize("subject", [Subject.PERSON, Subject.PRACTICE])
def test_a_file_of_somebody_held_is_not_even_found_until_the_hold_is_lifted(
    house: House, sweeper: Sweeper, ada: Visitor, subject: Subject
) -> None:
    upload_of(ada)
    holder = house.portal.inviting.holder(ada.address)
    person = house.portal.roster.person(holder) if holder else None
    assert person is not None
    held = person.practice_id if subject is Subject.PRACTICE else person.user_id
    assert held is not None
    about = {"hold_id": UUID(int=7), "subject_id": held, "reason": "Case 7", "by": OPERATOR}
    house.portal.holding.place(subject=subject, at=house.clock(), **about)
    house.settle()
    house.clock.forward(hours=25)
    assert sweeper.remains.unwanted(house.clock(), 1) == []
    house.portal.holding.lift(at=house.clock(), **about)
    house.settle()
    assert len(sweeper.remains.unwanted(house.clock(), 1)) == 1


@dataclass
class Turns:
    """A shredder that counts how often somebody had the turn."""

    shredder: Shredder
    count: int = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self.shredder.turn():
            self.count += 1
            yield

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        self.shredder.shred(kind, owners)


def test_each_file_that_is_cleared_away_has_a_turn_of_its_own_and_counts_once(
    house: House, sweeper: Sweeper, ada: Visitor
) -> None:
    upload_of(ada)
    upload_of(ada)
    house.clock.forward(hours=25)
    turns = Turns(sweeper.shredder)
    sweeper = replace(sweeper, shredder=turns)
    assert (sweeper.sweep(), turns.count) == (2, 2)
    assert (sweeper.sweep(), turns.count) == (0, 2)


def test_a_file_that_went_with_a_message_stays_as_long_as_it(
    house: House, sweeper: Sweeper, ada: Visitor
) -> None:
    form = upload_of(ada)
    assert ada.compose(BEN, form_id=form).status_code == 303
    house.clock.forward(days=29)
    swept(house, sweeper)
    assert files(house) == 1
    house.clock.forward(days=1)
    swept(house, sweeper)
    assert (files(house), list(house.blobs.names())) == (0, [])


def test_a_file_that_went_with_a_message_stays_even_if_the_read_models_lag_behind(
    house: House, sweeper: Sweeper, ada: Visitor
) -> None:
    form = upload_of(ada)
    house.hold_back()
    fields = {"to": BEN, "role": "", "subject": "S", "body": "B", "form_id": form}
    ada.unsettled_post("/compose", **fields)
    house.clock.forward(hours=25)
    sweeper.sweep()
    assert files(house) == 1
