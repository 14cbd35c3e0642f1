"""Every module says what it is for, holds one idea, and has a name that says which."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT, modules, named, parsed

LONGEST_MODULE = 300
EMPTY_NAMES = {
    "base",
    "common",
    "data",
    "handler",
    "helper",
    "helpers",
    "info",
    "manager",
    "misc",
    "processor",
    "service",
    "services",
    "util",
    "utils",
}


def opens_with_a_sentence(module: ast.Module) -> bool:
    opening = (ast.get_docstring(module) or "").partition("\n\n")[0]
    return opening.endswith((".", "?")) and (opening[0].isupper() or opening[0] == "`")


def says_nothing(path: Path) -> bool:
    return not EMPTY_NAMES.isdisjoint(path.stem.split("_"))


def is_too_long(path: Path) -> bool:
    return len(path.read_text().splitlines()) > LONGEST_MODULE


def test_every_module_opens_with_a_sentence() -> None:
    silent = [path for path in modules(ROOT, *ROOMS) if not opens_with_a_sentence(parsed(path))]
    assert named(silent, ROOT) == []


def test_no_module_is_longer_than_300_lines() -> None:
    long = [path for path in modules(ROOT, *ROOMS, "tests") if is_too_long(path)]
    assert named(long, ROOT) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = [path for path in modules(ROOT, *ROOMS, "tests") if says_nothing(path)]
    assert named(empty, ROOT) == []


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ('"""The door."""', True),
        ('"""Who is there? For members."""', True),
        ('"""`python -m runtime` is the command line."""', True),
        ('"""The door is open\nby day.\n\nand more"""', True),
        ('"""The door"""', False),
        ('"""the door."""', False),
        ("# The door.", False),
        ("", False),
    ],
)
def test_a_sentence_begins_and_ends_as_one(source: str, *, verdict: bool) -> None:
    assert opens_with_a_sentence(ast.parse(source)) is verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("utils.py", True),
        ("mail_helpers.py", True),
        ("database.py", False),
        ("signing_in.py", False),
    ],
)
def test_a_name_of_empty_words_is_recognised(name: str, *, verdict: bool) -> None:
    assert says_nothing(Path(name)) is verdict


def test_a_module_of_301_lines_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 301)
    (tmp_path / "short.py").write_text("x = 1\n" * 300)
    assert is_too_long(tmp_path / "long.py")
    assert not is_too_long(tmp_path / "short.py")
