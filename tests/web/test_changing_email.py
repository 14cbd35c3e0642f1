"""The pages for another e-mail address, and what one sees when mails come back."""

import re
from datetime import timedelta
from uuid import UUID

from domain.aggregate import MAIL_CARRIER
from domain.mailbox import Mailbox
from domain.ports import LinkPurpose, sealed_in_version
from tests.fixtures.house import BASE_URL, PASSWORD, House, Visitor
from tests.web.pages import flashes, heading, page_of, refused, told

HERE = "/account/email"
NEW = "carla@new.example"
SENT = "A link is on its way to the new address. Yours changes once you confirm there."


def ask(visitor: Visitor, address: str = NEW, password: str = PASSWORD):
    return visitor.post(HERE, address=address, password=password)


def link(house: House, address: str = NEW) -> str:
    """Return the path in the mail to an address that was given."""
    words = "\n".join(mail.text for mail in house.mails_to(address))
    [path] = re.findall(rf"{BASE_URL}(/email/\S+)", words)
    return str(path)


def who(house: House, address: str) -> UUID:
    holder = house.portal.inviting.holder(address)
    assert holder is not None
    return holder


def test_an_address_is_hers_once_it_is_confirmed_where_it_leads(
    house: House, carla: Visitor
) -> None:
    me, before = who(house, carla.address), house.head()
    assert ask(carla).location == "/account"
    assert flashes(carla.page("/account")) == [SENT]
    path = link(house)
    assert carla.get("/account").text.count("carla@home.example") > 0
    assert {told(house.visitor().get(path)) for _ in range(2)} == {(200, "Confirm your address")}
    assert house.since(before) == ["user.email-change-requested"]
    assert house.visitor().post(path).status_code == 303
    assert house.since(before)[1:] == [
        "user.email-changed",
        "email-address.claimed",
        "email-address.released",
    ]
    assert who(house, NEW) == me
    assert house.visitor().sign_in(NEW).status_code == 303
    assert house.visitor().sign_in("carla@home.example").status_code == 422


def test_the_former_address_is_told_and_not_what_the_new_one_is(
    house: House, carla: Visitor
) -> None:
    ask(carla)
    house.visitor().post(link(house))
    subject = "The e-mail address of your SecureMail account was changed"
    [mail] = [one for one in house.mails_to("carla@home.example") if one.subject == subject]
    assert "new.example" not in mail.text + mail.html


def test_a_stranger_whose_address_was_given_learns_nothing_of_who_gave_it(
    house: House, carla: Visitor
) -> None:
    ask(carla)
    mail = house.mails_to(NEW)[0]
    assert "carla@home.example" not in mail.text + mail.html


def test_asking_answers_the_same_for_an_address_that_somebody_has(
    house: House, ada: Visitor, carla: Visitor
) -> None:
    answers = []
    for address in (ada.address, "nobody@home.example"):
        house.clock.forward(seconds=60)
        answers.append(ask(carla, address))
    assert [(one.status_code, one.location, one.text) for one in answers] == [
        (303, "/account", answers[0].text)
    ] * 2


def test_who_confirms_an_address_that_somebody_has_is_told(
    house: House, ada: Visitor, carla: Visitor
) -> None:
    ask(carla, ada.address)
    path, before = link(house, ada.address), house.head()
    status, complaints = refused(house.visitor().post(path))
    assert (status, list(complaints)) == (422, ["address"])
    assert complaints["address"].startswith("This address belongs to another account.")
    assert house.since(before) == []


def test_what_is_wrong_is_said_at_its_field(house: House, carla: Visitor) -> None:
    wrong_password = {"password": "This is not your password."}
    assert refused(ask(carla, password="another")) == (422, wrong_password)
    same = {"address": "This is your address already."}
    assert refused(ask(carla, carla.address)) == (422, same)
    empty = refused(carla.post(HERE, address="", password=""))
    assert empty == (
        422,
        {"address": "Please enter an e-mail address.", "password": "Please enter your password."},
    )
    ask(carla)
    status, complaints = refused(ask(carla))
    assert (status, list(complaints)) == (422, ["address"])
    assert complaints["address"].startswith("A link was sent just now")
    assert len(house.mails_to(NEW)) == 1


def test_the_password_is_never_shown_again(carla: Visitor) -> None:
    answer = ask(carla, "not an address", "a canary sang in the mine")
    assert answer.status_code == 422
    assert "canary" not in answer.text


def test_a_link_that_was_used_or_replaced_says_that_it_does_nothing(
    house: House, carla: Visitor
) -> None:
    ask(carla)
    older = link(house)
    house.clock.forward(seconds=60)
    ask(carla, "carla@other.example")
    newer, visitor = link(house, "carla@other.example"), house.visitor()
    visitor.post(newer)
    before, over = house.head(), (410, "This link does nothing any more")
    answers = [act(path) for path in (older, newer) for act in (visitor.get, visitor.post)]
    assert [told(one) for one in answers] == [over] * 4
    assert house.since(before) == []


def come_back(house: House, visitor: Visitor) -> None:
    """Let a mail to somebody's address come back for good."""
    user_id, at = who(house, visitor.address), house.clock()
    person = house.portal.roster.person(user_id)
    assert person is not None
    mailbox = Mailbox.begin(user_id, by=MAIL_CARRIER, at=at)
    mailbox.come_back(
        notice_id=UUID(int=1),
        address_version=sealed_in_version(person.email),
        status="5.1.1",
        by=MAIL_CARRIER,
        at=at,
    )
    house.stores.log.save(mailbox)
    house.settle()


def banner(visitor: Visitor, path: str = "/inbox") -> str | None:
    found = page_of(visitor.get(path)).select_one("section[aria-label='Mails come back']")
    return found.get_text(" ", strip=True) if found else None


def test_whose_mails_come_back_is_told_so_on_every_page(
    house: House, ada: Visitor, carla: Visitor
) -> None:
    assert banner(carla) is None
    come_back(house, carla)
    shown = banner(carla)
    assert shown is not None
    assert shown.startswith("Mails to carla@home.example come back,")
    assert banner(ada) is None
    assert heading(carla.get("/inbox")) == "Secure Inbox"


def test_she_says_that_it_works_again_and_the_banner_is_gone(house: House, carla: Visitor) -> None:
    come_back(house, carla)
    before = house.head()
    answers = [carla.post("/account/email/works") for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert house.since(before) == ["mailbox.address-confirmed"]
    assert banner(carla) is None


def test_with_another_address_nothing_comes_back_any_more(house: House, carla: Visitor) -> None:
    come_back(house, carla)
    ask(carla)
    carla.post(link(house))
    assert banner(carla) is None


def test_a_link_to_set_the_password_works_only_as_long_as_its_address_is_hers(
    house: House, carla: Visitor
) -> None:
    links, me, at = house.portal.registering.links, who(house, carla.address), house.clock()
    ask(carla)
    carla.post(link(house))
    late = links.mint(me, LinkPurpose.SET_PASSWORD, at=at, expires_at=at + timedelta(hours=1))
    assert told(house.visitor().get(f"/password/{late}")) == (404, "This link is not valid")
    answer = house.visitor().post(f"/password/{late}", password=PASSWORD)
    assert told(answer) == (404, "This link is not valid")
    house.visitor().post("/forgot-password", address=NEW)
    assert house.visitor().get(house.link(NEW, "password")).status_code == 200
