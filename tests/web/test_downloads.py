"""Files of messages are handed out to the two ends, undamaged or not at all, each time recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from adapters.sealed_chunks import CHUNK
from adapters.shredder import PostgresShredder
from domain.attachment import SealedFile
from domain.message import MessageHasEnded
from domain.ports import KeyKind
from domain.uploads import Files, OpenFile
from runtime.parts.sweeper import sweeper_of
from tests.fixtures.files import dicom, jpeg
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, told
from tests.web.test_uploads import upload
from web.downloads import kept_as

pytestmark = pytest.mark.usefixtures("ben")

BEN = "ben@sample-dental.example"
SCAN = dicom(length=3_000_000)
FORM = "11111111-2222-4333-8444-555555555555"


def send(ada: Visitor, *files: tuple[str, bytes], to: str = BEN) -> str:
    """Send files to Ben; return the path of the first one."""
    for name, content in files:
        upload(ada, content, name)
    ada.compose(to, subject="Your scan", form_id=FORM)
    return links(ada, first_message(ada, "/sent"))[0]


def links(visitor: Visitor, message: str) -> list[str]:
    return [str(one["href"]) for one in visitor.page(message).select("ul.attached a")]


def part(visitor: Visitor, path: str, asked: str, **headers: str) -> tuple[int, str | None, bytes]:
    answer = visitor.client.get(path, headers={"Range": asked, **headers}, buffered=True)
    return answer.status_code, answer.headers.get("Content-Range"), answer.data


@pytest.fixture
def scan(ada: Visitor) -> str:
    """The path of a scan that Ada sent to Ben."""
    return send(ada, ("CT Zaunkönig.dcm", SCAN))


def test_both_ends_take_a_file_and_each_time_is_recorded(
    house: House, ada: Visitor, ben: Visitor, scan: str
):
    before = house.head()
    answers = [ben.get(scan), ada.get(scan)]
    assert [one.data == SCAN for one in answers] == [True, True]
    assert house.since(before) == ["attachment.downloaded"] * 2


def test_a_download_is_kept_and_never_shown_in_our_origin(ben: Visitor, scan: str):
    answer = ben.get(scan)
    headers = answer.headers
    assert headers["Content-Type"] == "application/dicom"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''CT%20Zaunk%C3%B6nig.dcm" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(SCAN))
    assert headers["Accept-Ranges"] == "bytes"


def test_a_name_without_plain_letters_has_a_plain_one_beside_it(ada: Visitor, ben: Visitor):
    kept = ben.get(send(ada, ("\u65e5\u672c", SCAN[:500]))).headers["Content-Disposition"]
    assert kept == "attachment; filename=file; filename*=UTF-8''%E6%97%A5%E6%9C%AC"


def test_other_content_has_another_tag(ada: Visitor, ben: Visitor):
    send(ada, ("a.dcm", SCAN[:500]), ("b.dcm", SCAN[:501]))
    paths = links(ben, first_message(ben))
    assert len({ben.get(one).headers["ETag"] for one in paths}) == 2


def test_the_sender_sees_when_the_recipient_took_it(
    ada: Visitor, ben: Visitor, scan: str, house: House
):
    ada.get(scan)
    house.settle()
    sent = first_message(ada, "/sent")
    assert "downloaded" not in ada.page(sent).get_text()
    ben.get(scan)
    house.settle()
    assert "downloaded Mar 2, 2026, 09:00 UTC" in ada.page(sent).get_text()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=1048570-1048590", 1048570, 1048590),
        ("bytes=2999999-", 2999999, 2999999),
        ("bytes=-5", 2999995, 2999999),
        ("bytes=0-99999999", 0, 2999999),
    ],
)
def test_a_part_is_handed_out(ben: Visitor, scan: str, asked: str, first: int, last: int):
    wanted = f"bytes {first}-{last}/3000000"
    assert part(ben, scan, asked) == (206, wanted, SCAN[first : last + 1])


def test_a_part_that_is_none_is_refused_and_nothing_counts_as_taken(
    house: House, ben: Visitor, scan: str
):
    before = house.head()
    assert part(ben, scan, "bytes=3000000-") == (416, "bytes */3000000", b"")
    assert house.since(before) == []


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=x"])
def test_what_cannot_be_handed_out_in_parts_comes_whole(ben: Visitor, scan: str, asked: str):
    assert part(ben, scan, asked) == (200, None, SCAN)


def test_a_part_goes_on_what_the_client_has_of_this_very_file(ben: Visitor, scan: str):
    etag = ben.get(scan).headers["ETag"]
    same = {"If-Range": etag}
    other = {"If-Range": '"another"'}
    assert part(ben, scan, "bytes=5-6", **same)[0] == 206
    assert part(ben, scan, "bytes=5-6", **other)[0] == 200


def test_a_look_at_the_headers_hands_out_nothing(house: House, ben: Visitor, scan: str):
    before = house.head()
    answer = ben.client.head(scan, buffered=True)
    assert (answer.status_code, answer.data) == (200, b"")
    assert house.since(before) == []


def test_somebody_elses_file_answers_like_none(carla: Visitor, scan: str):
    nothing = carla.get(scan.replace(scan[-5:], "00000"))
    answer = carla.get(scan)
    assert told(answer) == told(nothing) == (404, "There is nothing here")


def test_a_file_ends_with_its_message_even_if_the_sweeper_is_late(
    house: House, ada: Visitor, ben: Visitor, scan: str
):
    house.clock.forward(days=30)
    for visitor in (ada, ben):
        visitor.sign_in(visitor.address)
        assert told(visitor.get(scan)) == (410, "This message has ended")
        assert links(visitor, first_message(visitor, "/sent" if visitor is ada else "/inbox")) == []


def test_what_has_ended_shows_not_even_its_headers(house: House, ben: Visitor, scan: str):
    house.clock.forward(days=30)
    ben.sign_in(BEN)
    before = house.head()
    assert [ben.client.open(scan, method=one).status_code for one in ("GET", "HEAD")] == [410, 410]
    assert house.since(before) == []


def test_a_file_whose_key_is_gone_has_no_name_any_more(house: House, ben: Visitor, scan: str):
    file_id = UUID(scan.rpartition("/")[2])
    PostgresShredder(house.stores.pool).shred(KeyKind.CONTENT, [file_id])
    shown = ben.page(first_message(ben)).select("ul.attached a")
    assert [one.get_text() for one in shown] == ["file"]


def test_the_sweeper_leaves_nothing_of_a_file(house: House, ben: Visitor, scan: str):
    house.clock.forward(days=30)
    sweeper_of(house.stores, house.blobs, house.clock).sweep()
    house.settle()
    ben.sign_in(BEN)
    assert told(ben.get(scan)) == (404, "There is nothing here")
    assert list(house.blobs.names()) == []
    with house.stores.pool.connection() as connection:
        [[rows]] = connection.execute("SELECT count(*) FROM attachments.file").fetchall()
    assert rows == 0


def damage(house: House) -> None:
    """Flip a bit of the last blob, on the disk."""
    last = max(house.blobs.names(), key=lambda blob: blob.name)
    path = house.blobs._root / last.name  # type: ignore[attr-defined]  # noqa: SLF001 - the thief's own way
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def test_a_damaged_file_is_not_handed_out_in_any_part_and_reported_once(
    house: House, ben: Visitor, scan: str
):
    damage(house)
    before = house.head()
    for headers in ({}, {"Range": "bytes=0-10"}):
        answer = ben.client.get(scan, headers=headers, buffered=True)
        assert told(answer) == (500, "This file is damaged")
        assert SCAN[:11] not in answer.data
    assert house.since(before) == ["attachment.found-damaged"]


@dataclass
class EndingMeanwhile:
    """Files, and what happens before one of them is looked through."""

    files: Files
    meanwhile: Callable[[], object]

    def opened(self, file: SealedFile) -> OpenFile:
        self.meanwhile()
        return self.files.opened(file)


@pytest.mark.parametrize("are_blobs_gone_first", [False, True])
def test_what_is_destroyed_while_it_is_looked_through_is_not_called_damaged(
    house: House, ben: Visitor, scan: str, *, are_blobs_gone_first: bool
):
    def meanwhile() -> None:
        house.clock.forward(days=30)
        if are_blobs_gone_first:
            house.blobs.delete([blob.name for blob in house.blobs.names()])
        else:
            sweeper_of(house.stores, house.blobs, house.clock).sweep()

    object.__setattr__(house.portal, "files", EndingMeanwhile(house.portal.files, meanwhile))
    before = house.head()
    assert told(ben.get(scan)) == (410, "This message has ended")
    assert "attachment.found-damaged" not in house.since(before)


def test_a_small_picture_is_shown_anew_and_without_its_past(ada: Visitor, ben: Visitor):
    send(ada, ("jaw.jpg", jpeg(comment=b"a secret remark")))
    picture = ben.page(first_message(ben)).select_one("ul.attached img")
    assert picture is not None
    assert str(picture["src"]).startswith("data:image/jpeg;base64,")


def test_only_the_newest_pictures_are_shown_small(
    ada: Visitor, ben: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("web.downloads.MOST_PICTURES", 1)
    send(ada, ("older.jpg", jpeg()), ("newer.jpg", jpeg()))
    lines = ben.page(first_message(ben)).select("ul.attached li")
    shown = {line.a.get_text(): line.img is not None for line in lines if line.a}
    assert shown == {"older.jpg": False, "newer.jpg": True}


def test_the_plain_name_for_old_programs_leads_to_no_other_folder():
    header = kept_as("\uff0e\uff0e\uff0f\uff02; filename=\uff02evil.pdf")
    assert header.startswith('attachment; filename="..--- filename--evil.pdf"; filename*=')


def test_a_slow_download_does_not_outlive_its_message(
    house: House, ada: Visitor, ben: Visitor, scan: str
):
    answer = ben.client.get(scan, buffered=False)
    pieces = iter(answer.response)
    assert next(pieces) == SCAN[: CHUNK // 4]
    house.portal.ending.recall(
        message_ids=[UUID(first_message(ada, "/sent").rpartition("/")[2])],
        reason="Wrong Ben.",
        by=house.portal.inviting.holder(ada.address) or UUID(int=0),
        at=house.clock(),
    )
    assert next(pieces) == SCAN[CHUNK // 4 : CHUNK // 2]
    house.clock.forward(seconds=1)
    with pytest.raises(MessageHasEnded):
        next(pieces)
    answer.close()
