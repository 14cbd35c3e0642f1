"""Shows on a terminal how far long work has come, how fast it goes and how long it will take."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress_bar(
    label: str, length: int, things: str = "events"
) -> Iterator[Callable[[int], object]]:
    """Show a bar for work on so many things, and yield what is told of each more."""
    started, done = time.monotonic(), 0

    def speed(_: object) -> str:
        return f"{done / max(time.monotonic() - started, 0.001):,.0f} {things}/s"

    with click.progressbar(
        length=length, label=label, show_pos=True, item_show_func=speed, width=24
    ) as bar:

        def advance(more: int) -> None:
            nonlocal done
            done += more
            bar.update(more)

        yield advance
        bar.update(max(0, length - bar.pos))
