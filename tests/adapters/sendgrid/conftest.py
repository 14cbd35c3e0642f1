"""The vendor and the carrier that the tests of SendGrid begin with."""

from collections.abc import Iterator

import pytest

from adapters.sandbox.sendgrid_server import SendGridSandbox, create_app
from tests.adapters.sendgrid.vendor import KEY, OURS, SendGridLine, serving


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
