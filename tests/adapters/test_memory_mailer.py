"""The double of the carriers, under the same contract."""

from datetime import timedelta

import pytest

from notifiers.carrier import CarrierIsDown
from notifiers.mailer import Mail
from tests.contracts.mailer import TO_CARLA, FarMailerContract
from tests.doubles.mailer import MemoryMailer


class MemoryLine(MemoryMailer):
    """The double is its own far end."""

    refused_address = "nobody@example.net"

    @property
    def mailer(self) -> "MemoryLine":
        return self

    def arrived(self) -> list[Mail]:
        return self.sent


def test_the_double_fails_with_whatever_it_is_told():
    double = MemoryMailer()
    double.fail_next_with(CarrierIsDown("told so", timedelta(seconds=3)))
    with pytest.raises(CarrierIsDown, match="told so") as failure:
        double.send(TO_CARLA)
    assert failure.value.pause == timedelta(seconds=3)
    assert (double.sent, double.carrier) == ([], "memory")


class TestMemoryMailer(FarMailerContract):
    @pytest.fixture
    def line(self) -> MemoryLine:
        double = MemoryLine()
        double.refuse(MemoryLine.refused_address)
        return double
