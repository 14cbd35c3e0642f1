"""SendGrid: what leaves for the vendor, how, and that nobody else hears of it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid5

import pytest

from adapters.sandbox.sendgrid_server import SendGridSandbox, create_app
from notifiers.carrier import CarrierIsDown, WillNeverWork
from notifiers.mailer import Picture
from tests.adapters.sendgrid.vendor import KEY, OURS, mail_of, mailer_at, serving
from tests.adapters.smtp.office import Certificate
from tests.contracts.mailer import FIRST, TO_CARLA, FarMailerContract


class TestSendGridMailer(FarMailerContract):
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
            "headers": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
            "tracking_settings": {
                "click_tracking": {"enable": False, "enable_text": False},
                "open_tracking": {"enable": False},
                "subscription_tracking": {"enable": False},
                "ganalytics": {"enable": False},
            },
        }
    ]


def test_one_click_stops_mails_of_this_kind(sandbox: SendGridSandbox, host: str):
    mailer_at(host).send(replace(TO_CARLA, stop_link="https://mail.example.org/stop?t=1\r\nX: <y>"))
    assert sandbox.received[0]["headers"] == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": "<https://mail.example.org/stop?t=1X:y>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_picture_lies_in_the_mail_and_is_named_after_its_content_id(
    sandbox: SendGridSandbox, host: str
):
    mailer_at(host).send(
        replace(TO_CARLA, pictures=(Picture("logo@securemail.example", "image/png", b"\x89PNG"),))
    )
    assert sandbox.received[0]["attachments"] == [
        {
            "content": "iVBORw==",
            "type": "image/png",
            "filename": "logo.png",
            "disposition": "inline",
            "content_id": "logo@securemail.example",
        }
    ]


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


def test_a_mailer_calls_itself_sendgrid():
    assert mailer_at(None).carrier == "sendgrid"


def test_mails_travel_over_tls_to_a_host_that_somebody_vouches_for(
    sandbox: SendGridSandbox, certificate: Certificate
):
    with serving(create_app(sandbox), certificate.server) as url:
        mailer_at(url, tls_context=certificate.client).send(TO_CARLA)
        with pytest.raises(CarrierIsDown, match=r"was not reached \(SSLCertVerificationError\)"):
            mailer_at(url).send(TO_CARLA)
    assert len(sandbox.received) == 1


def test_sixteen_threads_share_one_mailer(sandbox: SendGridSandbox, host: str):
    mailer = mailer_at(host)
    mails = [replace(TO_CARLA, notice_id=uuid5(FIRST, str(number))) for number in range(160)]
    with ThreadPoolExecutor(16) as threads:
        references = list(threads.map(mailer.send, mails))
    arrived = {mail["message_id"]: mail_of(mail) for mail in sandbox.received}
    assert [arrived[reference] for reference in references] == mails
