"""The program that makes one thumbnail: a picture comes in by a pipe, a small JPEG goes out.

`adapters/pictures.py` starts it, with the folder of Pillow, the kind of picture, and the most
pixels. Before the first byte is read it gives up every right that a thumbnail does not need: it
can then open no file, no connection and no process, and has bounded memory and time.
"""

import os
import resource
import sys
from collections.abc import Callable
from io import BytesIO

if __name__ == "__main__":
    sys.path.append(sys.argv[1])  # started without site-packages, which would take as long again

from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

TOO_LARGE = 3
"""Exit status: more pixels than allowed."""

LONGEST_SIDE = 320
"""Pixels."""

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
NOBODY = 65534

LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 3,  # the three pipes that are open already
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_CORE: 1,  # 0 still feeds a core dump to a program that collects them (core(5))
}

READERS: dict[str, Callable[[BytesIO], Image.Image]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by its orientation (Exif 2.32, tag 274)."""

ORIENTATION = 274


def main() -> None:
    """Read a picture, write its thumbnail; a damaged one ends the program."""
    kind, most_pixels = sys.argv[2], int(sys.argv[3])
    Image.preinit()  # what is not imported by now cannot be opened any more
    give_up_rights()
    picture = READERS[kind](BytesIO(sys.stdin.buffer.read()))
    if picture.width * picture.height > most_pixels:
        sys.exit(TOO_LARGE)
    thumbnail(picture).save(sys.stdout.buffer, "JPEG", quality=80, optimize=True)


def give_up_rights() -> None:
    """Become nobody, if started as root, and accept the limits for good."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))


def thumbnail(picture: Image.Image) -> Image.Image:
    """Return a small upright picture that has nothing of the old one but its pixels."""
    turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    small = shrunk(picture)
    if turn is not None:
        small = small.transpose(turn)
    return Image.frombytes(small.mode, small.size, small.tobytes())


def shrunk(picture: Image.Image) -> Image.Image:
    """Return the picture in grey or in colours, on white, no side longer than LONGEST_SIDE."""
    size = (LONGEST_SIDE, LONGEST_SIDE)
    picture.draft(None, (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    picture = plain(picture)
    picture.thumbnail(size, reducing_gap=2.0)
    if picture.mode in ("F", "I"):
        return toned(picture)
    if picture.mode in ("RGBA", "LA", "RGBa", "La"):
        over = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def plain(picture: Image.Image) -> Image.Image:
    """Return the picture in a form that can be made smaller without losing its tones."""
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture.convert("F") if picture.mode.startswith("I") else picture


def toned(picture: Image.Image) -> Image.Image:
    """Return an X-ray of 12 or 16 bits a pixel in 8, from its darkest tone to its brightest."""
    tones = picture.getextrema()
    darkest, brightest = (float(tone) for tone in tones if not isinstance(tone, tuple))
    scale = 255 / ((brightest - darkest) or 1)
    return picture.point(lambda tone: tone * scale - darkest * scale).convert("L")


if __name__ == "__main__":
    main()
