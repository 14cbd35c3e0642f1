"""The part that puts what happened into one order; it has no key at all."""

import time

import psycopg

from eventlog.sequencer import Sequencer
from eventlog.wake_up import APPENDED
from runtime.parts.life import end_with_starter, until_told_to_stop
from runtime.settings import read_settings

RECONNECT_PAUSE = 0.2
CAMPAIGN_PAUSE = 0.2
"""Seconds until a killed sequencer has a successor."""


def worked(sequencer: Sequencer) -> int:
    """Order the next events if we are the sequencer, else wait a little to become it."""
    if sequencer.campaign():
        return sequencer.advance()
    time.sleep(CAMPAIGN_PAUSE)
    return 1


def main() -> None:
    """Order until told to stop."""
    end_with_starter()
    database_url = str(read_settings().database_url)
    wait = until_told_to_stop(database_url, APPENDED)
    goes_on = True
    while goes_on:
        try:
            with psycopg.connect(database_url, autocommit=True) as connection:
                sequencer = Sequencer(connection)
                while goes_on:
                    goes_on = wait(worked(sequencer) == 0)
        except psycopg.OperationalError:
            time.sleep(RECONNECT_PAUSE)
            goes_on = wait(False)  # noqa: FBT003 - the pause's own signature


if __name__ == "__main__":
    main()
