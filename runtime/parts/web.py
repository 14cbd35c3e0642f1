"""The part that serves the pages; its worker processes each make an application of their own."""

import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from runtime.parts.life import end_with_starter
from runtime.settings import read_settings

THREADS = 32
"""Of each worker; files on their way hold some of them for long (`web/transfers.py`)."""


def main() -> None:
    """Serve until told to stop."""
    end_with_starter()
    settings = read_settings()
    Granian(
        "runtime.web:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=int(os.environ.get("WEB_WORKERS", "2")),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
