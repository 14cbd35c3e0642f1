"""Fixtures of the house, one plugin a subject."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.clock",
    "tests.fixtures.database",
    "tests.fixtures.house",
    "tests.fixtures.product",
    "tests.fixtures.sealed_values",
    "tests.fixtures.steps",
]
