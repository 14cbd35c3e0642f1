"""What the carrier of mails reports, and what support sees of it; nobody else sees either."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import OPERATOR
from domain.ports import LinkPurpose
from tests.fixtures.carrier_reports import signed
from tests.fixtures.house import House, Visitor
from tests.web.pages import told

NOT_ACCEPTED = (400, "Not accepted")


def newest_notice(house: House, address: str) -> UUID:
    """Return the number of the newest notice to somebody."""
    holder = house.portal.inviting.holder(address)
    assert holder is not None
    return house.portal.deliveries.to(holder)[0].notice_id


def event(house: House, notice_id: UUID, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "event": kind,
        "notice_id": str(notice_id),
        "sg_event_id": f"{kind}-of-{notice_id}",
        "timestamp": int(house.clock().timestamp()),
        "email": "carla@home.example",
        **more,
    }


def post(house: House, *events: dict[str, Any], late: timedelta = timedelta()) -> tuple[int, Any]:
    raw, headers = signed(events, house.clock() - late)
    answer = house.visitor().client.post("/webhooks/sendgrid", data=raw, headers=headers)
    house.settle()
    return answer.status_code, answer.json


def bounce(house: House, notice_id: UUID) -> None:
    reported = event(house, notice_id, "bounce", type="bounce", status="5.1.1", reason="Carla?")
    assert post(house, reported) == (200, {"heard": 1})


@pytest.fixture
def support(house: House) -> Visitor:
    """Somebody who came by a link of the command line."""
    now = house.clock()
    token = house.portal.registering.links.mint(
        OPERATOR, LinkPurpose.SUPPORT, at=now, expires_at=now + timedelta(minutes=10)
    )
    visitor = house.visitor()
    assert "It works once" in visitor.page(f"/support/enter/{token}").get_text()
    assert visitor.post(f"/support/enter/{token}").location == "/support"
    visitor.address = token
    return visitor


@pytest.fixture
def notice_id(house: House, ada: Visitor) -> UUID:
    """The registration mail to Carla."""
    ada.compose("carla@home.example", "patient")
    house.settle()
    return newest_notice(house, "carla@home.example")


def test_a_report_that_a_mail_arrived_is_recorded_once(house: House, notice_id: UUID) -> None:
    for _ in range(2):
        post(house, event(house, notice_id, "delivered"))
    found = house.portal.deliveries.of(notice_id)
    assert found is not None
    assert (found.fate, found.carrier) == ("delivered", "outbox")
    kinds = [step.kind for step in house.portal.deliveries.life_of(notice_id)]
    assert kinds == ["owed", "accepted", "delivered"]


def test_a_mail_that_came_back_marks_the_address(house: House, notice_id: UUID) -> None:
    bounce(house, notice_id)
    holder = house.portal.inviting.holder("carla@home.example")
    assert holder is not None
    person = house.portal.roster.person(holder)
    assert person is not None
    assert house.portal.reach.of(holder).fails(person.email)


@pytest.mark.parametrize("minutes", [6, -6])
def test_a_report_signed_at_another_time_is_not_accepted(
    house: House, notice_id: UUID, minutes: int
) -> None:
    late = timedelta(minutes=minutes)
    assert post(house, event(house, notice_id, "delivered"), late=late)[0] == NOT_ACCEPTED[0]
    found = house.portal.deliveries.of(notice_id)
    assert found is not None
    assert found.fate == "accepted"


def test_a_report_that_was_changed_is_not_accepted(house: House, notice_id: UUID) -> None:
    raw, headers = signed([event(house, notice_id, "delivered")], house.clock())
    client = house.visitor().client
    answer = client.post("/webhooks/sendgrid", data=raw + b" ", headers=headers)
    assert told(answer) == NOT_ACCEPTED
    assert told(client.post("/webhooks/sendgrid", data=raw)) == NOT_ACCEPTED


def test_reports_about_other_peoples_mails_change_nothing(house: House) -> None:
    before = house.head()
    assert post(house, event(house, OPERATOR, "delivered")) == (200, {"heard": 1})
    assert house.head() == before


def test_support_follows_the_life_of_a_notice_and_the_look_is_recorded(
    house: House, notice_id: UUID, support: Visitor
) -> None:
    bounce(house, notice_id)
    before = house.head()
    page = support.page(f"/support/notices/{notice_id}").get_text(" ")
    for words in ("Registration", "It was owed", "The carrier took it", "It came back", "5.1.1"):
        assert words in page
    assert house.since(before) == ["mailbox.support-looked"]


def test_support_finds_by_number_and_by_exact_address(
    house: House, notice_id: UUID, support: Visitor
) -> None:
    found = support.post("/support/search", wanted=f" {notice_id} ").location
    assert found == f"/support/notices/{notice_id}"
    found = support.post("/support/search", wanted="Carla@home.example").location
    bounce(house, notice_id)
    page = support.page(str(found)).get_text(" ")
    assert "Mails to this address come back" in page
    for nobody in ("carla@home", "nobody@home.example", str(OPERATOR), ""):
        assert support.post("/support/search", wanted=nobody).location == "/support"
    assert "There is no notice with that number" in support.page("/support").get_text()


@pytest.mark.usefixtures("notice_id")
def test_the_list_of_support_names_nobody(house: House, support: Visitor) -> None:
    before = house.head()
    page = support.page("/support").get_text(" ")
    assert "Registration" in page
    assert "carla" not in page.lower()
    assert house.since(before) == []


def test_the_door_of_support_opens_once_and_not_for_long(house: House, support: Visitor) -> None:
    token = support.address
    assert house.visitor().post(f"/support/enter/{token}").status_code == 410
    now = house.clock()
    other = house.portal.registering.links.mint(
        OPERATOR, LinkPurpose.SUPPORT, at=now, expires_at=now + timedelta(minutes=10)
    )
    house.clock.forward(minutes=11)
    assert house.visitor().get(f"/support/enter/{other}").status_code == 404


@pytest.mark.usefixtures("ada")
def test_a_session_of_support_is_nobodys_of_a_practice(support: Visitor) -> None:
    assert support.get("/dashboard").location == "/sign-in"
    assert support.get("/practice").location == "/sign-in"
    support.post("/support/leave")
    assert support.get("/support").status_code == 404


def test_no_form_of_support_is_accepted_without_its_token(support: Visitor) -> None:
    for path in ("/support/search", "/support/leave"):
        assert told(support.client.post(path)) == (400, "This form has expired")
    assert support.get("/support").status_code == 200
