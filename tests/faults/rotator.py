"""Rotates the keys of a database, and if told so kills itself at a step of its own work.

Words: the whole key file, the narrow one, the number of the step (0 for never). Every call that
rotating makes is a step; the last line says how many there were.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import adapters
from adapters import rotation
from adapters.key_files import KeyFiles
from runtime.stores import open_pool

BATCH = 40

WORK = tuple(
    str(Path(adapters.__path__[0]) / f"{name}.py")
    for name in ("rotation", "key_files", "key_check")
)


class Steps:
    """Counts calls from and to the modules that rotate."""

    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename in WORK:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def main(whole: str, narrow: str, last: str) -> None:
    """Rotate, from the beginning or from where it was cut off."""
    files = KeyFiles(Path(whole), {Path(narrow): ("personal",)})
    steps = Steps(int(last))
    with open_pool(os.environ["DATABASE_URL"]) as pool:
        sys.setprofile(steps)
        with rotation.rotating(pool):
            keyring = rotation.begin(pool, files)
            rotation.Rewrapping(pool, keyring, BATCH).finish(files)
        sys.setprofile(None)
    print(steps.count)  # noqa: T201 - whoever started it reads that


if __name__ == "__main__":
    main(*sys.argv[1:])
