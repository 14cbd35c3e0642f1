"""The outbox of texts: one file a notice, beside the mails; and the double, under one contract."""

import errno
import json
import os
import stat
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from adapters.outbox_mailer import OutboxMailer
from adapters.outbox_texter import OutboxText, OutboxTexter
from notifiers.carrier import CarrierIsDown, TryAgain
from tests.contracts.mailer import TO_CARLA as MAIL
from tests.contracts.texter import (
    CALL_CARLA,
    FIRST,
    SECOND,
    TO_CARLA,
    Arrived,
    RefusingTexterContract,
    TexterContract,
    arrived,
    letters,
)
from tests.doubles.texter import MemoryTexter

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def at_noon() -> datetime:
    return NOON


class OutboxLine:
    """The folder is its own far end; the file system fails where the file gets its name."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch):
        self.texter = OutboxTexter(folder, at_noon)
        self._patch = patch

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(e.kind, e.to, e.words if e.kind == "text" else letters(e.words))
            for e in self.texter.texts()
        ]

    def fail_next(self) -> None:
        self._fail_linking_once(lambda _source, _target: None, errno.ENOSPC)

    def fail_next_after_acting(self) -> None:
        self._fail_linking_once(os.link, errno.EIO)

    def _fail_linking_once(self, act: Callable[[str, Path], None], reason: int) -> None:
        link = os.link

        def fail(source: str, target: Path) -> None:
            act(source, target)
            self._patch.setattr(os, "link", link)
            raise OSError(reason, os.strerror(reason), str(target))

        self._patch.setattr(os, "link", fail)


class TestOutboxTexter(TexterContract):
    @pytest.fixture
    def line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OutboxLine:
        return OutboxLine(tmp_path / "outbox", monkeypatch)


class MemoryLine(MemoryTexter):
    """The double is its own far end."""

    refused_phone = "+12025550199"

    @property
    def texter(self) -> "MemoryLine":
        return self

    def arrived(self) -> list[Arrived]:
        return [arrived(notice) for notice in self.sent]


class TestMemoryTexter(RefusingTexterContract):
    @pytest.fixture
    def line(self) -> MemoryLine:
        double = MemoryLine()
        double.refuse(MemoryLine.refused_phone)
        return double


@pytest.fixture
def outbox(tmp_path: Path) -> OutboxTexter:
    return OutboxTexter(tmp_path / "outbox", at_noon)


def test_the_double_fails_as_often_as_it_is_told():
    double = MemoryTexter()
    double.fail_next(2)
    for _ in range(2):
        with pytest.raises(CarrierIsDown):
            double.text(TO_CARLA)
    assert double.text(TO_CARLA)


def test_a_file_holds_the_whole_text_and_when_it_was_sent(outbox: OutboxTexter):
    name = outbox.text(TO_CARLA)
    assert outbox.carrier == "outbox"
    assert json.loads((outbox.folder / name).read_text()) == {
        "notice_id": str(FIRST),
        "kind": "text",
        "to": TO_CARLA.to_phone,
        "words": TO_CARLA.words,
        "at": "2026-11-02T12:00:00.000000+00:00",
    }


def test_only_the_owner_reads_the_files_and_the_folder(outbox: OutboxTexter):
    name = outbox.call(CALL_CARLA)
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((outbox.folder / name).stat().st_mode) == 0o600


def test_the_newest_comes_first_whether_text_or_call(tmp_path: Path):
    east = timezone(timedelta(hours=9))
    later = (NOON + timedelta(microseconds=1)).astimezone(east)
    OutboxTexter(tmp_path, lambda: later).call(CALL_CARLA)
    OutboxTexter(tmp_path, lambda: NOON).text(replace(TO_CARLA, notice_id=SECOND))
    assert [(e.kind, e.at[-15:]) for e in OutboxTexter(tmp_path, at_noon).texts()] == [
        ("call", ":00.000001+00:00"[-15:]),
        ("text", ":00.000000+00:00"[-15:]),
    ]


def test_an_outbox_that_nobody_wrote_to_is_empty(outbox: OutboxTexter):
    assert outbox.texts() == []


def test_mails_and_texts_lie_in_one_folder_and_are_told_apart(outbox: OutboxTexter):
    mails = OutboxMailer(outbox.folder, at_noon)
    mails.send(MAIL)
    outbox.text(TO_CARLA)
    assert [mail.notice_id for mail in mails.mails()] == [str(MAIL.notice_id)]
    assert [text.notice_id for text in outbox.texts()] == [str(FIRST)]


def test_sending_a_notice_twice_leaves_the_first_file_alone(tmp_path: Path):
    first = OutboxTexter(tmp_path, lambda: NOON).text(TO_CARLA)
    again = replace(TO_CARLA, words="other words")
    assert OutboxTexter(tmp_path, lambda: NOON + timedelta(days=1)).text(again) == first
    [text] = OutboxTexter(tmp_path, at_noon).texts()
    assert (text.words, text.at[:10]) == (TO_CARLA.words, "2026-11-02")
    assert [path.name for path in tmp_path.iterdir()] == [first]


def test_a_crash_while_writing_shows_nothing_half_done(
    outbox: OutboxTexter, monkeypatch: pytest.MonkeyPatch
):
    seen: list[list[OutboxText]] = []

    def look(_descriptor: int) -> None:
        seen.append(outbox.texts())

    monkeypatch.setattr(os, "fsync", look)
    outbox.text(TO_CARLA)
    assert [len(texts) for texts in seen] == [0, 1]


def test_of_two_that_write_the_same_notice_at_once_the_first_stays(
    outbox: OutboxTexter, monkeypatch: pytest.MonkeyPatch
):
    def another_is_faster(_descriptor: int) -> None:
        monkeypatch.undo()
        OutboxTexter(outbox.folder, at_noon).text(replace(TO_CARLA, words="the first"))

    monkeypatch.setattr(os, "fsync", another_is_faster)
    assert outbox.text(TO_CARLA) == f"{FIRST}.text"
    assert [text.words for text in outbox.texts()] == ["the first"]


@pytest.mark.parametrize(("unconfirmed", "shown"), [(stat.S_ISREG, 0), (stat.S_ISDIR, 1)])
def test_what_the_disk_did_not_confirm_is_not_confirmed(
    outbox: OutboxTexter, monkeypatch: pytest.MonkeyPatch, unconfirmed: Callable[[int], bool], shown
):
    def fsync(descriptor: int) -> None:
        if unconfirmed(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(TryAgain, match="Input/output error"):
        outbox.text(TO_CARLA)
    assert len(outbox.texts()) == shown


def test_a_folder_that_cannot_be_made_is_tried_again(tmp_path: Path):
    (tmp_path / "outbox").write_text("a file stands in the way")
    with pytest.raises(TryAgain, match="outbox cannot be written"):
        OutboxTexter(tmp_path / "outbox", at_noon).text(TO_CARLA)


OURS = asdict(OutboxText(str(SECOND), "text", "+12025550123", "W", NOON.isoformat()))

FOREIGN = {
    "half a file": json.dumps(OURS)[:50],
    "an empty file": "",
    "no JSON": "Dear Carla",
    "a list": "[1]",
    "a number": "5",
    "deep nesting": "[" * 100_000,
    "a missing field": json.dumps({k: v for k, v in OURS.items() if k != "words"}),
    "one field more": json.dumps({**OURS, "from": "x"}),
    "a number as words": json.dumps({**OURS, "words": 5}),
    "no time": json.dumps({**OURS, "at": "yesterday"}),
    "null as time": json.dumps({**OURS, "at": None}),
    "another kind": json.dumps({**OURS, "kind": "call"}),
    "another notice's text": json.dumps({**OURS, "notice_id": str(FIRST)}),
    "bytes that are no text": "\udcff\udcfe",
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_that_is_no_whole_text_is_passed_over(outbox: OutboxTexter, content: str):
    outbox.text(TO_CARLA)
    (outbox.folder / f"{SECOND}.text").write_bytes(content.encode(errors="surrogateescape"))
    assert [text.notice_id for text in outbox.texts()] == [str(FIRST)]


def test_a_whole_text_under_its_name_is_shown_whoever_wrote_it(outbox: OutboxTexter):
    outbox.text(TO_CARLA)
    (outbox.folder / f"{SECOND}.text").write_text(json.dumps(OURS))
    assert {text.notice_id for text in outbox.texts()} == {str(FIRST), str(SECOND)}


def test_folders_pipes_and_broken_links_are_passed_over(outbox: OutboxTexter):
    outbox.text(TO_CARLA)
    (outbox.folder / "folder.text").mkdir()
    os.mkfifo(outbox.folder / "pipe.call")
    (outbox.folder / "link.text").symlink_to("nowhere")
    (outbox.folder / "notes.txt").write_text("remember the milk")
    assert [text.notice_id for text in outbox.texts()] == [str(FIRST)]
