"""Templates carry no script and no style, and trust no text."""

import re
from pathlib import Path

import pytest

import web

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


def lines(pattern: str, paths: list[Path]) -> list[str]:
    """Return every line of the files in which a pattern occurs."""
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{path.name}: {line.strip()}"
        for path in paths
        for line in path.read_text().splitlines()
        if found.search(line)
    ]


def test_the_templates_are_found() -> None:
    assert "compose.html" in {path.name for path in TEMPLATES}


@pytest.mark.parametrize(
    "pattern",
    [
        r"<style",
        r"\sstyle\s*=",
        r"<script(?![^>]*\ssrc=)",
        r"<script[^>]*>[^<]",
        r"\son[a-z]+\s*=",
        r"javascript:",
        r"\|\s*safe\b",
        r"autoescape\s+false",
        r"(?:src|href|action)\s*=\s*[\"']\s*(?:https?:)?//",
        r"\{\{[^}]*\bMarkup\b",
    ],
)
def test_no_template_holds_what_the_policy_forbids_or_trusts_what_was_typed(pattern: str) -> None:
    assert lines(pattern, TEMPLATES) == []


def test_the_script_makes_no_markup_and_reaches_nobody_else() -> None:
    script = [FOLDER / "static" / "securemail.js"]
    assert lines(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script) == []
    assert lines(r"https?://|localStorage|sessionStorage|\.cookie", script) == []


def test_every_field_has_a_label() -> None:
    paths = [path for path in TEMPLATES if path.name != "parts.html"]
    text = "\n".join(path.read_text() for path in paths)
    fields = re.findall(r"<(?:input|select|textarea)[^>]*\sid=\"([^\"{]+)\"", text)
    assert set(fields) == {
        *("to", "role", "phone", "body", "accepts_terms", "paid", "show-password"),
        *("notices", "time_zone", "wanted"),
        *("days", "every", "on", "reason", "thread", "understood", "what"),
    }
    assert [name for name in fields if f'for="{name}"' not in text] == []
