"""The program that draws thumbnails gives up every right before it reads its first byte."""

import os
import subprocess
import sys
from pathlib import Path

from adapters import picture_worker, pictures
from adapters.pictures import folder_of_pillow, worker
from domain.file_kind import FileKind

RIGHTS = """
import os, resource, socket, sys
sys.path[:0] = sys.argv[1:]
from adapters import picture_worker
picture_worker.give_up_rights()
def tried(action, *given):
    try:
        action(*given)
    except (OSError, ValueError, MemoryError) as error:
        return type(error).__name__
print(os.geteuid(), {limit: resource.getrlimit(limit) for limit in picture_worker.LIMITS} == {
    limit: (value, value) for limit, value in picture_worker.LIMITS.items()})
print(tried(open, os.devnull), tried(socket.socket), tried(os.fork), tried(bytearray, 1 << 30))
print(tried(resource.setrlimit, resource.RLIMIT_NOFILE, (100, 100)))
"""


def test_the_process_can_do_nothing_but_draw() -> None:
    house = str(Path(pictures.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", RIGHTS, folder_of_pillow(), house]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    user = picture_worker.NOBODY if os.geteuid() == 0 else os.geteuid()
    refused = "OSError OSError BlockingIOError MemoryError\nValueError\n"
    assert done.stdout == f"{user} True\n{refused}"


def test_the_process_knows_nothing_of_ours() -> None:
    with worker(FileKind.PNG, 1, 60) as process:
        assert process.stdin is not None
        process.stdin.write(bytes(1024 * 1024))  # more than a pipe holds, so the process reads
        environment = Path("/proc", str(process.pid), "environ").read_bytes()
        files = {path.name for path in Path("/proc", str(process.pid), "fd").iterdir()}
    assert environment == b""
    assert files == {"0", "1", "2"}


def test_both_sides_mean_the_same_by_too_large() -> None:
    assert pictures.TOO_LARGE == picture_worker.TOO_LARGE
