"""Notifiers are killed with SIGKILL while the carrier misbehaves, and each fact is told."""

import time
from pathlib import Path

import pytest

from runtime.stores import Stores
from tests.faults.children import Child, running, until_gone
from tests.faults.pace import rounds
from tests.faults.soundness import require_sound
from tests.faults.telling import Telling, telling
from tests.fixtures.product import eventually

NOTIFIER = "runtime.parts.notifiers"
ROUNDS = rounds(8, every=0.3)
"""How often one of them is killed: a hundred times in `make soak`."""

SEED = 11
AT_MOST = 2
"""Seconds until the next one is killed, whether or not a mail has left meanwhile."""


def test_every_fact_is_told_and_twice_only_where_an_answer_was_lost(
    stores: Stores, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with telling(stores, tmp_path / "outbox", SEED, monkeypatch) as office:
        notifiers = [Child(f"notifier {number}", database_url, NOTIFIER) for number in range(2)]
        office.let_ada_in()
        with running(*notifiers):
            for _ in range(ROUNDS):
                office.invite(6)
                if let_them_work(office):
                    office.spoil(2)
                victim = office.chance.choice(notifiers)
                victim.kill()
                victim.start()
            office.mend()
            eventually(office.is_done, "the end of all notices")
        until_gone(database_url, "notifier%")
        require_all_told(office)
    assert require_sound(database_url) > 0


def let_them_work(office: Telling) -> bool:
    """Wait for another mail, and then for some moment; say whether one came.

    If none does, the channel is closed, and opens only if not every trial is spoilt.
    """
    before, latest = office.came().total(), time.monotonic() + AT_MOST
    eventually(
        lambda: office.came().total() > before or time.monotonic() > latest, "notifiers at work"
    )
    moment = time.monotonic() + office.chance.uniform(0, 0.3)
    eventually(lambda: time.monotonic() > moment, "the moment")
    return office.came().total() > before


def require_all_told(office: Telling) -> None:
    """Fail unless each notice came, and more than once only if its life tells of lost answers."""
    office.house.projections.catch_up()
    came = office.came()
    assert office.states() == {"accepted": len(office.invited) + 2}
    assert set(office.invited) <= office.reached()
    assert len(came) == len(office.invited) + 2
    doubts = {one: sum(step.in_doubt for step in office.life_of(one)) for one in came}
    assert sum(doubts.values()) > 0
    too_often = {one: count for one, count in came.items() if count - 1 > doubts[one]}
    assert too_often == {}
