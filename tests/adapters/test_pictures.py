"""Thumbnails show what the picture shows, tell nothing else, and cost no more than they may."""

import signal
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from adapters.pictures import LARGEST_PICTURE, drawn, preview, worker
from domain.file_kind import FileKind, PictureIsTooLarge
from tests.fixtures import files

PLACE = "52.5163N 13.3777E"
ORIENTATION, CAMERA = 274, 272


def thumbnail(content: bytes, kind: FileKind) -> Image.Image:
    made = preview([content], kind, len(content))
    assert made is not None
    return Image.open(BytesIO(made))


def brightness(image: Image.Image, x: float, y: float) -> int:
    shown = image.convert("L").getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(shown, int)
    return shown


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (FileKind.JPEG, files.jpeg(files.gradient(640, 480))),
        (FileKind.JPEG, files.jpeg(files.gradient(640, 480, "L"))),
        (FileKind.JPEG, files.jpeg(files.gradient(640, 480, "CMYK"))),
        (FileKind.JPEG, files.jpeg(files.gradient(640, 480), progressive=True)),
        (FileKind.PNG, files.png(files.gradient(640, 480))),
        (FileKind.PNG, files.png(files.gradient(640, 480, "P"))),
        (FileKind.PNG, files.png(files.gradient(640, 480, "1"))),
        (FileKind.PNG, files.png(files.gradient(640, 480, "LA"))),
        (FileKind.PNG, files.png(files.gradient(640, 480, "RGBA"))),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480))),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480), compression="tiff_lzw")),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480), compression="jpeg")),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480, "1"), compression="group4")),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480), big_tiff=True)),
        (FileKind.TIFF, files.tiff(files.gradient(640, 480, "F"))),
    ],
)
def test_a_thumbnail_is_a_small_picture_of_the_same_thing(kind: FileKind, content: bytes) -> None:
    small = thumbnail(content, kind)
    assert (small.format, small.size) == ("JPEG", (320, 240))
    left, right = brightness(small, 0.05, 0.5), brightness(small, 0.95, 0.5)
    assert left < 60
    assert right > 190


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_an_x_ray_of_twelve_bits_shows_its_tones(form: str) -> None:
    tones = files.gradient(640, 480, "I").point(lambda tone: tone * 8 + 1000)
    content = files.picture(form, tones.convert("I;16"))
    small = thumbnail(content, FileKind(form.lower()))
    places = [brightness(small, x, 0.5) for x in (0.02, 0.5, 0.98)]
    assert places[0] < 20
    assert 100 < places[1] < 155
    assert places[2] > 235


def test_a_picture_without_tones_is_drawn_too() -> None:
    plain = Image.new("I;16", (40, 30), 7)
    assert thumbnail(files.png(plain), FileKind.PNG).size == (40, 30)


def test_a_small_picture_stays_as_small_as_it_is() -> None:
    assert thumbnail(files.png(files.gradient(20, 10)), FileKind.PNG).size == (20, 10)


def test_what_is_transparent_becomes_white() -> None:
    clear = files.png(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))
    assert brightness(thumbnail(clear, FileKind.PNG), 0.5, 0.5) > 250


@pytest.mark.parametrize(
    ("orientation", "size", "darkest"),
    [
        (1, (64, 48), (0.05, 0.5)),
        (2, (64, 48), (0.95, 0.5)),
        (3, (64, 48), (0.95, 0.5)),
        (4, (64, 48), (0.05, 0.5)),
        (5, (48, 64), (0.5, 0.05)),
        (6, (48, 64), (0.5, 0.05)),
        (7, (48, 64), (0.5, 0.95)),
        (8, (48, 64), (0.5, 0.95)),
        (77, (64, 48), (0.05, 0.5)),
    ],
)
def test_a_thumbnail_stands_upright(
    orientation: int, size: tuple[int, int], darkest: tuple[float, float]
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    small = thumbnail(files.jpeg(exif=exif), FileKind.JPEG)
    assert small.size == size
    assert brightness(small, *darkest) < 40


def test_a_thumbnail_tells_nothing_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[CAMERA] = PLACE
    profile = b"profile " + PLACE.encode()
    content = files.jpeg(exif=exif, comment=PLACE, icc_profile=profile, xmp=PLACE.encode())
    made = preview([content], FileKind.JPEG, len(content))
    assert content.count(PLACE.encode()) == 4
    assert made is not None
    assert PLACE.encode() not in made
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(Image.open(BytesIO(made)).info)


@pytest.mark.parametrize("kind", [FileKind.HEIC, FileKind.DICOM, FileKind.PDF, FileKind.ZIP])
def test_what_cannot_be_drawn_has_no_thumbnail_and_is_not_read(kind: FileKind) -> None:
    assert preview(iter(lambda: 1 // 0, b""), kind, 100) is None


@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.TIFF])
def test_a_damaged_picture_has_no_thumbnail(kind: FileKind) -> None:
    whole = files.picture(kind.name, files.gradient(640, 480))
    for damaged in (b"", whole[:8], whole[:40], whole[: len(whole) // 2], whole[:8] + bytes(500)):
        assert preview([damaged], kind, len(damaged)) is None


def test_a_picture_of_another_kind_than_said_has_no_thumbnail() -> None:
    content = files.png()
    assert preview([content], FileKind.JPEG, len(content)) is None


def test_a_pixel_bomb_is_refused_by_its_first_bytes() -> None:
    bomb = files.pixel_bomb()
    assert len(bomb) < 200_000

    def first_bytes() -> Iterator[bytes]:
        yield bomb[:1000]
        pytest.fail("read on")

    with pytest.raises(PictureIsTooLarge):
        preview(first_bytes(), FileKind.PNG, len(bomb))


def test_a_pixel_bomb_that_is_long_is_refused_too() -> None:
    with pytest.raises(PictureIsTooLarge):
        preview([files.pixel_bomb()], FileKind.PNG, LARGEST_PICTURE + 1)


def test_a_bomb_whose_header_comes_late_is_refused_by_the_process() -> None:
    place = 8 + 2_000_000
    opening = (b"II*\0" + place.to_bytes(4, "little")).ljust(place, b"\0")
    bomb = opening + files.tiff_sizes(30_000, 30_000)
    with pytest.raises(PictureIsTooLarge):
        preview([bomb[:1_000_000], bomb[1_000_000:]], FileKind.TIFF, len(bomb))


def test_the_most_pixels_are_a_matter_of_choice() -> None:
    content = files.png(files.gradient(100, 100))
    assert preview([content], FileKind.PNG, len(content), most_pixels=10_000)
    with pytest.raises(PictureIsTooLarge):
        preview([content], FileKind.PNG, len(content), most_pixels=9_999)


@pytest.mark.parametrize(
    ("name", "opening"),
    [(b"zTXt", b"a\0\0"), (b"iCCP", b"a\0\0"), (b"iTXt", b"a\0\x01\0\0\0")],
)
def test_a_picture_with_a_bomb_in_its_texts_has_no_thumbnail(name: bytes, opening: bytes) -> None:
    text, bomb = files.packed_zeros(1000), files.packed_zeros(1_000_000, 80)
    fine = files.png_of(10, 10, files.png_chunk(name, opening + text))
    content = files.png_of(10, 10, files.png_chunk(name, opening + bomb))
    assert preview([fine], FileKind.PNG) is not None
    assert preview([content], FileKind.PNG) is None


def test_a_picture_of_a_hundred_million_pixels_is_drawn_unless_its_time_is_over() -> None:
    content = files.png_of(10_000, 10_000, bits=8, colours=2)
    assert preview([content], FileKind.PNG, len(content), seconds=0.2) is None
    assert preview([content], FileKind.PNG, len(content)) is not None


def test_a_picture_that_needs_too_much_memory_has_no_thumbnail() -> None:
    content = files.png_of(40_000, 40_000)
    assert preview([content], FileKind.PNG, len(content), most_pixels=2_000_000_000) is None


def test_a_long_picture_has_no_thumbnail_and_is_not_read_on() -> None:
    def first_bytes() -> Iterator[bytes]:
        yield files.jpeg()
        pytest.fail("read on")

    assert preview(first_bytes(), FileKind.JPEG, LARGEST_PICTURE + 1) is None


def test_a_picture_that_is_longer_than_it_said_is_not_read_to_its_end() -> None:
    def bytes_without_end() -> Iterator[bytes]:
        yield files.jpeg()
        while True:
            yield bytes(1024 * 1024)

    assert preview(bytes_without_end(), FileKind.JPEG) is None


def test_a_process_whose_time_is_over_is_given_no_more() -> None:
    chunks = [files.jpeg(), *[bytes(1024 * 1024)] * 60]
    assert preview(chunks, FileKind.JPEG, seconds=0.01) is None


def test_what_reading_a_picture_raises_is_raised_and_the_process_ends() -> None:
    with pytest.raises(ZeroDivisionError):
        preview(iter(lambda: 1 // 0, b""), FileKind.JPEG)
    with pytest.raises(ZeroDivisionError), worker(FileKind.JPEG, 1, 60) as process:
        drawn(process, iter(lambda: 1 // 0, b""))
    assert process.returncode == -signal.SIGKILL
