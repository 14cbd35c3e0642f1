"""The rules with everything that they need, in memory."""

import pytest

pytest.register_assert_rewrite("tests.scenario")

from tests.domain.rules import Rules  # noqa: E402 - after its assertions are made to explain


@pytest.fixture
def rules() -> Rules:
    return Rules()
