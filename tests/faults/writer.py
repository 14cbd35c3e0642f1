"""A process with several threads that append until they are killed."""

import os
import sys
import threading
from pathlib import Path

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.parts.life import end_with_starter
from tests.faults.attempts import Notes, Writer

THREADS = 4


def main() -> None:
    """Append; notes go to the file that is named on the command line."""
    end_with_starter()
    log, notes = EventLog(in_postgres(os.environ["DATABASE_URL"])), Notes(Path(sys.argv[1]))
    for _ in range(THREADS):
        threading.Thread(target=Writer(log, notes).write).start()


if __name__ == "__main__":
    main()
