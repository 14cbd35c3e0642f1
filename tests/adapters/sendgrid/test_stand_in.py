"""The stand-in of SendGrid takes what the vendor documents, and nothing else."""

from typing import Any

import pytest

from adapters.sandbox.sendgrid_server import SendGridSandbox, create_app
from tests.adapters.sendgrid.vendor import KEY, OURS

GOOD: dict[str, Any] = {
    "personalizations": [{"to": [{"email": "carla@example.net"}]}],
    "from": {"email": OURS},
    "subject": "S",
    "content": [{"type": "text/plain", "value": "T"}],
}

PICTURE = {
    "content": "iVBORw==",
    "type": "image/png",
    "filename": "logo.png",
    "disposition": "inline",
    "content_id": "logo@securemail.example",
}


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"name": "C"}]}]}, "personalizations.0.to.0.email"),
        ({"from": None}, "from"),
        ({"from": {"email": OURS, "name": "A\nB"}}, "from.name"),
        ({"subject": ""}, "subject"),
        ({"subject": "S\nBcc: x"}, "subject"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
        ({"content": [{"type": "text/html", "value": "H"}, *GOOD["content"]]}, "content"),
        ({"attachments": [PICTURE | {"content": "no base64"}]}, "attachments.0.content"),
        ({"attachments": [PICTURE | {"disposition": "attachment"}]}, "attachments.0.disposition"),
        ({"headers": {"Bcc": "mallory@example.com"}}, "headers"),
        ({"tracking_settings": {"open_tracking": {"enable": "no"}}},
         "tracking_settings.open_tracking.enable"),
        ({"to": "carla@example.net"}, "to"),
    ],
)  # fmt: skip
def test_the_stand_in_refuses_what_the_vendor_does_not_document(
    sandbox: SendGridSandbox, change: dict[str, object], blamed: str
):
    client = create_app(sandbox).test_client()
    answer = client.post(
        "/v3/mail/send", json=GOOD | change, headers={"Authorization": f"Bearer {KEY}"}
    )
    assert answer.status_code == 400
    assert [error["field"] for error in answer.get_json()["errors"]] == [blamed]
    assert sandbox.received == []


def test_the_stand_in_refuses_more_custom_arguments_than_the_vendor(sandbox: SendGridSandbox):
    envelope = GOOD["personalizations"][0] | {"custom_args": {"a": "x" * 10_000}}
    answer = (
        create_app(sandbox)
        .test_client()
        .post(
            "/v3/mail/send",
            json=GOOD | {"personalizations": [envelope]},
            headers={"Authorization": f"Bearer {KEY}"},
        )
    )
    assert answer.status_code == 400


def test_the_stand_in_shows_what_came_and_takes_faults_over_http(sandbox: SendGridSandbox):
    client = create_app(sandbox).test_client()
    key = {"Authorization": f"Bearer {KEY}"}
    assert client.post("/sandbox/faults", json={"fault": "unavailable"}).status_code == 204
    assert client.post("/v3/mail/send", json=GOOD, headers=key).status_code == 503
    assert client.post("/v3/mail/send", json=GOOD, headers=key).status_code == 202
    assert client.get("/sandbox/mails").get_json() == [{"message_id": "sandbox-000001", **GOOD}]
