"""Every test asserts something, and none is switched off, asleep or a mock."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, called_names, functions, modules, named, parsed

ASSERTING_CALLS = {"expect", "fail", "raises", "refused", "then"}
SWITCHED_OFF = {"expectedFailure", "importorskip", "skip", "skipif", "skipIf", "xfail"}
MOCKS = {"AsyncMock", "MagicMock", "Mock", "create_autospec", "mock", "unittest.mock"}


def asserts(tree: ast.AST) -> bool:
    has_assertion = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    calls = called_names(tree)
    promises = any(name.startswith("assert_") for name in calls)
    return has_assertion or promises or not ASSERTING_CALLS.isdisjoint(calls)


def hollow_tests(tree: ast.Module) -> list[str]:
    """Return the tests that assert nothing, neither themselves nor by a function beside them."""
    helpers = {each.name for each in functions(tree) if asserts(each)}
    tests = [each for each in functions(tree) if each.name.startswith("test_")]
    return [
        test.name for test in tests if not asserts(test) and helpers.isdisjoint(called_names(test))
    ]


def switches_off(tree: ast.Module) -> bool:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return not SWITCHED_OFF.isdisjoint(names)


def sleeps(tree: ast.Module) -> bool:
    return "sleep" in called_names(tree)


def mocks(tree: ast.Module) -> bool:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return not MOCKS.isdisjoint({alias.name for node in imports for alias in node.names})


def has_tests(path: Path) -> bool:
    """Say whether a file has tests outside of classes, which contracts are."""
    steps = [each for each in parsed(path).body if isinstance(each, ast.FunctionDef)]
    return any(each.name.startswith("test_") for each in steps)


TESTS = [path for path in modules(ROOT, "tests") if path.name.startswith("test_")]


def test_every_test_asserts_something() -> None:
    hollow = {path: hollow_tests(parsed(path)) for path in TESTS}
    assert {str(path): names for path, names in hollow.items() if names} == {}


def test_no_test_is_switched_off() -> None:
    switched_off = [path for path in modules(ROOT, "tests") if switches_off(parsed(path))]
    assert named(switched_off, ROOT) == []


def test_no_test_sleeps() -> None:
    assert named([path for path in TESTS if sleeps(parsed(path))], ROOT) == []


def test_no_test_mocks() -> None:
    mocking = [path for path in modules(ROOT, "tests") if mocks(parsed(path))]
    assert named(mocking, ROOT) == []


def test_test_files_are_named_so_that_they_run() -> None:
    strays = [path for path in modules(ROOT, "tests") if path not in TESTS and has_tests(path)]
    assert named(strays, ROOT) == []


@pytest.mark.parametrize(
    ("body", "hollow"),
    [
        ("assert 1", []),
        ("with pytest.raises(ValueError): int('x')", []),
        ("rules.when(send).then()", []),
        ("expect(page).to_have_title('Inbox')", []),
        ("checked(page)", []),
        ("send()", ["test_it"]),
        ("pass", ["test_it"]),
    ],
)
def test_a_hollow_test_is_recognised(body: str, hollow: list[str]) -> None:
    source = f"def checked(page):\n    assert page\n\ndef test_it():\n    {body}"
    assert hollow_tests(ast.parse(source)) == hollow


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("@pytest.mark.skip\ndef test_it(): assert 1", True),
        ("@pytest.mark.xfail(strict=True)\ndef test_it(): assert 1", True),
        ("def test_it(): pytest.importorskip('stripe')", True),
        ("@pytest.mark.browser\ndef test_it(): assert 1", False),
    ],
)
def test_a_test_that_is_switched_off_is_recognised(source: str, *, verdict: bool) -> None:
    assert switches_off(ast.parse(source)) is verdict


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("from unittest.mock import Mock", True),
        ("from unittest import mock", True),
        ("import unittest.mock", True),
        ("from tests.doubles.vault import MemoryVault", False),
    ],
)
def test_a_mock_is_recognised(source: str, *, verdict: bool) -> None:
    assert mocks(ast.parse(source)) is verdict


def test_a_sleep_is_recognised() -> None:
    assert sleeps(ast.parse("time.sleep(1)"))
    assert sleeps(ast.parse("from time import sleep\nsleep(1)"))
    assert not sleeps(ast.parse("clock.forward(hours=1)"))
