"""What the documents point to is there."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:css|html|js|json|md|py|sql|toml))`")
PLACEHOLDER = re.compile(r"NNNN|\b[A-Z]{4,}\.(?!md)")
ELSEWHERE = ("http://", "https://", "mailto:", ".data/")


def documents(root: Path) -> list[Path]:
    return [path for path in tracked(root) if path.suffix == ".md"]


def pointers(text: str) -> list[str]:
    """Return every relative link, and every file that is named as code; not what stands for one."""
    prose = FENCED.sub("", text)
    found = [*LINK.findall(prose), *FILE.findall(prose)]
    return [
        pointer
        for pointer in found
        if not pointer.startswith(ELSEWHERE) and not PLACEHOLDER.search(pointer)
    ]


def dead_pointers(document: Path, root: Path) -> list[str]:
    return [
        pointer
        for pointer in pointers(document.read_text())
        if not (document.parent / pointer).exists() and not (root / pointer).exists()
    ]


def test_the_house_has_its_documents() -> None:
    present = {path.relative_to(ROOT).as_posix() for path in documents(ROOT)}
    assert {"README.md", "docs/events.md", "docs/glossary.md"} <= present


def test_no_document_points_to_what_is_not_there() -> None:
    dead = {str(path): dead_pointers(path, ROOT) for path in documents(ROOT)}
    assert {document: found for document, found in dead.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[map](architecture.md#life-of-a-message)", ["architecture.md"]),
        ("![mark](../web/static/mark.svg)", ["../web/static/mark.svg"]),
        ("`domain/user.py` and `domain/`", ["domain/user.py"]),
        ("[elsewhere](https://sample.example/a.md)", []),
        ("[below](#below)", []),
        ("`make run`, `user.invited`, `1/2`", []),
        ("`projections/NAME.py`, `docs/adr/NNNN-title.md`", []),
        ("[how](../CONTRIBUTING.md), `.data/keys.json`", ["../CONTRIBUTING.md"]),
        ("```\n`domain/gone.py`\n```\n", []),
    ],
)
def test_what_a_document_points_to_is_found(text: str, found: list[str]) -> None:
    assert pointers(text) == found


def test_a_pointer_is_followed_from_the_document_and_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "user.py").touch()
    document = tmp_path / "docs" / "page.md"
    document.write_text("[page](page.md), `domain/user.py`, [gone](gone.md), `a/gone.py`")
    assert dead_pointers(document, tmp_path) == ["gone.md", "a/gone.py"]
