"""What a measurement says: a value with its unit, and its ratio to a baseline of the same run."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `ratio` is None where there is no baseline."""

    figure: str
    value: float
    unit: str
    ratio: float | None
    against: str


def seconds_each(work: Callable[[], object], times: int, rounds: int = 5) -> float:
    """Return the median over rounds of the seconds that one call takes."""
    return statistics.median(one_round(work, times) for _ in range(rounds))


def one_round(work: Callable[[], object], times: int) -> float:
    """Return the seconds that one call takes, over a number of calls."""
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value below which so many percent lie."""
    return statistics.quantiles(values, n=100)[percent - 1]


def publish(figures: Sequence[Figure], name: str) -> None:
    """Print the table, and write it where programs read it."""
    for one in figures:
        ratio = f"{one.ratio:8.2f} of {one.against}" if one.ratio is not None else ""
        print(f"{one.figure:<42}{one.value:>12.3f} {one.unit:<14}{ratio}")  # noqa: T201 - its purpose
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps([asdict(one) for one in figures], indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")
