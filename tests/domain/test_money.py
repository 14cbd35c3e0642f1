"""Money over random schedules of clicks, reports, faults, crashes and clock steps.

Money taken equals terms granted plus what went back; nobody is charged twice for a term; nobody who
paid is without the tier, and nobody has it beyond term and grace; every state is explained by
events, and nobody is stranded. SOAK_SCHEDULES (`make soak`) says how many are tried.
"""

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.money_schedules import Schedule

SCHEDULES = int(os.environ.get("SOAK_SCHEDULES", "250"))


@settings(
    max_examples=SCHEDULES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=False))
def test_money_taken_is_terms_granted_and_money_that_went_back(chance: random.Random) -> None:
    schedule = Schedule(chance)
    schedule.run()
    assert schedule.world.cashier.work() == 0, "there is something left to do"
