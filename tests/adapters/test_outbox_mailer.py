"""The outbox: one file a notice, whatever happens."""

import base64
import errno
import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from adapters.outbox_mailer import OutboxMailer, OutboxPicture
from notifiers.carrier import AnswerWasLost, CarrierIsDown, TryAgain
from notifiers.mailer import Mail, Picture
from tests.contracts.mailer import (
    FIRST,
    SECOND,
    TO_CARLA,
    MailerContract,
)

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUSE = Path(__file__).parents[2]


def at_noon() -> datetime:
    return NOON


def picture_of(kept: OutboxPicture) -> Picture:
    return Picture(kept.content_id, kept.media_type, base64.b64decode(kept.content, validate=True))


class OutboxLine:
    """The folder is its own far end; the file system fails where the file gets its name."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch):
        self.mailer = OutboxMailer(folder, at_noon)
        self._patch = patch

    def arrived(self) -> list[Mail]:
        return [
            Mail(
                UUID(e.notice_id), e.to, e.to_name, e.subject, e.text, e.html,
                e.stop_link or None, tuple(picture_of(picture) for picture in e.pictures),
            )
            for e in self.mailer.mails()
        ]  # fmt: skip

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


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OutboxLine:
    return OutboxLine(tmp_path / "outbox", monkeypatch)


@pytest.fixture
def outbox(tmp_path: Path) -> OutboxMailer:
    return OutboxMailer(tmp_path / "outbox", at_noon)


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file of this process may grow: a write fails as on a full disk (with EFBIG)."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


SENDER = """
import os, sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from adapters.outbox_mailer import OutboxMailer
from notifiers.mailer import Mail, Picture
crash, link = sys.argv[3], os.link
def crash_at_link(*names):
    if crash == "after":
        link(*names)
    os._exit(9)
if crash:
    os.link = crash_at_link
print("ready", flush=True)
sys.stdin.readline()
mail = Mail(uuid.UUID(sys.argv[2]), "carla@example.net", sys.argv[4], "S", "T", "H")
outbox = OutboxMailer(Path(sys.argv[1]), lambda: datetime(2026, 11, 2, tzinfo=UTC))
print(outbox.send(mail), flush=True)
"""


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def another_process(folder: Path, *, crash: str = "", name: str = "") -> subprocess.Popen[str]:
    """Start a process that is about to send the first notice; a line on its input lets it."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter and the lines above
        [sys.executable, "-c", SENDER, str(folder), str(FIRST), crash, name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOUSE,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


class TestOutboxMailer(MailerContract):
    pass


def test_a_file_holds_the_whole_mail_and_when_it_was_sent(outbox: OutboxMailer):
    name = outbox.send(TO_CARLA)
    assert json.loads((outbox.folder / name).read_text()) == {
        "notice_id": str(FIRST),
        "to": "carla@example.net",
        "to_name": "Carla Weiss",
        "subject": TO_CARLA.subject,
        "text": TO_CARLA.text,
        "html": TO_CARLA.html,
        "sent_at": "2026-11-02T12:00:00.000000+00:00",
        "reply_to": "",
        "stop_link": "",
        "pictures": [],
    }


def test_a_file_holds_pictures_the_way_to_stop_and_where_answers_go(tmp_path: Path):
    outbox = OutboxMailer(tmp_path, at_noon, reply_to="help@securemail.example")
    name = outbox.send(
        replace(
            TO_CARLA,
            stop_link="https://mail.example.org/stop",
            pictures=(Picture("logo@securemail.example", "image/png", b"\x89PNG"),),
        )
    )
    kept = json.loads((tmp_path / name).read_text())
    assert (kept["reply_to"], kept["stop_link"], kept["pictures"]) == (
        "help@securemail.example",
        "https://mail.example.org/stop",
        [
            {
                "content_id": "logo@securemail.example",
                "media_type": "image/png",
                "content": "iVBORw==",
            }
        ],
    )


def test_an_outbox_calls_itself_outbox(outbox: OutboxMailer):
    assert outbox.carrier == "outbox"


def test_only_the_owner_reads_the_files_and_the_folder(outbox: OutboxMailer):
    name = outbox.send(TO_CARLA)
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((outbox.folder / name).stat().st_mode) == 0o600


def test_the_newest_mail_comes_first_whatever_the_names_of_the_files(tmp_path: Path):
    east = timezone(timedelta(hours=9))
    OutboxMailer(tmp_path, lambda: NOON).send(replace(TO_CARLA, notice_id=SECOND))
    OutboxMailer(tmp_path, lambda: (NOON + timedelta(microseconds=1)).astimezone(east)).send(
        TO_CARLA
    )
    mails = OutboxMailer(tmp_path, at_noon).mails()
    assert [mail.notice_id for mail in mails] == [str(FIRST), str(SECOND)]
    assert mails[0].sent_at == "2026-11-02T12:00:00.000001+00:00"


def test_an_outbox_that_nobody_wrote_to_is_empty(outbox: OutboxMailer):
    assert outbox.mails() == []


def test_sending_a_notice_twice_leaves_the_first_file_alone(tmp_path: Path):
    first = OutboxMailer(tmp_path, lambda: NOON).send(TO_CARLA)
    second = OutboxMailer(tmp_path, lambda: NOON + timedelta(days=1)).send(TO_CARLA)
    assert first == second
    assert names_in(tmp_path) == [first]
    [mail] = OutboxMailer(tmp_path, at_noon).mails()
    assert mail.sent_at.startswith("2026-11-02")


def test_what_failed_but_happened_is_there_once_after_the_repetition(line: OutboxLine):
    line.fail_next_after_acting()
    with pytest.raises(CarrierIsDown) as failure:
        line.mailer.send(TO_CARLA)
    assert not isinstance(failure.value, AnswerWasLost)
    line.mailer.send(TO_CARLA)
    assert len(line.arrived()) == 1


@pytest.mark.parametrize(("crash", "shown"), [("before", 0), ("after", 1)])
def test_a_crash_leaves_nothing_half_done_and_the_repetition_one_mail(
    outbox: OutboxMailer, crash: str, shown: int
):
    process = another_process(outbox.folder, crash=crash)
    process.communicate("go\n")
    assert process.returncode == 9
    assert len(outbox.mails()) == shown
    assert list(outbox.folder.glob(".draft-*"))
    outbox.send(TO_CARLA)
    assert len(outbox.mails()) == 1


def test_processes_that_send_the_same_notice_at_once_leave_one_mail(outbox: OutboxMailer):
    processes = [another_process(outbox.folder, name=name) for name in ("Ada", "Ben", "Carla")]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    references = {process.communicate()[0] for process in processes}
    assert references == {f"{FIRST}.json\n"}
    assert names_in(outbox.folder) == [f"{FIRST}.json"]
    [mail] = outbox.mails()
    assert mail.to_name in {"Ada", "Ben", "Carla"}


def test_a_full_disk_is_tried_again_and_leaves_nothing(outbox: OutboxMailer):
    with a_full_disk(), pytest.raises(CarrierIsDown, match="File too large"):
        outbox.send(TO_CARLA)
    assert names_in(outbox.folder) == []


def test_a_full_disk_does_not_matter_to_a_notice_that_is_there(outbox: OutboxMailer):
    reference = outbox.send(TO_CARLA)
    with a_full_disk():
        assert outbox.send(TO_CARLA) == reference


@pytest.mark.parametrize(("unconfirmed", "shown"), [(stat.S_ISREG, 0), (stat.S_ISDIR, 1)])
def test_what_the_disk_did_not_confirm_is_not_confirmed(
    outbox: OutboxMailer, monkeypatch: pytest.MonkeyPatch, unconfirmed: Callable[[int], bool], shown
):
    def fsync(descriptor: int) -> None:
        if unconfirmed(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(TryAgain, match="Input/output error"):
        outbox.send(TO_CARLA)
    assert len(outbox.mails()) == shown


def test_a_folder_that_cannot_be_made_is_tried_again(tmp_path: Path):
    (tmp_path / "outbox").write_text("a file stands in the way")
    with pytest.raises(TryAgain, match="outbox cannot be written"):
        OutboxMailer(tmp_path / "outbox", at_noon).send(TO_CARLA)
