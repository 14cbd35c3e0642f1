"""The vendor and the carrier that the tests of Twilio begin with."""

from collections.abc import Iterator

import pytest

from adapters.sandbox.twilio_server import TwilioSandbox, create_app
from tests.adapters.twilio.vendor import ACCOUNT, TOKEN, TwilioLine, serving


@pytest.fixture
def sandbox() -> TwilioSandbox:
    return TwilioSandbox(ACCOUNT, TOKEN)


@pytest.fixture
def host(sandbox: TwilioSandbox) -> Iterator[str]:
    with serving(create_app(sandbox)) as url:
        yield url
        sandbox.release()


@pytest.fixture
def line(sandbox: TwilioSandbox, host: str) -> TwilioLine:
    return TwilioLine(sandbox, host)
