"""The part that keeps the read models up to date; it has no key at all."""

from eventlog.sequencer import ORDERED
from projections.runner import Runner
from runtime.parts.life import end_with_starter, until_told_to_stop
from runtime.settings import read_settings
from runtime.stores import Stores


def main() -> None:
    """Project until told to stop."""
    end_with_starter()
    database_url = str(read_settings().database_url)
    with Stores.open(database_url, is_checked=False) as stores:
        Runner(stores.log, stores.pool).run(until_told_to_stop(database_url, ORDERED))


if __name__ == "__main__":
    main()
