"""SendGrid: every answer of the vendor ends as a reference, a later try, or a clear end."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from adapters.sandbox.sendgrid_server import Fault, SendGridSandbox
from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork
from tests.adapters.sendgrid.vendor import mailer_at, serving
from tests.contracts.mailer import FIRST, TO_CARLA


@pytest.mark.parametrize(
    ("fault", "failure", "reason"),
    [
        (Fault.TOO_MANY_REQUESTS, CarrierIsDown, "SendGrid answered 429"),
        (Fault.UNAVAILABLE, CarrierIsDown, "SendGrid answered 503"),
        (Fault.RESET, AnswerWasLost, r"no answer \(RemoteDisconnected\)"),
    ],
)
def test_a_vendor_in_trouble_is_tried_again(
    sandbox: SendGridSandbox, host: str, fault: Fault, failure: type[Exception], reason: str
):
    sandbox.fail_next(fault)
    with pytest.raises(failure, match=reason) as caught:
        mailer_at(host).send(TO_CARLA)
    assert type(caught.value) is failure
    assert sandbox.received == []


def test_a_vendor_that_hangs_is_left_after_the_timeout_and_may_have_the_mail(
    sandbox: SendGridSandbox, host: str
):
    sandbox.fail_next(Fault.HANG)
    with pytest.raises(AnswerWasLost, match=r"no answer \(TimeoutError\)"):
        mailer_at(host, timeout=0.1).send(TO_CARLA)


def test_a_vendor_that_nobody_reaches_took_nothing():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(
            CarrierIsDown, match=r"not reached \(ConnectionRefusedError\)"
        ) as caught:
            mailer_at(host).send(TO_CARLA)
    assert not isinstance(caught.value, AnswerWasLost)


def test_a_vendor_that_does_not_say_hello_took_nothing():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        host = f"https://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(CarrierIsDown, match=r"not reached \(TimeoutError\)") as caught:
            mailer_at(host, timeout=0.1).send(TO_CARLA)
    assert not isinstance(caught.value, AnswerWasLost)


def test_a_host_that_has_no_address_took_nothing():
    with pytest.raises(CarrierIsDown, match=r"not reached \(gaierror\)"):
        mailer_at("https://api.sendgrid.invalid").send(TO_CARLA)


def test_a_refused_key_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(CarrierIsDown, match=r"SendGrid refuses our key, plan or sender: 401$"):
        mailer_at(host, api_key="SG.another.key").send(TO_CARLA)


def test_a_refused_sender_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(CarrierIsDown, match=r"refuses our key, plan or sender: 403, about from$"):
        mailer_at(host, from_address="other@securemail.example").send(TO_CARLA)


def test_a_malformed_sender_is_ours_to_mend_and_loses_nothing(host: str):
    with pytest.raises(CarrierIsDown, match=r"refuses our sender: 400, about from\.email$"):
        mailer_at(host, from_address="nobody").send(TO_CARLA)


def test_a_malformed_recipient_has_an_address_that_fails(host: str):
    with pytest.raises(AddressFails, match=r"400, about personalizations\.0\.to\.0\.email$") as it:
        mailer_at(host).send(replace(TO_CARLA, to_address="carla"))
    assert it.value.status == "5.1.3"


def test_a_mail_that_is_too_large_will_never_work_and_blames_no_address(
    sandbox: SendGridSandbox, host: str
):
    sandbox.largest_mail = 100
    with pytest.raises(WillNeverWork, match="413") as caught:
        mailer_at(host).send(TO_CARLA)
    assert type(caught.value) is WillNeverWork


def answering(status: int, body: str = "") -> Flask:
    """A vendor that has one answer to everything."""
    app = Flask(__name__)
    app.post("/v3/mail/send", endpoint="send")(lambda: (body, status, {"Location": "/elsewhere"}))
    app.get("/elsewhere", endpoint="elsewhere")(lambda: ("somebody else took it", 202))
    return app


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, "no JSON, but carla@example.net", TryAgain),
        (400, '{"errors": [{"message": "bad carla@example.net", "field": null}]}', TryAgain),
        (400, '{"errors": [{"field": "carla@example.net"}]}', TryAgain),
        (400, '{"errors": [{"field": "personalizations[0].to[0].email"}]}', AddressFails),
        (400, '{"errors": [{"field": "personalizations.7.to"}]}', AddressFails),
        (400, '{"errors": [{"field": "personalizations.7.to"}, {"field":"from"}]}', CarrierIsDown),
        (400, '{"errors": [{"field": "reply_to.email"}]}', CarrierIsDown),
        (400, '{"errors": [{"field": "personalizations.0.custom_args"}]}', TryAgain),
        (404, "", CarrierIsDown),
        (405, "", CarrierIsDown),
        (408, "", CarrierIsDown),
        (418, "", TryAgain),
        (429, "", CarrierIsDown),
        (500, '{"errors": [{"message": "internal server error"}]}', CarrierIsDown),
        (502, "<html>", AnswerWasLost),
        (503, "", CarrierIsDown),
        (504, "<html>", AnswerWasLost),
        (200, "", CarrierIsDown),
        (302, "", CarrierIsDown),
        (307, "", CarrierIsDown),
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


def test_an_accepted_mail_without_message_id_is_known_by_its_notice():
    with serving(answering(202)) as url:
        assert mailer_at(url).send(TO_CARLA) == str(FIRST)


def test_a_vendor_that_is_overrun_says_for_how_long(sandbox: SendGridSandbox, host: str):
    sandbox.fail_next(Fault.TOO_MANY_REQUESTS)
    with pytest.raises(CarrierIsDown) as caught:
        mailer_at(host).send(TO_CARLA)
    assert caught.value.pause == timedelta(seconds=2)
