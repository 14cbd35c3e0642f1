"""Pixels are counted by what a picture says of itself, before anything is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.picture_size import pixels_in
from domain.file_kind import FileKind
from tests.domain.properties import tried
from tests.fixtures import files


@pytest.mark.parametrize(
    ("kind", "content", "pixels"),
    [
        (FileKind.PNG, files.png(), 64 * 48),
        (FileKind.JPEG, files.jpeg(), 64 * 48),
        (FileKind.JPEG, files.jpeg(progressive=True, comment=b"\xff\xc0" * 99), 64 * 48),
        (FileKind.TIFF, b"II*\0\x08\0\0\0" + files.tiff_sizes(64, 48), 64 * 48),
        (FileKind.TIFF, files.tiff(big_tiff=True), 64 * 48),
        (FileKind.TIFF, b"II*\0\x08\0\0\0" + files.tiff_sizes(64, 48)[:20], 0),
        (FileKind.TIFF, b"II*\0\xff\0\0\0" + files.tiff_sizes(64, 48), 0),
        (FileKind.HEIC, files.heic(), 0),
        (FileKind.JPEG, b"\xff\xd8\xff", 0),
        (FileKind.PNG, files.PNG_SIGNATURE, 0),
    ],
)
def test_the_pixels_are_read_from_the_first_bytes(
    kind: FileKind, content: bytes, pixels: int
) -> None:
    assert pixels_in(content, kind) == pixels


@tried
@given(kind=st.sampled_from(FileKind), rest=st.binary(max_size=200))
def test_any_bytes_have_a_number_of_pixels(kind: FileKind, rest: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"II*\0\x08\0\0\0", b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10"):
        assert pixels_in(start + rest, kind) >= 0
