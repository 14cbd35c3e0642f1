"""A mail can be read anywhere: without pictures, in the dark, aloud, or as plain text."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag

from tests.notifiers.golden_mails import GOLDEN, golden
from tests.notifiers.post import BASE_URL

ALL = sorted(path.stem for path in GOLDEN.glob("*.html"))
DARK = re.compile(r"prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)
RULE = re.compile(r"([^{}\n]+)\{([^}]*)\}")
COLOUR = re.compile(r"(?<![-\w])(color|background):\s*(#[0-9a-f]{6})")

READABLE = 4.5
"""The contrast of text that WCAG 2.2, 1.4.3, asks for."""


def mail(name: str) -> Tag:
    page = BeautifulSoup(golden(name)[1], "html.parser")
    return page.html or page


def dark_rules(page: Tag) -> dict[str, dict[str, str]]:
    """Return the colours of each class in the dark."""
    found = DARK.search(str(page.style))
    assert found is not None
    rules = RULE.findall(found[1])
    return {
        name.strip().lstrip("."): dict(COLOUR.findall(body))
        for names, body in rules
        for name in names.split(",")
    }


def texts(
    tag: Tag, rules: dict[str, dict[str, str]], colours: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Return every text of a mail with its colour and what is behind it."""
    if "display:none" in str(tag.get("style", "")):
        return
    own = colours | dict(COLOUR.findall(str(tag.get("style", ""))))
    for name in tag.get_attribute_list("class"):
        own |= rules.get(str(name), {})
    for child in tag.children:
        if isinstance(child, Tag):
            yield from texts(child, rules, own)
        elif isinstance(child, NavigableString) and child.strip():
            yield str(child), own["color"], own["background"]


def light_of(colour: str) -> float:
    """Return the relative luminance of a colour such as #0b5c6b (WCAG 2.2)."""
    parts = [int(colour[spot : spot + 2], 16) / 255 for spot in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light_of(one), light_of(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(name: str, *, is_dark: bool):
    page = mail(name)
    assert page.body is not None
    found = list(texts(page.body, dark_rules(page) if is_dark else {}, {}))
    assert len(found) > 5
    assert [one for one in found if contrast(one[1], one[2]) < READABLE] == []


@pytest.mark.parametrize("name", ALL)
def test_the_dark_is_dark_and_the_light_is_light(name: str):
    page = mail(name)
    assert page.body is not None
    grounds = [
        {behind for _, _, behind in texts(page.body, rules, {})} - {"#0b5c6b", "#7fd0de"}
        for rules in ({}, dark_rules(page))
    ]
    assert [all(light_of(one) > 0.5 for one in grounds[0])] == [True]
    assert [all(light_of(one) < 0.1 for one in grounds[1])] == [True]


@pytest.mark.parametrize("name", ALL)
def test_a_mail_in_html_loads_nothing_and_says_in_which_language_it_is(name: str):
    page = mail(name)
    assert page.find_all(["img", "script", "link", "iframe", "object", "form"]) == []
    assert not re.search(r"url\(|@import|https?:", str(page.style))
    assert page["lang"] == "en"
    assert page.title is not None
    assert page.title.get_text() == golden(name)[0].split("\n")[1].removeprefix("Subject: ")


@pytest.mark.parametrize("name", ALL)
def test_every_sentence_of_the_text_is_in_the_html(name: str):
    shown = " ".join(mail(name).get_text(" ").split())
    blocks = golden(name)[0].partition("\n\n")[2].replace("--\n", "").split("\n\n")
    sentences = [
        sentence.rstrip(":")
        for block in blocks
        for sentence in re.split(r"(?<=[.?!:]) ", " ".join(block.split()))
    ]
    words = [one.partition(": http")[0] for one in sentences if not one.startswith(BASE_URL)]
    assert [one for one in words if one not in shown] == []


@pytest.mark.parametrize("name", ALL)
def test_every_link_in_a_mail_leads_to_us(name: str):
    text, html = golden(name)
    links = {str(link["href"]) for link in mail(name).find_all("a")}
    links |= {word.rstrip(",.") for word in text.split() if "://" in word}
    strange = {one for one in links if one != BASE_URL and not one.startswith(f"{BASE_URL}/")}
    assert strange == set()
    assert "url(" not in html


def test_what_a_list_of_mails_shows_beside_the_subject_is_the_same_in_every_mail():
    hidden = {mail(name).find("div", style=re.compile("display:none")).get_text() for name in ALL}
    assert len(hidden) == 1
