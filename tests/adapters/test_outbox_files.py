"""What the outbox shows of the files in its folder: whole mails of ours, and nothing else."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.outbox_mailer import OutboxEntry, OutboxMailer
from tests.contracts.mailer import FIRST, SECOND, TO_CARLA

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
OURS = asdict(OutboxEntry(str(SECOND), "ben@example.net", "Ben", "S", "T", "H", NOON.isoformat()))

FOREIGN = {
    "half a file": json.dumps(OURS)[:50],
    "an empty file": "",
    "no JSON": "Dear Carla",
    "a list": "[1]",
    "a number": "5",
    "deep nesting": "[" * 100_000,
    "a missing field": json.dumps({k: v for k, v in OURS.items() if k != "html"}),
    "one field more": json.dumps({**OURS, "cc": "x"}),
    "a number as subject": json.dumps({**OURS, "subject": 5}),
    "a list as name": json.dumps({**OURS, "to_name": []}),
    "no time": json.dumps({**OURS, "sent_at": "yesterday"}),
    "null as time": json.dumps({**OURS, "sent_at": None}),
    "a number as picture": json.dumps({**OURS, "pictures": [5]}),
    "half a picture": json.dumps({**OURS, "pictures": [{"content_id": "x"}]}),
    "a picture of numbers": json.dumps(
        {**OURS, "pictures": [{"content_id": 1, "media_type": 2, "content": 3}]}
    ),
    "another notice's mail": json.dumps({**OURS, "notice_id": str(FIRST)}),
    "bytes that are no text": "\udcff\udcfe",
}


@pytest.fixture
def outbox(tmp_path: Path) -> OutboxMailer:
    return OutboxMailer(tmp_path / "outbox", lambda: NOON)


def test_a_file_from_before_there_were_pictures_is_still_shown(outbox: OutboxMailer):
    outbox.folder.mkdir()
    old = {name: OURS[name] for name in list(OURS)[:7]}
    (outbox.folder / f"{SECOND}.json").write_text(json.dumps(old))
    assert outbox.mails() == [OutboxEntry(**old)]


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_that_is_no_whole_mail_is_passed_over(outbox: OutboxMailer, content: str):
    outbox.send(TO_CARLA)
    (outbox.folder / f"{SECOND}.json").write_bytes(content.encode(errors="surrogateescape"))
    assert [mail.notice_id for mail in outbox.mails()] == [str(FIRST)]


def test_a_whole_mail_under_its_name_is_shown_whoever_wrote_it(outbox: OutboxMailer):
    outbox.send(TO_CARLA)
    (outbox.folder / f"{SECOND}.json").write_text(json.dumps(OURS))
    assert {mail.notice_id for mail in outbox.mails()} == {str(FIRST), str(SECOND)}


def test_folders_pipes_and_broken_links_are_passed_over(outbox: OutboxMailer):
    outbox.send(TO_CARLA)
    (outbox.folder / "folder.json").mkdir()
    os.mkfifo(outbox.folder / "pipe.json")
    (outbox.folder / "link.json").symlink_to("nowhere")
    (outbox.folder / "notes.txt").write_text("remember the milk")
    assert [mail.notice_id for mail in outbox.mails()] == [str(FIRST)]
