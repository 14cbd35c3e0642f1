"""The table of contents is read as its format says, once and within bounds."""

import struct
import tracemalloc
from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest

from adapters.archives import look
from adapters.zip_directory import MOST_ENTRIES
from domain.file_kind import ArchiveIsABomb, ArchiveIsDamaged, FileKind, FileKindIsUnknown
from tests.fixtures import files
from tests.fixtures.zip_archives import FULL, LOCAL, ONE_FILE, Stated, made, made_64


def seen(content: bytes) -> FileKind:
    return look(BytesIO(content), len(content))


def test_an_archive_of_a_hundred_thousand_files_is_refused_without_reading_them() -> None:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for number in range(100_000):
            archive.writestr(ZipInfo(str(number)), b"")
    with pytest.raises(ArchiveIsABomb):
        seen(written.getvalue())


def test_as_many_files_as_are_allowed_are_fine() -> None:
    fine = files.archive({str(number): b"" for number in range(MOST_ENTRIES)})
    assert seen(fine) is FileKind.ZIP
    with pytest.raises(ArchiveIsABomb):
        seen(files.archive({str(number): b"" for number in range(MOST_ENTRIES + 1)}))


def test_an_archive_that_states_fewer_files_than_it_lists_is_damaged() -> None:
    entries = [Stated(str(number).encode(), begins=50 * number) for number in range(50_000)]
    body = LOCAL + bytes(50 * 50_000)
    with pytest.raises(ArchiveIsDamaged):
        seen(made(*entries, body=body, here=1, count=1))


def test_a_large_table_of_contents_is_refused_before_it_is_read() -> None:
    content = made(*[Stated(b"n" * 60_000, begins=60_100 * n) for n in range(100)], body=LOCAL * 10)
    tracemalloc.start()
    with pytest.raises(ArchiveIsABomb):
        seen(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000 + len(content) // 100


def test_numbers_of_64_bits_are_understood() -> None:
    large = struct.pack("<HHQQQ", 1, 24, 3, 3, 0)
    entry = Stated(size=FULL, packed=FULL, begins=FULL, extra=large)
    assert seen(made(entry)) is FileKind.ZIP
    assert seen(made_64(entry)) is FileKind.ZIP
    written = BytesIO()
    with ZipFile(written, "w") as archive, archive.open("scan", "w", force_zip64=True) as scan:
        scan.write(b"abc")
    assert seen(written.getvalue()) is FileKind.ZIP


def test_a_bomb_in_64_bits_is_refused() -> None:
    large = struct.pack("<HHQ", 1, 8, 1 << 62)
    with pytest.raises(ArchiveIsABomb):
        seen(made_64(Stated(size=FULL, extra=large)))
    with pytest.raises(ArchiveIsABomb):
        seen(made_64(Stated(), here=1 << 60, count=1 << 60))


@pytest.mark.parametrize("size", [0, 21, 50, 100, 150])
def test_a_truncated_archive_is_damaged(size: int) -> None:
    whole = files.archive({"letter.pdf": files.pdf()})
    with pytest.raises((ArchiveIsDamaged, FileKindIsUnknown)):
        seen(whole[:size])
    with pytest.raises(ArchiveIsDamaged):
        seen(whole[:-1])


DAMAGED = {
    "nothing listed": made(),
    "two archives": made(Stated()) + made(Stated()),
    "bytes behind the end": made(Stated()) + b"\0",
    "bytes before the table": made(Stated(), begins=len(ONE_FILE) - 1),
    "table outside": made(Stated(), begins=1 << 30),
    "table too short": made(Stated(), size=20, begins=len(ONE_FILE) + 31),
    "the second of several disks": made(Stated(), disk=1),
    "a table on the second disk": made(Stated(), first=1),
    "an entry on the second disk": made(Stated(disk=1)),
    "another signature in the table": made(Stated()).replace(b"PK\x01\x02", b"PK\x01\x03"),
    "a longer name in the table": made(Stated()).replace(b"\x05\0\0\0", b"\x06\0\0\0"),
    "a part of it here": made(Stated(), here=0),
    "a longer comment": made(Stated(), comment=3),
    "entry behind the table": made(Stated(begins=1 << 20)),
    "content behind the table": made(Stated(packed=4)),
    "masked": made(Stated(flags=0x2000)),
    "name is not UTF-8": made(Stated(b"\xff", flags=0x800)),
    "name with a zero": made(Stated(b"a.exe\0.txt")),
    "no name": made(Stated(b"")),
    "out of the folder": made(Stated(b"../a")),
    "out of the folder in Windows": made(Stated(b"x\\..\\a")),
    "from the root": made(Stated(b"/a")),
    "from the drive": made(Stated(b"C:a")),
    "extra field cut off": made(Stated(extra=b"\x01\0\x08\0abc")),
    "extra field twice": made(Stated(extra=b"\x09\0\0\0" * 2)),
    "no large number": made(Stated(size=FULL)),
    "large record elsewhere": made_64(Stated(), place=0),
    "large record beyond": made_64(Stated(), place=1 << 62),
    "large record of another size": made_64(Stated(), size=45),
    "large record of several": made_64(Stated(), disks=2),
    "large record of the second disk": made_64(Stated(), disk=1),
    "large table on the second disk": made_64(Stated(), first=1),
    "large record on the second disk": made_64(Stated()).replace(b"PK\x06\x07\0", b"PK\x06\x07\1"),
    "large record without signature": made_64(Stated()).replace(b"PK\x06\x06", b"PK\x06\x05"),
    "large record counts otherwise": made_64(Stated(), here=2),
    "large table elsewhere": made_64(Stated(), begins=0),
    "open document without its beginning": made(
        Stated(b"mimetype"), body=b"PK\x03\x04" + bytes(60)
    ).replace(b"\0\0\0\0mimetype", b"\x02\0\0\0mimetype"),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_can_be_read_in_two_ways_is_damaged(content: bytes) -> None:
    with pytest.raises(ArchiveIsDamaged):
        seen(content)


def test_the_two_records_of_the_end_must_agree() -> None:
    content = made_64(Stated())
    old = content[-22:]
    assert seen(content) is FileKind.ZIP
    with pytest.raises(ArchiveIsDamaged):
        seen(content[:-22] + old.replace(b"\xff\xff\xff\xff", b"\x07\0\0\0", 1))
