"""SendGrid: every answer of the vendor ends as a reference, a later try, or a clear end."""

import logging
import socket
from dataclasses import replace

import pytest
from flask import Flask

from adapters.sandbox.sendgrid_server import Fault, SendGridSandbox
from notifiers.carrier import TryAgain, WillNeverWork
from tests.adapters.sendgrid.vendor import (
    KEY,
    OURS,
    mailer_at,
    serving,
)
from tests.contracts.mailer import FIRST, TO_CARLA, RefusingMailerContract


class TestSendGridMailer(RefusingMailerContract):
    pass


def test_the_reference_is_the_vendors_message_id(sandbox: SendGridSandbox, host: str):
    assert mailer_at(host).send(TO_CARLA) == sandbox.received[0]["message_id"] == "sandbox-000001"


def test_a_mail_goes_out_untracked_marked_as_automatic_and_with_its_notice(
    sandbox: SendGridSandbox, host: str
):
    mailer_at(host, reply_to="help@securemail.example").send(TO_CARLA)
    assert sandbox.received == [
        {
            "message_id": "sandbox-000001",
            "personalizations": [
                {
                    "to": [{"email": "carla@example.net", "name": "Carla Weiss"}],
                    "custom_args": {"notice_id": str(FIRST)},
                }
            ],
            "from": {"email": OURS, "name": "SecureMail"},
            "reply_to": {"email": "help@securemail.example"},
            "subject": TO_CARLA.subject,
            "content": [
                {"type": "text/plain", "value": TO_CARLA.text},
                {"type": "text/html", "value": TO_CARLA.html},
            ],
            "headers": {"Auto-Submitted": "auto-generated"},
            "tracking_settings": {
                "click_tracking": {"enable": False, "enable_text": False},
                "open_tracking": {"enable": False},
                "subscription_tracking": {"enable": False},
                "ganalytics": {"enable": False},
            },
        }
    ]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.TOO_MANY_REQUESTS, "SendGrid answered 429"),
        (Fault.UNAVAILABLE, "SendGrid answered 503"),
        (Fault.RESET, r"no answer \(RemoteDisconnected\)"),
    ],
)
def test_a_vendor_in_trouble_is_tried_again(
    sandbox: SendGridSandbox, host: str, fault: Fault, reason: str
):
    sandbox.fail_next(fault)
    with pytest.raises(TryAgain, match=reason):
        mailer_at(host).send(TO_CARLA)
    assert sandbox.received == []


def test_a_vendor_that_hangs_is_left_after_the_timeout(sandbox: SendGridSandbox, host: str):
    sandbox.fail_next(Fault.HANG)
    with pytest.raises(TryAgain, match=r"no answer \(TimeoutError\)"):
        mailer_at(host, timeout=0.1).send(TO_CARLA)


def test_a_vendor_that_nobody_reaches_is_tried_again():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(TryAgain, match=r"no answer \(ConnectionRefusedError\)"):
            mailer_at(host).send(TO_CARLA)


def test_a_refused_key_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(TryAgain, match=r"SendGrid refuses our key, plan or sender: 401$"):
        mailer_at(host, api_key="SG.another.key").send(TO_CARLA)


def test_a_refused_sender_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(TryAgain, match=r"refuses our key, plan or sender: 403, about from$"):
        mailer_at(host, from_address="other@securemail.example").send(TO_CARLA)


def test_a_malformed_sender_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(TryAgain, match=r"SendGrid answered 400, about from\.email$"):
        mailer_at(host, from_address="nobody").send(TO_CARLA)


def test_a_malformed_recipient_will_never_work(host: str):
    with pytest.raises(WillNeverWork, match=r"400, about personalizations\.0\.to\.0\.email$"):
        mailer_at(host).send(replace(TO_CARLA, to_address="carla"))


def test_a_mail_that_is_too_large_will_never_work(sandbox: SendGridSandbox, host: str):
    sandbox.largest_mail = 100
    with pytest.raises(WillNeverWork, match="413"):
        mailer_at(host).send(TO_CARLA)


def answering(status: int, body: str = "") -> Flask:
    """A vendor that has one answer to everything."""
    app = Flask(__name__)
    app.post("/v3/mail/send", endpoint="send")(lambda: (body, status, {"Location": "/elsewhere"}))
    app.get("/elsewhere", endpoint="elsewhere")(lambda: "nothing was sent")
    return app


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, "no JSON, but carla@example.net", TryAgain),
        (400, '{"errors": [{"message": "bad carla@example.net", "field": null}]}', TryAgain),
        (400, '{"errors": [{"field": "carla@example.net"}]}', TryAgain),
        (400, '{"errors": [{"field": "personalizations[0].to[0].email"}]}', WillNeverWork),
        (400, '{"errors": [{"field": "from"}, {"field":"personalizations.7.to"}]}', WillNeverWork),
        (400, '{"errors": [{"field": "personalizations.0.custom_args"}]}', TryAgain),
        (404, "", TryAgain),
        (405, "", TryAgain),
        (418, "", TryAgain),
        (500, '{"errors": [{"message": "internal server error"}]}', TryAgain),
        (502, "<html>", TryAgain),
        (200, "", TryAgain),
        (307, "", TryAgain),
    ],
)
def test_any_answer_is_sorted_and_quoted_by_number_and_field_only(
    status: int, body: str, failure: type[Exception]
):
    with serving(answering(status, body)) as url, pytest.raises(failure) as caught:
        mailer_at(url).send(TO_CARLA)
    assert type(caught.value) is failure
    assert str(status) in str(caught.value)
    assert "carla" not in str(caught.value)


def test_a_field_that_the_vendor_calls_null_is_not_quoted():
    with serving(answering(400, '{"errors": [{"field": "null"}]}')) as url:
        with pytest.raises(TryAgain) as caught:
            mailer_at(url).send(TO_CARLA)
        assert str(caught.value) == "SendGrid answered 400"


def test_a_vendor_that_sends_us_elsewhere_took_nothing():
    with serving(answering(302)) as url, pytest.raises(TryAgain, match="200"):
        mailer_at(url).send(TO_CARLA)


def test_an_accepted_mail_without_message_id_is_known_by_its_notice():
    with serving(answering(202)) as url:
        assert mailer_at(url).send(TO_CARLA) == str(FIRST)


def test_neither_mail_nor_key_is_logged(host: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        mailer_at(host).send(TO_CARLA)
        with pytest.raises(WillNeverWork):
            mailer_at(host).send(replace(TO_CARLA, to_address="carla"))
    assert KEY not in caplog.text
    assert "carla" not in caplog.text.lower()


def test_the_key_is_not_in_the_mailers_own_description(host: str):
    assert KEY not in repr(mailer_at(host))


@pytest.mark.parametrize("key", ["", "SG.with newline\n", "SG.schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key: str):
    with pytest.raises(ValueError, match=r"^the SendGrid API key is empty or has characters"):
        mailer_at("https://api.sendgrid.example", api_key=key)


def test_the_key_never_travels_in_clear_to_another_machine():
    with pytest.raises(ValueError, match="https"):
        mailer_at("http://api.sendgrid.example")


def test_without_a_host_the_vendor_itself_is_meant_over_https():
    assert mailer_at(None).address == "https://api.sendgrid.com"
