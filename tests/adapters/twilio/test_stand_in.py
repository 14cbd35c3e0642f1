"""The stand-in of Twilio takes what the vendor documents, and answers with all the vendor's fields.

What the vendor's own package sends and reads is the measure here; `tests/adapters/twilio_check.py`
holds the stand-in against the vendor's OpenAPI document.
"""

import pytest
from flask.testing import FlaskClient
from twilio.base.version import Version
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance

from adapters.sandbox.twilio_server import TwilioSandbox, create_app
from adapters.spoken_words import twiml
from tests.adapters.twilio.vendor import ACCOUNT, OURS, TOKEN, texter_at
from tests.contracts.texter import TO_CARLA

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
TEXT = {"To": "+12025550123", "From": OURS, "Body": "Good morning"}
CALL = {"To": "+12025550123", "From": OURS, "Twiml": twiml("Good morning")}
KEY = (ACCOUNT, TOKEN)


@pytest.fixture
def client(sandbox: TwilioSandbox) -> FlaskClient:
    return create_app(sandbox).test_client()


@pytest.mark.parametrize(
    ("address", "form", "code"),
    [
        (MESSAGES, TEXT | {"To": ""}, 21604),
        (MESSAGES, TEXT | {"To": "2025550123"}, 21211),
        (MESSAGES, TEXT | {"From": ""}, 21603),
        (MESSAGES, TEXT | {"From": "Smile"}, 21212),
        (MESSAGES, TEXT | {"Body": ""}, 21602),
        (MESSAGES, TEXT | {"Body": "x" * 1601}, 21617),
        (MESSAGES, TEXT | {"StatusCallback": "https://example.net"}, 20001),
        (MESSAGES, CALL, 20001),
        (CALLS, CALL | {"To": ""}, 21201),
        (CALLS, CALL | {"To": "911"}, 21217),
        (CALLS, CALL | {"From": ""}, 21213),
        (CALLS, CALL | {"From": "+15005550007"}, 21210),
        (CALLS, CALL | {"Twiml": ""}, 21205),
        (CALLS, CALL | {"Twiml": "Good morning"}, 12100),
        (CALLS, CALL | {"Twiml": "<Response/>"}, 12100),
        (CALLS, CALL | {"Twiml": "<Say>Good morning</Say>"}, 12100),
        (CALLS, CALL | {"Twiml": "<Response><Say>a</Say><Dial>1</Dial></Response>"}, 12100),
        (CALLS, CALL | {"Twiml": f"<Response><Say>{'x' * 4000}</Say></Response>"}, 12100),
        (CALLS, CALL | {"Url": "https://example.net"}, 20001),
    ],
)
def test_what_the_vendor_or_the_house_does_not_know_is_refused(
    sandbox: TwilioSandbox, client: FlaskClient, address: str, form, code: int
):
    answer = client.post(address, data=form, auth=KEY)
    assert answer.status_code == 400
    assert answer.get_json()["code"] == code
    assert answer.get_json().keys() == {"code", "message", "more_info", "status"}
    assert sandbox.received == []


def test_an_error_quotes_what_was_sent_as_the_vendors_do(client: FlaskClient):
    answer = client.post(MESSAGES, data=TEXT | {"To": "+15005550001"}, auth=KEY)
    assert "+15005550001" in answer.get_json()["message"]


@pytest.mark.parametrize("key", [None, (ACCOUNT, "another"), ("AC" + "f" * 32, TOKEN)])
def test_without_the_key_nothing_is_taken(sandbox: TwilioSandbox, client: FlaskClient, key):
    answer = client.post(MESSAGES, data=TEXT, auth=key)
    assert (answer.status_code, answer.get_json()["code"]) == (401, 20003)
    assert sandbox.received == []


@pytest.mark.parametrize(
    "address", [MESSAGES.replace(ACCOUNT, "AC" + "f" * 32), "/2010-04-01/Accounts", "/"]
)
def test_other_addresses_are_not_found(client: FlaskClient, address: str):
    answer = client.post(address, data=TEXT, auth=KEY)
    assert (answer.status_code, answer.get_json()["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("address", "form", "resource"),
    [(MESSAGES, TEXT, MessageInstance), (CALLS, CALL, CallInstance)],
    ids=["text", "call"],
)
def test_an_answer_has_every_field_that_the_vendors_package_reads(
    client: FlaskClient, address: str, form, resource
):
    answer = client.post(address, data=form, auth=KEY).get_json()
    unread = dict(answer)

    class Watched(dict[str, object]):
        def get(self, name: str) -> object:  # type: ignore[override]
            unread.pop(name, None)
            return self[name]

    read = resource(Version(None, "2010-04-01"), Watched(answer), ACCOUNT)
    assert unread == {}
    assert read.sid == answer["sid"]
    assert read.status == resource.Status.QUEUED
    assert read.date_created.isoformat() == "2026-01-05T08:00:01+00:00"


def test_the_stand_in_shows_what_came_and_takes_faults_over_http(client: FlaskClient):
    assert client.post("/sandbox/faults", json={"fault": "server-error"}).status_code == 204
    assert client.post(MESSAGES, data=TEXT, auth=KEY).status_code == 500
    assert client.post(MESSAGES, data=TEXT, auth=KEY).status_code == 201
    assert client.get("/sandbox/texts").get_json() == [{"Sid": f"SM{1:032x}", **TEXT}]


def test_a_hang_ends_when_it_is_released(sandbox: TwilioSandbox, client: FlaskClient):
    sandbox.release()
    client.post("/sandbox/faults", json={"fault": "hang"})
    assert client.post(MESSAGES, data=TEXT, auth=KEY).status_code == 500


def test_the_carrier_and_the_stand_in_agree_about_the_address(sandbox: TwilioSandbox, host: str):
    texter_at(host + "/").text(TO_CARLA)
    assert len(sandbox.received) == 1
