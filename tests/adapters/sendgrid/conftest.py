"""The vendor and the carrier that the tests of SendGrid begin with."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from cryptography import x509

from adapters.sandbox.sendgrid_server import SendGridSandbox, create_app
from tests.adapters.sendgrid.vendor import KEY, OURS, SendGridLine, serving
from tests.adapters.smtp.office import Certificate


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def sandbox() -> SendGridSandbox:
    return SendGridSandbox(KEY, verified_sender=OURS)


@pytest.fixture
def host(sandbox: SendGridSandbox) -> Iterator[str]:
    with serving(create_app(sandbox)) as url:
        yield url
        sandbox.release()


@pytest.fixture
def line(sandbox: SendGridSandbox, host: str) -> SendGridLine:
    return SendGridLine(sandbox, host)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"), x509.IPAddress(ip_address("127.0.0.1")))
