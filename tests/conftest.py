"""Fixtures of the house, one plugin a subject; and in which order several processes test."""

import pytest

SLOW = ("tests/journeys/", "tests/faults/", "tests/domain/test_money.py")
"""Where the tests are that take longest."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.clock",
    "tests.fixtures.database",
    "tests.fixtures.house",
    "tests.fixtures.product",
    "tests.fixtures.sealed_values",
    "tests.fixtures.steps",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let several processes begin with what takes longest, or one ends long after the other."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(SLOW))
