"""The log of the pages knows no name, address, phone, text, password, link or session."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from domain.corresponding import Corresponding
from tests.fixtures.house import PASSWORD, House
from tests.web.pages import cookie_of, first_message

CANARIES = [
    "Canary",
    "canary@sample-dental.example",
    "canary-patient@home.example",
    "5550123",
    "555-0123",
    "a canary sang",
    PASSWORD,
]


class Talkative(Corresponding):
    """Fails in a way that tells everything it was told."""

    def send(self, **told: Any) -> int:  # whatever the command takes
        raise RuntimeError(repr(told))


def test_a_whole_journey_with_failures_leaves_nothing_personal_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    house.open_practice("Sample Dental", "canary@sample-dental.example", "Ada Canary")
    invitation = house.link("canary@sample-dental.example", "register")
    ada = house.join("canary@sample-dental.example", "Ada Canary")
    sung = {"subject": "a canary sang", "body": "a canary sang"}
    ada.compose("canary-patient@home.example", "patient", **sung)
    carla = house.join("canary-patient@home.example", "Carla Canary")
    path = first_message(carla)
    carla.get(path)
    carla.post(f"{path}/reply", body="a canary sang", form_id=carla.form_id())
    ada.sign_in("canary@sample-dental.example", "a canary sang")
    ada.client.post("/compose", data=sung)
    ada.post(invitation, full_name="Canary")
    house.app.extensions["portal"] = replace(house.portal, corresponding=talkative(house))
    assert ada.compose("canary-patient@home.example", **sung).status_code == 500
    house.stores.pool.close()
    assert ada.get(path).status_code == 500
    assert ada.get(invitation).status_code == 500
    said = caplog.text + "".join(capfd.readouterr())
    secrets = [
        *CANARIES,
        invitation.rpartition("/")[2],
        cookie_of(ada),
    ]
    assert [one for one in secrets if one in said] == []
    assert said.count("unforeseen") >= 3


def talkative(house: House) -> Talkative:
    own = house.portal.corresponding
    return Talkative(own.log, own.vault, own.inviting, own.attaching)
