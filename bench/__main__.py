"""`make bench`: every promise of the event log, beside a baseline of the same run.

Ratios are such that more is better: ours by theirs for rates, theirs by ours for times. Names of
subjects on the command line measure only these.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial

from bench.appending import on_slow_disk, on_this_disk
from bench.database import server
from bench.figure import Figure, publish
from bench.ordering import ordering
from bench.projecting import projecting
from bench.sealing import sealing
from bench.seeing import seeing
from runtime.embedded_postgres import EmbeddedPostgres

Subject = Callable[[EmbeddedPostgres], Iterator[Figure]]

SUBJECTS: dict[str, Subject] = {
    "sealing": sealing,
    "appending": on_this_disk,
    "slow-disk": on_slow_disk,
    "ordering": ordering,
    "seeing": seeing,
    "projecting": partial(projecting, events=100_000),
}


def main(names: list[str]) -> None:
    """Measure on a server of its own that flushes every change."""
    unknown = set(names) - SUBJECTS.keys()
    if unknown:
        sys.exit(f"there is no {min(unknown)}; choose from {', '.join(SUBJECTS)}")
    with server() as on:
        chosen = [subject for name, subject in SUBJECTS.items() if not names or name in names]
        publish([figure for subject in chosen for figure in subject(on)])


if __name__ == "__main__":
    main(sys.argv[1:])
