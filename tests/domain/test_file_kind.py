"""Files are what they begin with, and what could run is refused whatever it is called."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.file_kind import (
    HEAD_BYTES,
    FileIsAProgram,
    FileIsEmpty,
    FileKind,
    FileKindIsUnknown,
    kind_of,
)
from domain.refusal import Refusal
from tests.domain.properties import tried
from tests.fixtures import files

DIRECTLY_KNOWN = (
    (FileKind.DICOM, files.dicom()),
    (FileKind.STL, files.stl()),
    (FileKind.STL, files.stl(header=b"solid, as some programs write although it is binary")),
    (FileKind.STL, files.stl(1)),
    (FileKind.STL, files.stl_text()),
    (FileKind.STL, files.stl_text("Zahn \N{LATIN SMALL LETTER O WITH DIAERESIS}")),
    (FileKind.STL, files.stl_text().replace(b"\n", b"\r\n")),
    (FileKind.PLY, files.ply()),
    (FileKind.PLY, files.ply("binary_little_endian").replace(b"\n", b"\r\n")),
    (FileKind.PLY, files.ply().replace(b"ply\n", b"ply\ncomment first\n")),
    (FileKind.PDF, files.pdf()),
    (FileKind.JPEG, files.jpeg()),
    (FileKind.JPEG, b"\xff\xd8\xff\xe1" + bytes(60)),
    (FileKind.JPEG, b"\xff\xd8\xff\xc0" + bytes(60)),
    (FileKind.JPEG, b"\xff\xd8\xff\xfe" + bytes(60)),
    (FileKind.PNG, files.png()),
    (FileKind.HEIC, files.heic()),
    (FileKind.HEIC, files.heic().replace(b"ftypheic", b"ftypmif1")),
    (FileKind.HEIC, b"\0\0\0\x10ftypheic\0\0\0\0"),
    (FileKind.TIFF, files.tiff()),
    (FileKind.TIFF, b"MM\0*\0\0\0\x08" + bytes(60)),
    (FileKind.TIFF, files.tiff(big_tiff=True)),
    (FileKind.TIFF, b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10" + bytes(60)),
    (FileKind.ZIP, files.archive({"letter.pdf": files.pdf()})),
)

PROGRAMS = (
    b"MZ\x90\0\x03",
    b"\x7fELF\x02\x01\x01",
    b"\xcf\xfa\xed\xfe\x07\0\0\x01",
    b"\xca\xfe\xba\xbe\0\0\0\x34",
    b"\0asm\x01\0\0\0",
    b"dex\n035\0",
    b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0",
    b"#!/bin/sh\nrm -rf /",
    b"\xef\xbb\xbf#!/bin/sh",
    b"<!DOCTYPE html><title>x</title>",
    b"\n\n  <HTML>",
    b"\xff\xfe" + "<html>".encode("utf-16-le"),
    b"\xfe\xff" + "<script>".encode("utf-16-be"),
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">',
    b'<?xml version="1.0"?>\n<a><script>alert(1)</script></a>',
    b"<!-- nothing --><script src=x>",
    b"<?php phpinfo();",
    b"<hta:application>",
    b"@echo off\r\ndel *.*",
    b"REM a batch file\r\n",
    b"powershell -enc aa",
    b"[InternetShortcut]\r\nURL=file://x",
    b"Windows Registry Editor Version 5.00",
    b'"use strict"; require("x")',
    b"function go() {}",
    b"document.write('x')",
    b"WScript.Echo 1",
)

NOT_WANTED = (
    b"\0",
    b"Dear colleague,\nthe crown is ready.",
    b"{\\rtf1\\ansi Dear colleague}",
    b'<?xml version="1.0"?><ClinicalDocument/>',
    b"GIF89a" + bytes(20),
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"Rar!\x1a\x07\x01\0",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08\0",
    b"%PDF",
    b"%PDF-x.y",
    b"\xff\xd8\xff",
    b"\xff\xd8\xff\xbf" + bytes(60),
    b"\xff\xd9\xff\xe0" + bytes(60),
    b"\0\0\0\x18fxypheic\0\0\0\0mif1heic",
    b"\0\0\0\x0cftypheic",
    b"II*\0\x0c\0\0\0" + bytes(4),
    b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x20" + bytes(16),
    b"a jaw\n facet normal 0 0 1\n",
    b"\xff\xd8\xff\xff\xff\xff",
    files.PNG_SIGNATURE + b"\0\0\0\x0dIDAT",
    b"PK\x05\x06" + bytes(18),
    b"PK\x07\x08PK\x03\x04",
    files.heic().replace(b"heic", b"avif"),
    b"\0\0\0\x18ftypisom\0\0\0\0mif1heic",
    b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif",
    b"\0\0\x10\x18ftypheic\0\0\0\0mif1heic",
    b"II*\0\x07\0\0\0" + bytes(60),
    b"II*\0\xff\xff\xff\x7f" + bytes(60),
    b"MM*\0\0\0\0\x08" + bytes(60),
    b"solid jaw\nendsolid jaw\n",
    b"solid jaw\n facet normal 0 0 0\0",
    b"ply\nelement vertex 1\nformat ascii 1.0\n",
    b"plywood\nformat ascii 1.0\n",
    files.stl(0),
    files.stl()[:-1],
    files.stl() + b"\0",
    files.dicom()[:131],
)


STARTS = sorted({content[:size] for _, content in DIRECTLY_KNOWN for size in (0, 2, 8, 130)})


def judged(content: bytes) -> FileKind:
    return kind_of(content[:HEAD_BYTES], len(content))


@pytest.mark.parametrize(("kind", "content"), DIRECTLY_KNOWN)
def test_a_file_is_known_by_how_it_begins(kind: FileKind, content: bytes) -> None:
    assert judged(content) is kind


@pytest.mark.parametrize("content", PROGRAMS)
def test_a_program_is_refused(content: bytes) -> None:
    with pytest.raises(FileIsAProgram):
        judged(content)


@pytest.mark.parametrize("content", NOT_WANTED)
def test_what_is_not_known_is_refused(content: bytes) -> None:
    with pytest.raises(FileKindIsUnknown):
        judged(content)


@pytest.mark.parametrize(("head", "length"), [(b"", 0), (b"", 10), (b"%PDF-1.7", 0)])
def test_a_file_without_bytes_is_refused(head: bytes, length: int) -> None:
    with pytest.raises(FileIsEmpty):
        kind_of(head, length)


def test_a_file_is_not_judged_by_bytes_behind_its_end() -> None:
    with pytest.raises(FileKindIsUnknown):
        kind_of(files.pdf(), 4)


@pytest.mark.parametrize("program", [b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"<html><script>"])
def test_a_program_in_the_free_bytes_of_a_model_or_a_scan_is_refused(program: bytes) -> None:
    with pytest.raises(FileIsAProgram):
        judged(files.stl(header=program))
    with pytest.raises(FileIsAProgram):  # CVE-2019-11687
        judged(files.dicom(preamble=program.ljust(128, b"\0")))


@pytest.mark.parametrize(
    "polyglot",
    [
        files.stl(header=b"%PDF-1.7"),
        files.stl(header=b"a jaw\n%PDF-1.7"),
        files.stl(header=files.PNG_SIGNATURE + b"\0\0\0\x0dIHDR"),
        files.stl(header=b"PK\x03\x04"),
        files.dicom(preamble=b"%PDF-1.7".ljust(128, b"\0")),
        files.dicom(preamble=b"PK\x03\x04".ljust(128, b"\0")),
        files.jpeg(comment=b"%PDF-1.7"),
        files.ply().replace(b"a scan", b"%PDF-1.7"),
        b"\n" * 500 + files.pdf(),
        b"\0" + files.jpeg(),
    ],
)
def test_what_could_be_read_as_two_kinds_is_refused(polyglot: bytes) -> None:
    with pytest.raises(FileKindIsUnknown):
        judged(polyglot)


@pytest.mark.parametrize("markup", [b"<script>x</script>", b"<svg onload=x>", b"<?php x"])
def test_a_picture_with_a_page_inside_its_beginning_is_refused(markup: bytes) -> None:
    with pytest.raises(FileIsAProgram):
        judged(files.jpeg(comment=markup))


def test_a_scan_may_be_readable_as_a_tiff_too() -> None:
    preamble = struct.pack("<4sI", b"II*\0", 132).ljust(128, b"\0")  # DICOM PS3.10, section 7.1
    assert judged(files.dicom(preamble)) is FileKind.DICOM


def test_a_scan_may_hold_a_pdf_behind_its_preamble() -> None:
    assert judged(files.dicom() + files.pdf()) is FileKind.DICOM


def test_a_picture_may_not_hold_a_pdf_where_readers_look_for_one() -> None:
    picture = files.jpeg(comment=b"." * 950 + b"%PDF-1.7")
    with pytest.raises(FileKindIsUnknown):
        judged(picture)
    assert judged(files.jpeg(comment=b"." * 1024 + b"%PDF-1.7")) is FileKind.JPEG


def test_an_archive_may_hold_a_pdf_that_is_not_packed() -> None:
    content = files.archive({"letter.pdf": files.pdf()}, packing=files.ZIP_STORED)
    assert b"%PDF-" in content[:1024]
    assert judged(content) is FileKind.ZIP


@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_has_words_for_people_and_programs(kind: FileKind) -> None:
    assert kind.label
    assert kind.media_type.count("/") == 1
    assert kind.extension == "".join(kind.endings[:1])


def test_refusals_are_refusals() -> None:
    assert issubclass(FileIsAProgram, Refusal)


@tried
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300), length=st.integers(1, 10_000))
@example(start=b"\0\0\0\x18ftyp", rest=b"", length=8)
def test_any_bytes_have_a_kind_or_are_refused(start: bytes, rest: bytes, length: int) -> None:
    try:
        outcome: object = kind_of(start + rest, length)
    except Refusal as refusal:
        outcome = refusal
    assert isinstance(outcome, FileKind | Refusal)
