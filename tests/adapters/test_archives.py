"""Archives are judged by their table of contents, and what would harm its reader is refused."""

import struct
import zlib
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.archives import LOOKED_INTO, look
from domain.file_kind import (
    HEAD_BYTES,
    ArchiveIsABomb,
    FileIsAProgram,
    FileKind,
    FileKindIsUnknown,
    kind_of,
)
from domain.refusal import Refusal
from tests.domain.properties import tried
from tests.fixtures import files
from tests.fixtures.compound_files import compound
from tests.fixtures.zip_archives import LOCAL, ONE_FILE, Stated, made


def seen(content: bytes) -> FileKind:
    return look(BytesIO(content), len(content))


CONTAINERS = {
    kind: content
    for kind, content in files.good_files().items()
    if kind_of(content[:HEAD_BYTES], len(content)) in LOOKED_INTO
}


@pytest.mark.parametrize(("kind", "content"), CONTAINERS.items())
def test_what_is_inside_tells_the_kind(kind: FileKind, content: bytes) -> None:
    assert seen(content) is kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.office("word/document2.xml"), FileKind.WORD),
        (files.office("xl/workbook.bin"), FileKind.EXCEL),
        (files.office("visio/document.xml"), FileKind.ZIP),
        (files.archive({"word/document.xml": b"x"}), FileKind.ZIP),
        (files.archive({"mimetype": b"application/epub+zip"}), FileKind.ZIP),
        (files.archive({"mimetype": b"x" * 101}), FileKind.ZIP),
        (files.archive({"a": b"", "mimetype": FileKind.TEXT.media_type.encode()}), FileKind.ZIP),
        (made(Stated(b"mimetype", size=1000), body=LOCAL + bytes(60)), FileKind.ZIP),
        (compound("Workbook", "Book"), FileKind.OLDER_EXCEL),
        (compound("WordDocument", inside=("Workbook",)), FileKind.OLDER_WORD),
        (compound("WORDDOCUMENT", *(f"Stream {n}" for n in range(50))), FileKind.OLDER_WORD),
    ],
)
def test_a_kind_is_told_by_the_parts_that_it_must_have(content: bytes, kind: FileKind) -> None:
    assert seen(content) is kind


def test_only_a_media_type_that_is_not_packed_counts() -> None:
    content = files.open_document(FileKind.TEXT)
    table = content.index(b"PK\x01\x02")
    packed = content[: table + 10] + b"\x08" + content[table + 11 :]
    assert (seen(content), seen(packed)) == (FileKind.TEXT, FileKind.ZIP)


def test_a_file_that_claims_two_office_programs_is_a_plain_archive() -> None:
    both = files.office("word/document.xml", **{"xl/workbook.xml": b"x"})
    assert seen(both) is FileKind.ZIP


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_at_all_is_unknown(content: bytes) -> None:
    with pytest.raises(FileKindIsUnknown):
        seen(content)


@pytest.mark.parametrize(
    "name",
    [
        "viewer.exe",
        "VIEWER.EXE",
        "folder/setup.msi",
        "scan.pdf.js",
        "scan.exe.",
        "scan.exe ",
        "scan.exe::$DATA",
        "folder\\run.bat",
        "letter.docm",
        "Viewer.app/Contents/MacOS/viewer",
        "scan\u202efdp.scr",
        "disk.iso",
        "page.html",
        "drawing.svg",
    ],
)
def test_an_archive_with_a_program_is_refused(name: str) -> None:
    with pytest.raises(FileIsAProgram):
        seen(made(Stated(name.encode(), flags=0x800), body=LOCAL + bytes(100)))


def test_a_program_behind_a_second_name_is_refused() -> None:
    second = b"\x01" + struct.pack("<I", zlib.crc32(b"a.txt")) + b"a.exe"
    extra = struct.pack("<HH", 0x7075, len(second)) + second
    with pytest.raises(FileIsAProgram):
        seen(made(Stated(extra=extra)))


@pytest.mark.parametrize(
    "content",
    [
        files.office("word/document.xml", **{"word/vbaProject.bin": b"x"}),
        files.office("xl/workbook.xml", **{"xl/macrosheets/sheet1.xml": b"x"}),
        files.office("xl/workbook.xml", **{"xl/activeX/activeX1.bin": b"x"}),
        files.office("visio/document.xml", **{"visio/vbaProject.bin": b"x"}),
        files.open_document(FileKind.TEXT, **{"Basic/Standard/Module1.xml": b"x"}),
        files.open_document(FileKind.TEXT, **{"Scripts/python/a": b"x"}),
        compound("WordDocument", "Macros"),
        compound("Workbook", "_VBA_PROJECT_CUR"),
        compound("WordDocument", inside=("VBA",)),
        compound("WordDocument", inside=("\x01Ole10Native",)),
    ],
)
def test_macros_and_packed_programs_are_refused(content: bytes) -> None:
    with pytest.raises(FileIsAProgram):
        seen(content)


def test_a_drawing_in_an_office_file_is_fine() -> None:
    drawing = {"word/media/image1.svg": b"<svg/>"}
    assert seen(files.office("word/document.xml", **drawing)) is FileKind.WORD


def test_an_archive_that_grows_a_thousand_times_is_refused() -> None:
    with pytest.raises(ArchiveIsABomb):
        seen(files.archive({"zeros": bytes(150_000_000)}))


@pytest.mark.parametrize(("size", "fine"), [(100_000_000, True), (100_000_001, False)])
def test_a_small_archive_may_grow_to_a_hundred_megabytes(size: int, *, fine: bool) -> None:
    try:
        verdict = seen(made(Stated(size=size))) is FileKind.ZIP
    except ArchiveIsABomb:
        verdict = False
    assert verdict is fine


def test_an_archive_may_grow_two_hundred_times_but_never_beyond_ten_gigabytes() -> None:
    body = ONE_FILE.ljust(5_000_000, b"\0")
    first = Stated(size=1_000_000_000)
    assert seen(made(first, body=body)) is FileKind.ZIP
    with pytest.raises(ArchiveIsABomb):
        seen(made(replace(first, size=1_001_000_000), body=body))
    with pytest.raises(ArchiveIsABomb):
        seen(made(replace(first, size=4_000_000_000), body=body))


def test_more_than_ten_gigabytes_are_refused_however_long_the_archive() -> None:
    body = ONE_FILE.ljust(60_000_000, b"\0")
    entries = [Stated(size=3_400_000_000, begins=1000 * number) for number in range(3)]
    with pytest.raises(ArchiveIsABomb):
        seen(made(*entries, body=body))
    assert seen(made(*entries[:2], body=body)) is FileKind.ZIP


def test_entries_that_share_their_bytes_are_refused() -> None:
    with pytest.raises(ArchiveIsABomb):
        seen(made(Stated(), Stated(b"b.txt")))
    body = ONE_FILE * 2
    apart, overlapping = Stated(b"b.txt", begins=len(ONE_FILE)), Stated(b"b.txt", begins=20)
    assert seen(made(apart, Stated(), body=body)) is FileKind.ZIP
    with pytest.raises(ArchiveIsABomb):
        seen(made(overlapping, Stated(), body=body))


def test_archives_in_an_archive_are_not_looked_into() -> None:
    inner = files.archive({"zeros": bytes(10_000_000)})
    outer = files.archive({f"{number}.zip": inner for number in range(16)})
    assert seen(outer) is FileKind.ZIP


@tried
@given(
    kind=st.sampled_from(sorted(CONTAINERS)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
)
def test_any_change_of_an_archive_leaves_a_kind_or_a_refusal(
    kind: FileKind, changes: list[tuple[float, int]]
) -> None:
    content = bytearray(CONTAINERS[kind])
    for place, value in changes:
        content[int(place * len(content))] = value
    try:
        outcome: object = seen(bytes(content))
    except Refusal as refusal:
        outcome = refusal
    assert isinstance(outcome, FileKind | Refusal)


@pytest.mark.parametrize("packing", [ZIP_STORED, ZIP_DEFLATED])
def test_nothing_is_unpacked(packing: int) -> None:
    content = files.archive({"letter.pdf": files.pdf()}, packing=packing)
    spoiled = content[:40] + b"\xff" * 20 + content[60:]
    assert seen(spoiled) is FileKind.ZIP
