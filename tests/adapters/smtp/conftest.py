"""The server and the carrier that the tests of SMTP begin with."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

import pytest
from cryptography import x509

from adapters.smtp_mailer import SmtpMailer
from tests.adapters.smtp.office import (
    MARKS,
    NOON,
    OURS,
    PASSWORD,
    Certificate,
    PostOffice,
    SmtpLine,
    serving,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"), x509.IPAddress(ip_address("127.0.0.1")))


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def port(office: PostOffice, certificate: Certificate) -> Iterator[int]:
    """A server as providers run it: STARTTLS first, then AUTH, then mail."""
    with serving(
        office,
        tls_context=certificate.server,
        require_starttls=True,
        auth_required=True,
        authenticator=office.check,
    ) as port:
        yield port


@pytest.fixture
def mailer(port: int, certificate: Certificate) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1",
        port=port,
        security="starttls",
        user="securemail",
        password=PASSWORD.decode(),
        from_address=OURS,
        from_name="Smile Dental, via SecureMail",
        clock=lambda: NOON,
        marks=MARKS,
        tls_context=certificate.client,
    )


@pytest.fixture
def line(mailer: SmtpMailer, office: PostOffice) -> SmtpLine:
    return SmtpLine(mailer, office)


@pytest.fixture
def local(mailer: SmtpMailer, office: PostOffice) -> Iterator[SmtpMailer]:
    """A carrier to a server on this machine without TLS and without AUTH."""
    with serving(office) as port:
        yield replace(mailer, security="none", port=port, user=None, password=None)
