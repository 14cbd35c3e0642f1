"""The cyclic collector rests during a batch, and is as it was before afterwards."""

import gc
from collections.abc import Iterator

import pytest

from projections.collector import without_collector


@pytest.fixture(params=[True, False])
def is_enabled(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether the collector works before."""
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_the_collector_rests_meanwhile(is_enabled: bool):  # noqa: FBT001 - a fixture
    assert not without_collector(gc.isenabled)()
    assert gc.isenabled() == is_enabled


def test_it_works_again_after_a_failure(is_enabled: bool):  # noqa: FBT001 - a fixture
    @without_collector
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled() == is_enabled
