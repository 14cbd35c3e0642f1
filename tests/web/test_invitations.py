"""Invitations are looked after on their pages: by who invited and by user managers, nobody else."""

from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from domain.delivery_report import DeliveryReport, Outcome
from domain.pseudonym import pseudonym
from runtime.parts.sweeper import sweeper_of
from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, heading, page_of, refused, told

CARLA, RIGHT = "carla@home.example", "carla@right.example"
TAKEN = (
    "This address belongs to somebody who is here already. Write to them as to anybody, and "
    "withdraw this invitation."
)
NOT_YOURS = (404, "There is nothing here")


@pytest.fixture
def invited(house: House, ada: Visitor) -> str:
    """Return the path of the page about Carla's invitation, which Ada's message made."""
    ada.compose(CARLA, "patient")
    return f"/invitations/{holder(house, CARLA)}"


def holder(house: House, address: str) -> UUID:
    found = house.portal.inviting.holder(address)
    assert found is not None
    return found


def bounce(house: House, user_id: UUID, status: str = "5.1.1") -> None:
    """Let the carrier report that the newest mail to somebody came back."""
    house.settle()
    newest = house.portal.deliveries.to(user_id)[0]
    report = DeliveryReport(
        house.portal.new_id(), newest.notice_id, Outcome.BOUNCED, status, house.clock()
    )
    house.portal.delivering.hear([report], at=house.clock())
    house.settle()


def cell(page: BeautifulSoup, address: str, label: str) -> str:
    """Return what a list says about who has that address."""
    [row] = [
        row
        for row in page.select("tbody tr")
        if any(one.get_text() == address for one in row.select("td[data-label=Email]"))
    ]
    [found] = row.select(f"td[data-label={label}]")
    return " ".join(found.get_text(" ").split())


def facts(page: BeautifulSoup) -> dict[str, str]:
    names = [one.get_text() for one in page.select(".facts dt")]
    values = [" ".join(one.get_text(" ").split()) for one in page.select(".facts dd")]
    return dict(zip(names, values, strict=True))


def flash_of(visitor: Visitor, path: str) -> str:
    [words] = flashes(visitor.page(path))
    return words


def test_my_practice_says_when_an_invitation_was_sent_and_until_when_it_is_open(
    house: House, ada: Visitor, invited: str
) -> None:
    del invited
    words = "Invited Sent Mar 2, 2026, open until Mar 16, 2026."
    assert cell(ada.page("/practice"), CARLA, "Status") == words
    house.clock.forward(days=3)
    sweeper_of(house.stores, house.blobs, house.clock).sweep()
    house.settle()
    ada.sign_in(ada.address)
    assert cell(ada.page("/practice"), CARLA, "Status") == f"{words} Reminded Mar 5, 2026."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "(no such mailbox). Check the address with the person and correct it."),
        ("5.2.2", "(the mailbox is full). Ask the person to make room, then choose Re-Send."),
        ("5.7.26", "(their mail system refuses our mails). Ask the person to let mails from us in"),
        ("", "(it cannot be delivered). Check the address with the person and correct it."),
        ("5.9.9", "(it cannot be delivered). Check the address with the person and correct it."),
    ],
)
def test_a_mail_that_came_back_is_shown_in_words_with_what_to_do(
    house: House, ada: Visitor, invited: str, status: str, words: str
) -> None:
    bounce(house, holder(house, CARLA), status)
    whole = f"The mail to this address came back {words}"
    assert whole in cell(ada.page("/practice"), CARLA, "Status")
    assert whole in cell(ada.page("/invitations"), CARLA, "Status")
    assert whole in facts(ada.page(invited))["Mail"]
    assert facts(ada.page(invited))["Reminded"] == "Not while mails come back"


def test_an_invitation_is_sent_again(house: House, ada: Visitor, invited: str) -> None:
    bounce(house, holder(house, CARLA))
    ada.post(f"{invited}/mail")
    assert flash_of(ada, invited).startswith("The invitation was sent less than a minute ago.")
    house.clock.forward(minutes=1)
    answer = ada.post(f"{invited}/mail")
    assert (answer.status_code, answer.location) == (303, invited)
    assert flash_of(ada, invited).startswith("The invitation was sent again.")
    assert len(house.mails_to(CARLA)) == 2
    assert "Mail" not in facts(ada.page(invited))


def test_an_invitation_is_sent_again_ten_times_a_day(ada: Visitor, house: House, invited: str):
    for _ in range(11):
        house.clock.forward(minutes=1)
        ada.post(f"{invited}/mail")
    assert "ten times within a day" in flash_of(ada, invited)
    assert len(house.mails_to(CARLA)) == 11


def test_a_corrected_address_gets_the_invitation_and_the_former_link_is_dead(
    house: House, ada: Visitor, invited: str
) -> None:
    former = house.link(CARLA, "register")
    bounce(house, holder(house, CARLA))
    ada.post(f"{invited}/address", address=RIGHT)
    assert flash_of(ada, invited).startswith("The address was corrected")
    assert told(house.visitor().get(former)) == (404, "This link is not valid")
    assert told(house.visitor().post(former)) == (404, "This link is not valid")
    assert len(house.mails_to(CARLA)) == 1
    assert facts(ada.page(invited))["Email"] == RIGHT
    assert "Mail" not in facts(ada.page(invited))
    carla = house.join(RIGHT, "Carla Molar")
    assert "A subject" in carla.page("/inbox").get_text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Please enter an e-mail address."),
        ("carla", "This is not a complete e-mail address, such as name@practice.example."),
        ("ada@sample-dental.example", TAKEN),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_its_field(
    house: House, ada: Visitor, invited: str, address: str, words: str
) -> None:
    before = house.head()
    answer = ada.post(f"{invited}/address", address=address)
    assert refused(answer) == (422, {"address": words})
    [field] = page_of(answer).select("input[name=address]")
    assert field["value"] == address
    assert house.since(before) == []


def test_the_address_that_it_has_already_changes_nothing(ada: Visitor, invited: str) -> None:
    ada.post(f"{invited}/address", address=CARLA)
    assert flash_of(ada, invited) == "This is the address already. Nothing was changed."


def test_a_withdrawn_invitation_says_so_kindly_to_who_follows_its_link(
    house: House, ada: Visitor, invited: str
) -> None:
    link = house.link(CARLA, "register")
    answer = ada.post(f"{invited}/withdrawal")
    words = "Please tick the box if nobody is to register with this invitation."
    assert refused(answer) == (422, {"understood": words})
    for _ in range(2):
        ada.post(f"{invited}/withdrawal", understood="yes")
        assert flash_of(ada, invited).startswith("The invitation was withdrawn.")
    for answer in (house.visitor().get(link), house.visitor().post(link)):
        assert told(answer) == (410, "This invitation was withdrawn")
    assert cell(ada.page("/practice"), CARLA, "Status") == "Invitation withdrawn"
    assert facts(ada.page(invited))["Status"] == "Invitation withdrawn"
    assert ada.page(invited).select("main form") == []


def test_who_writes_after_a_withdrawal_says_again_who_the_person_is(
    house: House, ada: Visitor, invited: str
) -> None:
    former = house.link(CARLA, "register")
    ada.post(f"{invited}/withdrawal", understood="yes")
    house.clock.forward(minutes=1)
    assert ada.compose(CARLA).status_code == 422
    assert ada.compose(CARLA, "doctor-in-another-practice", subject="Anew").status_code == 303
    assert told(house.visitor().get(former)) == (410, "This invitation was withdrawn")
    carla = house.join(CARLA, "Carla Molar", practice_name="Her Own")
    inbox = carla.page("/inbox").get_text()
    assert "Anew" in inbox
    assert "A subject" not in inbox


def test_what_was_done_meanwhile_by_somebody_else_is_said(
    house: House, ada: Visitor, invited: str
) -> None:
    house.join(CARLA, "Carla Molar")
    for step in ("mail", "address", "withdrawal"):
        ada.post(f"{invited}/{step}", address=RIGHT, understood="yes")
        words = "This person has registered meanwhile. Nothing was changed."
        assert flash_of(ada, invited) == words
    assert "has registered" in ada.page(invited).get_text()


def test_nobody_else_sees_an_invitation_or_touches_it(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor, invited: str
) -> None:
    before = house.head()
    for visitor in (ben, dora):
        assert told(visitor.get(invited)) == NOT_YOURS
        for step in ("mail", "address", "withdrawal"):
            answer = visitor.post(f"{invited}/{step}", address=RIGHT, understood="yes")
            assert told(answer) == NOT_YOURS
        assert CARLA not in visitor.page("/invitations").get_text()
    assert house.since(before) == []
    assert told(ada.get(f"/invitations/{UUID(int=404)}")) == NOT_YOURS


def test_who_invited_looks_after_it_without_being_user_manager(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ben)
    ben.compose("frida@home.example", "patient")
    path = f"/invitations/{holder(house, 'frida@home.example')}"
    bounce(house, holder(house, "frida@home.example"))
    assert "came back" in cell(ben.page("/invitations"), "frida@home.example", "Status")
    ben.post(f"{path}/address", address="frida@right.example")
    assert len(house.mails_to("frida@right.example")) == 1
    assert "frida@right.example" not in ada.page("/invitations").get_text()
    assert "Invited" in cell(ada.page("/practice"), "frida@right.example", "Status")


def test_the_user_manager_looks_after_what_others_invited(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ben)
    ben.compose("frida@home.example", "staff-in-my-practice")
    path = f"/invitations/{holder(house, 'frida@home.example')}"
    [link] = ada.page("/practice").select(f"a[href='{path}']")
    assert link.get_text() == "Invitation of frida@home.example"
    ada.post(f"{path}/withdrawal", understood="yes")
    assert flash_of(ada, path).startswith("The invitation was withdrawn.")


def test_a_member_sees_of_others_invitations_only_that_they_are_invited(
    ada: Visitor, ben: Visitor
) -> None:
    ada.compose("new@sample-dental.example", "doctor-in-my-practice")
    assert cell(ben.page("/practice"), "new@sample-dental.example", "Status") == "Invited"
    assert ben.page("/practice").select("td a[href^='/invitations/']") == []


def test_who_has_invited_nobody_is_told_how_that_is_done(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    del ada, house
    assert "Composing comes with the paid version." in ben.page("/invitations").get_text()
    assert heading(dora.get("/invitations")) == "My Invitations"
    assert dora.page("/invitations").select("table") == []


def test_of_who_was_erased_nothing_is_looked_after(
    house: House, ada: Visitor, invited: str
) -> None:
    ada.post("/practice/settings", shortest="0", usual="30", longest="30", retention="0")
    user_id, me = holder(house, CARLA), holder(house, ada.address)
    house.portal.erasing.request(user_id=user_id, by=me, at=house.clock())
    house.settle()
    sweeper_of(house.stores, house.blobs, house.clock).sweep()
    house.settle()
    assert told(ada.get(invited)) == NOT_YOURS
    assert pseudonym(user_id) in ada.page("/invitations").get_text()
