"""How properties are tried: the same examples each time, and no hurry on a busy machine."""

from hypothesis import HealthCheck, settings

tried = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
