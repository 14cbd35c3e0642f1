"""What every record of the house has in common."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import get_type_hints
from uuid import UUID

import pytest
from eventsourcing.domain import ProgrammingError
from eventsourcing.persistence import IntegrityError

from domain.aggregate import CARD_PROCESSOR, OPERATOR, Aggregate, find, save, until_unopposed
from domain.catalogue import EVENTS
from domain.message import Message, SealedText
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_WAS_INVITED,
    BEN,
    BEN_REGISTERED,
    EMIL,
    MESSAGE,
    NOW,
    sealed_content,
)
from tests.domain.rules import Rules


class Overtaken:
    """A command that somebody else overtakes so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.attempts = 0

    def __call__(self) -> str:
        self.attempts += 1
        if self.attempts <= self.times:
            raise IntegrityError(f"overtaken in attempt {self.attempts}")
        return f"done in attempt {self.attempts}"


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_every_event_names_its_actor_and_its_moment(event: type[Aggregate.Event]) -> None:
    hints = get_type_hints(event)
    assert {"by", "timestamp"} <= {field.name for field in fields(event)}
    assert (hints["by"], hints["timestamp"]) == (UUID, datetime)


def test_an_event_without_an_actor_cannot_be_recorded(rules: Rules) -> None:
    user = rules.given(*BEN_REGISTERED).now(User, BEN)
    with pytest.raises(TypeError, match="by"):
        user.trigger_event(User.PasswordSet, timestamp=NOW)


def test_every_event_class_has_an_explicit_topic_or_its_module_does_not_import() -> None:
    with pytest.raises(ProgrammingError, match="Explicit topic not defined"):

        class Thing(Aggregate):
            TOPIC = "thing"

            class Event(Aggregate.Event):
                pass

            class ThingHappened(Event):
                pass


def test_actors_that_are_no_people_keep_their_identifiers_for_ever() -> None:
    assert UUID("ba96df47-a70c-50b9-813f-c2161d807805") == OPERATOR
    assert UUID("fb737c6e-e17c-5405-874e-83558cb2a96a") == CARD_PROCESSOR


def test_what_is_not_there_is_not_found(rules: Rules) -> None:
    assert find(rules.log, User, EMIL) is None


def test_what_is_of_another_kind_is_not_found(rules: Rules) -> None:
    rules.given(*ADA_WAS_INVITED)
    assert find(rules.log, Message, ADA) is None


def test_what_is_there_is_found_as_it_was_left(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    found = find(rules.log, User, BEN)
    assert found is not None
    assert (found.id, found.version, found.modified_on) == (BEN, 2, BEN_REGISTERED[-1].at)


def test_saving_answers_with_the_position_of_the_last_event(rules: Rules) -> None:
    user = rules.given(*BEN_REGISTERED).now(User, BEN)
    user.set_password(at=NOW)
    user.sign_in(is_known_device=False, at=NOW)
    assert (save(rules.log, user), rules.log.head()) == (5, 5)


def test_saving_nothing_answers_with_zero(rules: Rules) -> None:
    user = rules.given(*BEN_REGISTERED).now(User, BEN)
    assert (save(rules.log, user), save(rules.log), rules.log.head()) == (0, 0, 3)


def test_a_command_that_was_overtaken_is_done_again() -> None:
    command = Overtaken(times=4)
    assert until_unopposed(command) == "done in attempt 5"


def test_a_command_that_is_always_overtaken_fails_with_the_last_conflict() -> None:
    with pytest.raises(IntegrityError, match="attempt 3"):
        until_unopposed(Overtaken(times=3), attempts=3)


def test_a_command_that_nobody_overtakes_is_done_once() -> None:
    command = Overtaken(times=0)
    assert (until_unopposed(command), command.attempts) == ("done in attempt 1", 1)


def test_two_decisions_from_one_version_cannot_both_be_saved(rules: Rules) -> None:
    rules.given(*BEN_REGISTERED)
    one, other = rules.now(User, BEN), rules.now(User, BEN)
    one.set_password(at=NOW)
    other.request_password_reset(at=NOW)
    save(rules.log, one)
    with pytest.raises(IntegrityError):
        save(rules.log, other)
    assert [type(event) for event in rules.log.stream(BEN)][2:] == [User.PasswordSet]


def test_a_conflict_in_one_of_many_saves_none_of_them(rules: Rules) -> None:
    rules.given(*ADA_WAS_INVITED, *BEN_REGISTERED)
    ada, ben = rules.now(User, ADA), rules.now(User, BEN)
    stale = rules.now(User, BEN)
    sealed = sealed_content("Lab results", MESSAGE, "subject")
    message = Message.send(
        message_id=MESSAGE,
        sender_id=ADA,
        recipient_id=BEN,
        text=SealedText(sealed, sealed, 11),
        ends_at=NOW + timedelta(days=30),
        at=NOW,
    )
    ben.set_password(at=NOW)
    save(rules.log, ben)
    stale.set_password(at=NOW)
    with pytest.raises(IntegrityError):
        save(rules.log, message, ada, stale)
    assert rules.log.head() == 6
