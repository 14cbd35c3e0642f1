"""Every notice can be looked at before anybody gets one, and the samples are about nobody."""

import pytest

from notifiers.gallery import Exhibit, Gallery
from notifiers.occasions import MANNERS, OCCASIONS
from notifiers.samples import SAMPLES
from tests.fixtures.clock import START
from tests.notifiers.golden_mails import GOLDEN
from tests.notifiers.post import BASE_URL


@pytest.fixture(scope="module")
def exhibits() -> list[Exhibit]:
    return Gallery(BASE_URL, lambda: START).exhibits()


def test_there_is_a_sample_of_every_occasion():
    assert {sample.occasion for sample in SAMPLES} == {one.OCCASION for one in OCCASIONS}
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_every_sample_has_words_of_its_own(exhibits: list[Exhibit]):
    words = {one.name: one.text or one.words for one in exhibits}
    assert len(set(words.values())) == len(SAMPLES)
    assert "" not in words.values()


def test_what_a_person_may_have_as_a_text_message_is_shown_as_one(exhibits: list[Exhibit]):
    texted = {one.name for one in exhibits if one.text and one.words}
    assert texted == {one.name for one in SAMPLES if MANNERS[one.occasion].is_by_preference}


def test_the_samples_name_nobody_who_could_exist_and_say_nothing_of_a_message(
    exhibits: list[Exhibit],
):
    everything = "\n".join(one.text + one.words + one.subject for one in exhibits)
    assert {"Ada Sample", "Ben Desk", "Sample Dental"} <= {
        name for name in ("Ada Sample", "Ben Desk", "Sample Dental") if name in everything
    }
    assert "never shown" not in everything
    links = {word.rstrip(".,") for word in everything.split() if "://" in word}
    assert [link for link in links if not link.startswith(BASE_URL)] == []


def test_every_notice_on_every_channel_is_as_it_was_agreed(exhibits: list[Exhibit]):
    kept = {path.name: path.read_text() for path in GOLDEN.glob("sample-*")}
    assert {name: text for one in exhibits for name, text in files_of(one).items()} == kept


def files_of(one: Exhibit) -> dict[str, str]:
    """Return a sample as golden files: the mail in text and in HTML, and the text message."""
    files = {
        f"sample-{one.name}.words": one.words and f"{one.words}\n",
        f"sample-{one.name}.txt": one.text
        and f"To: a sample\nSubject: {one.subject}\n\n{one.text}",
        f"sample-{one.name}.html": one.html,
    }
    return {name: text for name, text in files.items() if text}
