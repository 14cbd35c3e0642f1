"""Thumbnails of pictures, made anew from their pixels in a process that can do nothing else.

The picture goes through a pipe, never to a disk, and one chunk at a time. What comes back is
a JPEG of at most 320 pixels a side, upright, without place, camera, comments or colour profile.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import BoundedSemaphore, Timer
from typing import IO, cast

from adapters.picture_size import pixels_in
from domain.file_kind import FileKind, PictureIsTooLarge
from domain.file_signs import is_jpeg

MOST_PIXELS = 100_000_000

LARGEST_PICTURE = 64 * 1024 * 1024
"""Bytes; larger ones get no thumbnail."""

LARGEST_THUMBNAIL = 1024 * 1024
"""Bytes; a JPEG of 320 x 320 pixels never comes near."""

SECONDS = 20.0
"""From the start of the process to its end, the bytes of the picture fetched meanwhile."""

AT_ONCE = BoundedSemaphore(2)
"""So many processes for all threads of this one; each may use a processor and a gigabyte."""

TOO_LARGE = 3
"""Exit status of the program: more pixels than allowed."""

THUMBNAIL_TYPE = "image/jpeg"
DRAWN = (FileKind.JPEG, FileKind.PNG, FileKind.TIFF)


def preview(
    picture: Iterable[bytes],
    kind: FileKind,
    length: int | None = None,
    *,
    most_pixels: int = MOST_PIXELS,
    seconds: float = SECONDS,
) -> bytes | None:
    """Return a thumbnail (a JPEG), or None of what is no picture, damaged, too long or too slow.

    A picture whose `length` in bytes is known to be more than LARGEST_PICTURE is not read on.
    Raises PictureIsTooLarge for a picture of more than `most_pixels`, judged by its header before
    anything is drawn, and whatever reading the picture raises.
    """
    if kind not in DRAWN:
        return None
    chunks = iter(picture)
    head = next(chunks, b"")
    if pixels_in(head, kind) > most_pixels:
        raise PictureIsTooLarge
    if length is not None and length > LARGEST_PICTURE:
        return None
    with AT_ONCE, worker(kind, most_pixels, seconds) as process:
        return drawn(process, chain([head], chunks))


@contextmanager
def worker(kind: FileKind, most_pixels: int, seconds: float) -> Iterator[Popen[bytes]]:
    """Start the program that draws; it ends with this block, or when its time is over."""
    program = str(Path(__file__).with_name("picture_worker.py"))
    command = [sys.executable, "-I", "-S", program, folder_of_pillow(), kind, str(most_pixels)]
    with Popen(  # noqa: S603 - our own Python and fixed words
        command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/", start_new_session=True
    ) as process:
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


def drawn(process: Popen[bytes], picture: Iterable[bytes]) -> bytes | None:
    """Give the process a picture and return what it makes of it."""
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    given = 0
    for chunk in picture:
        given += len(chunk)
        if given > LARGEST_PICTURE or not taken(partial(stdin.write, chunk)):
            break
    taken(stdin.close)
    made = stdout.read(LARGEST_THUMBNAIL + 1)
    if len(made) > LARGEST_THUMBNAIL or given > LARGEST_PICTURE:
        return None
    status = process.wait()
    if status == TOO_LARGE:
        raise PictureIsTooLarge
    return made if status == 0 and is_jpeg(made, len(made)) else None


def taken(write: Callable[[], object]) -> bool:
    """Say whether the process still listens; one that was ended does not."""
    try:
        write()
    except BrokenPipeError:
        return False
    return True


def folder_of_pillow() -> str:
    """Return where the program finds the one package that it needs."""
    spec = find_spec("PIL")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError
    return str(Path(spec.origin).parents[1])
