"""No file of the house speaks of one particular machine or of where packages are fetched from."""

from pathlib import Path

from tests.house.tree import ROOT, tracked

HOSTS = (("pypi", "org"), ("registry", "npmjs"), ("deb", "debian.org"))
PLACES = (
    *(f"/{folder}/" for folder in ("work", "tmp")),
    *(f"{host}." + ending for host, ending in HOSTS),
    "python" + "hosted",
)


def places_in(text: str) -> list[str]:
    return [place for place in PLACES if place in text]


def text_of(path: Path) -> str:
    """Return a file's text; bytes that are none do not matter here."""
    return path.read_bytes().decode(errors="replace")


def test_no_file_speaks_of_such_places() -> None:
    found = {str(path.relative_to(ROOT)): places_in(text_of(path)) for path in tracked(ROOT)}
    assert {path: places for path, places in found.items() if places} == {}


def test_such_places_are_recognised() -> None:
    speaking = " ".join(f"see {place}simple" for place in PLACES)
    assert places_in(speaking) == list(PLACES)
    assert places_in("see https://sample.example/worktmp and docs/adr") == []
