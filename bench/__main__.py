"""`make bench`: every promise of the event log, beside a baseline of the same run.

Ratios are such that more is better: ours by theirs for rates, theirs by ours for times. Names of
subjects on the command line measure only these; `scale` is only measured if it is named.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial

from bench.appending import on_slow_disk, on_standby, on_this_disk
from bench.database import server
from bench.figure import Figure, publish
from bench.hearing import hearing
from bench.notices import notices, outage
from bench.ordering import ordering
from bench.pages import pages
from bench.projecting import projecting
from bench.rotation import rotation
from bench.scale import scale
from bench.sealing import sealing
from bench.seeing import seeing
from bench.streaming import streaming
from bench.uploading import uploading
from runtime.embedded_postgres import EmbeddedPostgres

Subject = Callable[[EmbeddedPostgres], Iterator[Figure]]

SUBJECTS: dict[str, Subject] = {
    "sealing": sealing,
    "streaming": streaming,
    "uploading": uploading,
    "rotation": rotation,
    "pages": pages,
    "hearing": hearing,
    "notices": notices,
    "appending": on_this_disk,
    "slow-disk": on_slow_disk,
    "standby": on_standby,
    "ordering": ordering,
    "seeing": seeing,
    "projecting": partial(projecting, events=100_000),
}

LONG: dict[str, Subject] = {"scale": scale, "outage": outage}


def main(names: list[str]) -> None:
    """Measure on a server of its own that flushes every change."""
    every = SUBJECTS | LONG
    unknown = set(names) - every.keys()
    if unknown:
        sys.exit(f"there is no {min(unknown)}; choose from {', '.join(every)}")
    with server() as on:
        chosen = [every[name] for name in names or SUBJECTS]
        figures = [figure for subject in chosen for figure in subject(on)]
    publish(figures, next((name for name in names if name in LONG), "latest"))


if __name__ == "__main__":
    main(sys.argv[1:])
