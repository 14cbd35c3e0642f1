"""Fixtures of the house, one plugin a subject; and how several processes test in little time."""

import gc
import os
import sys

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


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each process of a product compiles it anew
sys.dont_write_bytecode = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let several processes begin with what takes longest, or one ends long after the other."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


def pytest_collection_finish() -> None:
    """Let no search for garbage look at thousands of tests and modules that stay to the end."""
    gc.collect()
    gc.freeze()
