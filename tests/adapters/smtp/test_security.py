"""SMTP: nothing travels in clear, and no stranger gets the password."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from adapters.smtp_mailer import SmtpMailer
from notifiers.carrier import CarrierIsDown
from tests.adapters.smtp.office import PASSWORD, Certificate, PostOffice, recording, serving
from tests.contracts.mailer import TO_CARLA


def test_tls_from_the_start_carries_mail(
    mailer: SmtpMailer, office: PostOffice, certificate: Certificate
):
    with serving(office, ssl_context=certificate.server) as port:
        replace(mailer, security="tls", port=port, user=None, password=None).send(TO_CARLA)
    assert len(office.letters) == 1


def test_a_server_on_this_machine_needs_no_tls(local: SmtpMailer, office: PostOffice):
    local.send(TO_CARLA)
    assert len(office.letters) == 1


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.7", "127.0.0.1.example", ""])
def test_an_open_line_to_another_machine_is_refused_at_once(mailer: SmtpMailer, host: str):
    with pytest.raises(ValueError, match="stays on this machine"):
        replace(mailer, security="none", host=host)


@pytest.mark.parametrize("security", ["", "STARTTLS", "ssl"])
def test_a_kind_of_security_that_does_not_exist_is_refused_at_once(
    mailer: SmtpMailer, security: Any
):
    with pytest.raises(ValueError, match="starttls, tls or none"):
        replace(mailer, security=security)


@pytest.mark.parametrize("change", [{"user": "jürg"}, {"password": "schlüssel"}])
def test_a_sign_in_that_smtp_cannot_carry_is_refused_at_once(mailer: SmtpMailer, change):
    with pytest.raises(ValueError, match="are ASCII"):
        replace(mailer, **change)


def test_a_malformed_sender_is_refused_at_once(mailer: SmtpMailer):
    with pytest.raises(ValueError, match="sender"):
        replace(mailer, from_address="SecureMail <noreply@securemail.example>")


def test_a_server_without_starttls_hears_nothing_but_a_greeting(mailer: SmtpMailer):
    with recording(
        b"220 mail\r\n", EHLO=b"250-mail\r\n250 AUTH PLAIN\r\n", QUIT=b"221 Bye\r\n"
    ) as server:
        with pytest.raises(CarrierIsDown, match="has no STARTTLS"):
            replace(mailer, port=server.server_address[1]).send(TO_CARLA)
        assert server.heard == [b"ehlo securemail.example", b"quit"]


def test_a_server_that_takes_starttls_back_hears_nothing_but_a_greeting(mailer: SmtpMailer):
    with recording(
        b"220 mail\r\n",
        EHLO=b"250-mail\r\n250 STARTTLS\r\n",
        STAR=b"454 TLS not available\r\n",
        QUIT=b"221 Bye\r\n",
    ) as server:
        with pytest.raises(CarrierIsDown, match="answered 454"):
            replace(mailer, port=server.server_address[1]).send(TO_CARLA)
        assert server.heard == [b"ehlo securemail.example", b"STARTTLS", b"quit"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_no_password(
    mailer: SmtpMailer, office: PostOffice, certificate: Certificate, security: str
):
    how = {"tls": "ssl_context", "starttls": "tls_context"}[security]
    with (
        serving(office, **{how: certificate.server}, authenticator=office.check) as port,
        pytest.raises(CarrierIsDown, match="certificate cannot be trusted"),
    ):
        replace(mailer, security=security, port=port, tls_context=None).send(TO_CARLA)
    assert (office.sign_ins, office.letters) == (0, [])


def test_a_server_with_another_servers_certificate_gets_no_password(
    mailer: SmtpMailer, office: PostOffice, tmp_path: Path
):
    other = Certificate(tmp_path, x509.DNSName("other.example"))
    with (
        serving(office, tls_context=other.server, authenticator=office.check) as port,
        pytest.raises(CarrierIsDown, match="certificate cannot be trusted"),
    ):
        replace(mailer, port=port, tls_context=other.client).send(TO_CARLA)
    assert (office.sign_ins, office.letters) == (0, [])


def test_a_refused_sign_in_is_ours_to_mend_and_loses_nothing(
    mailer: SmtpMailer, office: PostOffice
):
    with pytest.raises(CarrierIsDown, match="refuses our sign-in: 535") as failure:
        replace(mailer, password="battery staple").send(TO_CARLA)
    assert office.sign_ins
    assert "battery" not in str(failure.value)


def test_the_password_is_not_in_the_mailers_own_description(mailer: SmtpMailer):
    assert PASSWORD.decode() not in repr(mailer)
