"""The stand-in of SendGrid tells at our door what became of each mail, as the vendor does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.sandbox.sendgrid_events import Fortune
from adapters.sandbox.sendgrid_server import SendGridSandbox, create_app
from adapters.sandbox.sendgrid_webhooks import BadNews, Messenger
from adapters.sendgrid_reports import read_reports
from adapters.sendgrid_signature import read_keys, verified
from domain.delivery_report import Outcome
from tests.adapters.sendgrid.door import SLAM, Call, Door, open_door
from tests.adapters.sendgrid.vendor import KEY, OURS, mailer_at, serving
from tests.contracts.mailer import FIRST, SECOND, TO_CARLA

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
IN_UNIX_SECONDS = int(NOON.timestamp())
QUICKLY = 0.01


@dataclass
class Clock:
    """The vendor's clock, which the test moves."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def messenger(door: Door, clock: Clock) -> Iterator[Messenger]:
    with open_door(door) as url:
        messenger = Messenger(url, clock=clock, first_pause=QUICKLY)
        yield messenger
        messenger.close()


def events_in(call: Call) -> list[dict[str, Any]]:
    return json.loads(call.body)


def is_genuine(call: Call, messenger: Messenger) -> bool:
    keys = read_keys([messenger.verification_key])
    return verified(call.body, call.signature, call.timestamp, keys, NOON)


def event(number: int) -> dict[str, object]:
    return {"event": "delivered", "sg_event_id": f"event-{number}"}


FATES = {
    "carla@example.net": [("processed", ""), ("delivered", "")],
    "carla@bounce.example": [("processed", ""), ("bounce", "bounce")],
    "carla@blocked.example": [("processed", ""), ("bounce", "blocked")],
    "carla@deferred.example": [("processed", ""), ("deferred", ""), ("delivered", "")],
    "carla@spam.example": [("processed", ""), ("delivered", ""), ("spamreport", "")],
    "carla@silent.example": [("processed", "")],
}


def mail_to(address: str) -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": address}], "custom_args": {"notice_id": str(FIRST)}}]
    }


@pytest.mark.parametrize(("address", "fate"), FATES.items(), ids=FATES.keys())
def test_what_becomes_of_a_mail_is_told_by_where_it_goes(address: str, fate: list[tuple[str, str]]):
    events = Fortune().events_of(mail_to(address), "sandbox-000001", IN_UNIX_SECONDS)
    assert [(event["event"], event.get("type", "")) for event in events] == fate
    assert {event["notice_id"] for event in events} == {str(FIRST)}
    assert {event["email"] for event in events} == {address}
    assert len({event["sg_event_id"] for event in events}) == len(events)


def test_an_address_that_bounced_is_not_tried_again():
    fortune = Fortune()
    for expected in ["bounce", "dropped", "dropped"]:
        events = fortune.events_of(mail_to("carla@bounce.example"), "m", IN_UNIX_SECONDS)
        assert events[-1]["event"] == expected


def test_our_door_hears_of_a_mail_what_we_understand(door: Door, messenger: Messenger):
    sandbox = SendGridSandbox(KEY, verified_sender=OURS, messenger=messenger)
    with serving(create_app(sandbox)) as url:
        mailer_at(url).send(replace(TO_CARLA, to_address="carla@bounce.example"))
        mailer_at(url).send(replace(TO_CARLA, notice_id=SECOND))
    bounced, delivered = door.came(2)
    assert is_genuine(bounced, messenger)
    assert is_genuine(delivered, messenger)
    [first], [second] = read_reports(bounced.body), read_reports(delivered.body)
    assert (first.notice_id, first.outcome, first.status) == (FIRST, Outcome.BOUNCED, "5.1.1")
    assert (second.notice_id, second.outcome, second.status) == (SECOND, Outcome.DELIVERED, "")
    assert first.at == second.at == NOON + timedelta(seconds=1)


def test_a_closed_door_is_tried_until_it_opens(door: Door, clock: Clock, messenger: Messenger):
    door.statuses.extend([503, 404])
    messenger.tell([event(1)])
    [first] = door.came(1)
    clock.time += timedelta(seconds=1)
    [second] = door.came(1)
    clock.time += timedelta(seconds=1)
    [third] = door.came(1)
    assert [events_in(call) for call in (first, second, third)] == [[event(1)]] * 3
    assert first.timestamp != third.timestamp
    messenger.tell([event(2)])
    assert events_in(*door.came(1)) == [event(2)]


def test_a_door_that_stays_closed_is_left_after_a_day(
    door: Door, clock: Clock, messenger: Messenger
):
    door.statuses.extend([503, 503])
    messenger.tell([event(1)])
    door.came(1)
    clock.time += timedelta(days=1)
    door.came(1)
    clock.time += timedelta(days=1)
    for number in (2, 3):
        messenger.tell([event(number)])
        assert events_in(*door.came(1)) == [event(number)]


def test_a_door_that_slams_is_tried_again(door: Door, clock: Clock, messenger: Messenger):
    door.statuses.append(SLAM)
    messenger.tell([event(1)])
    door.came(1)
    clock.time += timedelta(seconds=1)
    assert events_in(*door.came(1)) == [event(1)]


def test_a_batch_comes_twice_when_told_so(door: Door, messenger: Messenger):
    messenger.fail_next(BadNews.DOUBLED)
    messenger.tell([event(1), event(2)])
    messenger.tell([event(3)])
    assert [events_in(call) for call in door.came(3)] == [[event(1), event(2)]] * 2 + [[event(3)]]


def test_events_come_newest_first_when_told_so(door: Door, messenger: Messenger):
    messenger.fail_next(BadNews.REORDERED)
    messenger.tell([event(1), event(2)])
    assert [events_in(call) for call in door.came(2)] == [[event(2)], [event(1)]]


def test_a_batch_comes_late_when_told_so(door: Door, messenger: Messenger):
    messenger.fail_next(BadNews.DELAYED)
    messenger.tell([event(1)])
    messenger.tell([event(2)])
    assert events_in(*door.came(1)) == [event(2)]
    messenger.release()
    assert events_in(*door.came(1)) == [event(1)]


def test_a_batch_never_comes_when_told_so(door: Door, messenger: Messenger):
    messenger.fail_next(BadNews.DROPPED)
    messenger.tell([event(1)])
    messenger.tell([])
    messenger.tell([event(2)])
    assert events_in(*door.came(1)) == [event(2)]


def test_a_batch_is_signed_by_a_stranger_when_told_so(door: Door, messenger: Messenger):
    messenger.fail_next(BadNews.FORGED)
    messenger.tell([event(1)])
    messenger.tell([event(2)])
    forged, genuine = door.came(2)
    assert not is_genuine(forged, messenger)
    assert is_genuine(genuine, messenger)


def test_another_process_asks_for_the_key_and_spoils_the_news(door: Door, messenger: Messenger):
    app = create_app(SendGridSandbox(KEY, messenger=messenger))
    client = app.test_client()
    assert client.get("/sandbox/verification-key").text == messenger.verification_key
    assert client.post("/sandbox/bad-news", json={"fault": "delayed"}).status_code == 204
    messenger.tell([event(1)])
    messenger.tell([event(2)])
    assert events_in(*door.came(1)) == [event(2)]
    assert client.post("/sandbox/release").status_code == 204
    assert events_in(*door.came(1)) == [event(1)]


def test_news_stay_on_this_machine_or_do_not_leave(clock: Clock):
    with pytest.raises(ValueError, match="on this machine"):
        Messenger("https://securemail.example/hooks", clock=clock)
    with pytest.raises(ValueError, match="on this machine"):
        Messenger("http://securemail.example/hooks", clock=clock)
