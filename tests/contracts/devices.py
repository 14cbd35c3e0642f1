"""What every keeper of devices promises.

A subclass gives the fixture `devices`.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.device import MOST_DEVICES, Devices
from tests.fixtures.clock import START

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")
HOUR = timedelta(hours=1)


class DevicesContract:
    def test_every_device_gets_a_long_name_of_its_own(self, devices: Devices):
        names = [devices.draw() for _ in range(50)]
        assert len(set(names)) == 50
        assert {len(name) >= 22 for name in names} == {True}

    def test_a_device_is_known_once_its_person_has_used_it(self, devices: Devices):
        laptop = devices.draw()
        assert not devices.knows(ADA, laptop)
        devices.remember(ADA, laptop, at=START)
        devices.remember(ADA, laptop, at=START)
        assert devices.knows(ADA, laptop)

    def test_a_device_is_known_as_the_device_of_who_used_it_only(self, devices: Devices):
        shared = devices.draw()
        devices.remember(ADA, shared, at=START)
        assert not devices.knows(BEN, shared)
        devices.remember(BEN, shared, at=START)
        assert [devices.knows(who, shared) for who in (ADA, BEN)] == [True, True]

    @pytest.mark.parametrize("name", ["", "unknown", "x" * 10_000, "Za\N{TOOTH}n", "a\x00b"])
    def test_what_was_never_a_device_is_not_known(self, devices: Devices, name: str):
        devices.remember(ADA, devices.draw(), at=START)
        assert not devices.knows(ADA, name)

    def test_of_too_many_devices_the_one_unused_longest_goes(self, devices: Devices):
        names = [devices.draw() for _ in range(MOST_DEVICES + 1)]
        for number, name in enumerate(names[:-1]):
            devices.remember(ADA, name, at=START + number * HOUR)
        devices.remember(ADA, names[0], at=START + 30 * HOUR)
        assert [devices.knows(ADA, name) for name in names[:-1]] == [True] * MOST_DEVICES
        devices.remember(ADA, names[-1], at=START + 31 * HOUR)
        known = [devices.knows(ADA, name) for name in names]
        assert known == [True, False, *[True] * (MOST_DEVICES - 1)]

    def test_too_many_devices_of_one_person_take_none_from_another(self, devices: Devices):
        bens = devices.draw()
        devices.remember(BEN, bens, at=START)
        for number in range(MOST_DEVICES + 1):
            devices.remember(ADA, devices.draw(), at=START + number * HOUR)
        assert devices.knows(BEN, bens)
