"""The timeline tells everything that happened to one thing, by whom and when, without any key."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from audit.timeline import Moment, timeline
from domain.aggregate import OPERATOR, SWEEPER
from domain.inviting import Inviting
from domain.message import Message, SealedText
from domain.ports import Vault, content, personal
from domain.pseudonym import pseudonym
from domain.user import User
from eventlog.log import IN_MEMORY, EventLog
from runtime.stores import Stores
from tests.doubles.vault import MemoryVault
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-00000000bb01")
CARLA = UUID("00000000-0000-0000-0000-00000000bb03")
SAMPLE_DENTAL = UUID("00000000-0000-0000-0000-00000000aa01")
MESSAGE = UUID("00000000-0000-0000-0000-00000000cc01")
ADAS_ADDRESS = "ada@sample-dental.example"


def open_practice(log: EventLog, vault: Vault) -> None:
    Inviting(log, vault).open_practice(
        practice_id=SAMPLE_DENTAL,
        user_id=ADA,
        name="Sample Dental",
        address=ADAS_ADDRESS,
        full_name="Ada Sample",
        paid=True,
        at=START,
    )


@pytest.fixture
def log() -> EventLog:
    return EventLog(IN_MEMORY)


def test_a_person_is_told_from_the_invitation_on_with_sealed_values_as_they_are(log: EventLog):
    vault = MemoryVault()
    open_practice(log, vault)
    invitation = {
        "kind": "doctor",
        "practice_id": str(SAMPLE_DENTAL),
        "invited_from": str(SAMPLE_DENTAL),
        "email": vault.seal(ADAS_ADDRESS, personal(ADA, "email", 1)),
        "full_name": vault.seal("Ada Sample", personal(ADA, "full_name", 1)),
        "invitation_ends_at": "2026-03-16 09:00:00+00:00",
    }
    assert timeline(log, ADA) == [
        Moment(version=1, at=START, by=OPERATOR, topic="user.invited", payload=invitation),
        Moment(version=2, at=START, by=OPERATOR, topic="user.tier-granted", payload={}),
    ]


def test_a_message_is_told_with_every_look_at_it_and_who_looked(log: EventLog):
    vault = MemoryVault()
    subject = vault.seal("Root canal", content(MESSAGE, "subject"))
    body = vault.seal("On Tuesday.", content(MESSAGE, "body"))
    message = Message.send(
        message_id=MESSAGE,
        sender_id=ADA,
        recipient_id=CARLA,
        text=SealedText(subject, body, body_length=11),
        ends_at=START + timedelta(days=30),
        at=START,
    )
    read_at = [START + timedelta(hours=hours) for hours in (1, 2, 3)]
    message.look(by=CARLA, at=read_at[0])
    message.look(by=ADA, at=read_at[1])
    message.look(by=CARLA, at=read_at[2])
    log.save(message)
    sent = {
        "recipient_id": str(CARLA),
        "thread_id": str(MESSAGE),
        "in_reply_to": "None",
        "first_contact": "False",
        "subject": subject,
        "body": body,
        "body_length": "11",
        "ends_at": "2026-04-01 09:00:00+00:00",
    }
    assert timeline(log, MESSAGE) == [
        Moment(1, START, ADA, "message.sent", sent),
        Moment(2, read_at[0], CARLA, "message.read", {}),
        Moment(3, read_at[1], ADA, "message.read", {}),
        Moment(4, read_at[2], CARLA, "message.read", {}),
    ]


def test_a_timeline_tells_of_one_thing_only(log: EventLog):
    open_practice(log, MemoryVault())
    topics = [moment.topic for moment in timeline(log, SAMPLE_DENTAL)]
    assert topics == ["practice.registered", "practice.user-manager-appointed"]


def test_what_never_was_has_no_timeline(log: EventLog):
    open_practice(log, MemoryVault())
    assert timeline(log, UUID(int=404)) == []


def test_an_actor_is_told_as_rosters_tell_of_who_was_erased_and_a_system_by_its_work():
    moments = [Moment(1, START, by, "user.invited", {}) for by in (ADA, CARLA, OPERATOR, SWEEPER)]
    told = [pseudonym(ADA), pseudonym(CARLA), "the operator", "the sweeper"]
    assert [one.actor for one in moments] == told


def test_a_later_act_stands_behind_the_earlier_ones(log: EventLog):
    open_practice(log, MemoryVault())
    user = log.repository.get(ADA)
    assert isinstance(user, User)
    user.refuse_sign_in(at=START + timedelta(days=1))
    log.save(user)
    assert [moment.version for moment in timeline(log, ADA)] == [1, 2, 3]
    assert timeline(log, ADA)[-1] == Moment(
        3, START + timedelta(days=1), ADA, "user.sign-in-refused", {}
    )


WITHOUT_KEYS = """
import sys
from uuid import UUID
from audit.timeline import timeline
from eventlog.log import EventLog
from eventlog.postgres import in_postgres

log = EventLog(in_postgres(sys.argv[1]))
for moment in timeline(log, UUID(sys.argv[2])):
    print(moment.version, moment.topic, moment.payload.get("email"))
log.close()
print(sorted({name.partition(".")[0] for name in sys.modules} & {"adapters", "cryptography"}))
"""


def test_the_timeline_needs_neither_keys_nor_a_cipher(stores: Stores, tmp_path: Path):
    vault = PostgresVault(stores.pool, Keyring.draw())
    open_practice(stores.log, vault)
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-c", WITHOUT_KEYS, stores.database_url, str(ADA)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    sealed = timeline(stores.log, ADA)[0].payload["email"]
    told = f"1 user.invited {sealed}\n2 user.tier-granted None\n[]\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")
    assert ADAS_ADDRESS not in sealed
