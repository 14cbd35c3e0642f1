"""Several people who press their buttons at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from domain.refusal import Refusal


def all_at_once(commands: Sequence[Callable[[], object]]) -> list[str]:
    """Run every command in a thread of its own; say of each "done" or what it was refused for."""
    start = Barrier(len(commands))

    def run(command: Callable[[], object]) -> str:
        start.wait()
        try:
            command()
        except Refusal as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(commands)) as threads:
        return sorted(threads.map(run, commands))
