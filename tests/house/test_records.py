"""Decisions are numbered one after the other, and the list of them is complete."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

FILE_NAME = re.compile(r"(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md")
LISTED = re.compile(r"\]\((?:\./)?(\d{4}-[^)#]+\.md)\)")


def complaints(folder: Path) -> list[str]:
    """Return what is wrong with a folder of decision records."""
    records = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    listed = LISTED.findall((folder / "README.md").read_text())
    numbers = [name[:4] for name in records if FILE_NAME.fullmatch(name)]
    return [
        *([] if records else ["there is no record"]),
        *(f"{name} is misnamed" for name in records if not FILE_NAME.fullmatch(name)),
        *([] if numbers == consecutive(numbers) else [f"not consecutive: {' '.join(numbers)}"]),
        *([] if listed == records else [f"README.md lists {listed}, there are {records}"]),
    ]


def consecutive(numbers: list[str]) -> list[str]:
    return [f"{number:04}" for number in range(1, len(numbers) + 1)]


def a_folder(root: Path, *names: str, listing: str) -> Path:
    for name in names:
        (root / name).write_text("# A decision\n")
    (root / "README.md").write_text(listing)
    return root


def test_decisions_are_numbered_consecutively_and_listed() -> None:
    assert complaints(ROOT / "docs" / "adr") == []


def test_a_right_folder_is_left_in_peace(tmp_path: Path) -> None:
    listing = "1. [Records](0001-records.md)\n2. [Event log](0002-event-log.md)\n"
    folder = a_folder(tmp_path, "0001-records.md", "0002-event-log.md", listing=listing)
    assert complaints(folder) == []


@pytest.mark.parametrize(
    ("names", "listing", "complaint"),
    [
        ([], "", "there is no record"),
        (["0001-Records.md"], "[r](0001-Records.md)", "0001-Records.md is misnamed"),
        (["records.md"], "[r](records.md)", "records.md is misnamed"),
        (["0002-log.md"], "[l](0002-log.md)", "not consecutive: 0002"),
        (
            ["0001-a.md", "0001-b.md"],
            "[a](0001-a.md) [b](0001-b.md)",
            "not consecutive: 0001 0001",
        ),
        (["0001-a.md", "0003-b.md"], "[a](0001-a.md) [b](0003-b.md)", "not consecutive: 0001 0003"),
        (["0001-a.md"], "nothing", "README.md lists []"),
        (["0001-a.md"], "[a](0001-a.md) [b](0002-b.md)", "README.md lists ['0001-a.md', '0002"),
    ],
)
def test_a_wrong_folder_is_recognised(
    tmp_path: Path, names: list[str], listing: str, complaint: str
) -> None:
    found = complaints(a_folder(tmp_path, *names, listing=listing))
    assert any(each.startswith(complaint) for each in found), found
