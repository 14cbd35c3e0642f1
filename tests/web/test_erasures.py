"""Erasing a person: asked for by the practice, withdrawn in time, done on the day."""

from uuid import UUID

from domain.aggregate import SWEEPER
from domain.erasure import Erasure
from domain.pseudonym import pseudonym
from runtime.parts.sweeper import sweeper_of
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, flashes, heading, page_of, refused, told

NOT_YOURS = (404, "There is nothing here")
BEN = "ben@sample-dental.example"


def user_id(house: House, address: str) -> UUID:
    holder = house.portal.inviting.holder(address)
    assert holder is not None
    return holder


def page(house: House, address: str) -> str:
    return f"/practice/people/{user_id(house, address)}/erasure"


def erase(house: House, ada: Visitor, address: str) -> UUID:
    """Let the day of an erasure come at once."""
    gone = user_id(house, address)
    settings = {"shortest": "0", "usual": "30", "longest": "30", "retention": "0"}
    ada.post("/practice/settings", **settings)
    ada.post(page(house, address), understood="yes")
    sweeper_of(house.stores, house.blobs, house.clock).sweep()
    house.settle()
    house.clock.forward(minutes=1)
    return gone


def states(visitor: Visitor) -> list[str]:
    cells = visitor.page("/practice").select("td[data-label=Status]")
    return sorted(one.get_text() for one in cells)


def test_a_user_manager_asks_for_an_erasure_and_thinks_better_of_it(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path, before = page(house, BEN), house.head()
    assert heading(ada.get(path)) == "Erasure of Ben Desk"
    unticked = "Please tick the box if this person is to be erased."
    assert refused(ada.post(path)) == (422, {"understood": unticked})
    for _ in range(2):
        assert ada.post(path, understood="yes").location == "/practice"
    assert states(ada) == ["Active", "To be erased on Mar 2, 2032"]
    assert ben.get("/inbox").status_code == 200
    for _ in range(2):
        assert ada.post(f"{path}/withdrawal").location == "/practice"
    assert states(ada) == ["Active", "Active"]
    assert house.since(before) == ["erasure.requested", "erasure.withdrawn"]
    assert ada.post(path, understood="yes").location == "/practice"
    assert house.since(before)[2:] == ["erasure.requested-again"]


def test_of_who_was_erased_a_pseudonym_is_left_everywhere(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    ben.post(f"{first_message(ben)}/reply", body="Thanks", form_id=ben.form_id())
    thread = first_message(ada)
    gone = erase(house, ada, BEN)
    name = pseudonym(gone)
    assert states(ada) == ["Active", "Erased"]
    for path in ("/practice", "/inbox", "/sent", thread):
        text = ada.page(path).get_text()
        assert name in text
        assert "Ben Desk" not in text
        assert BEN not in text
    assert "Thanks" in ada.page(thread).get_text()
    assert heading(ada.get(f"/practice/people/{gone}/erasure")) == f"Erasure of {name}"
    again = ada.post(f"/practice/people/{gone}/erasure/withdrawal")
    assert again.location == "/practice"
    assert flashes(ada.page("/practice")) == ["This person was erased already."]


def test_who_was_erased_is_out_at_once_and_the_address_is_free_for_somebody_new(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    gone = erase(house, ada, BEN)
    assert ben.get("/inbox").location == "/sign-in"
    assert house.visitor().sign_in(BEN).status_code == 422
    assert ada.compose(BEN, "staff-in-my-practice").status_code == 303
    assert user_id(house, BEN) != gone
    new = house.join(BEN, "Another Ben")
    assert "Thanks" not in new.page("/inbox").get_text()


def test_nobody_replies_to_who_was_erased(house: House, ada: Visitor, ben: Visitor) -> None:
    ben.post(f"{first_message(ben)}/reply", body="Thanks", form_id=ben.form_id())
    path = first_message(ada)
    erase(house, ada, BEN)
    answer = ada.post(f"{path}/reply", body="You are welcome", form_id=ada.form_id())
    words = "This person's account was erased, so nothing reaches them any more."
    assert refused(answer) == (422, {"body": words})


def test_a_patient_is_erased_on_request_of_who_invited_her(
    house: House, ada: Visitor, carla: Visitor
) -> None:
    gone = erase(house, ada, carla.address)
    assert pseudonym(gone) in page_of(ada.get("/practice")).get_text()


def test_nobody_erases_herself_others_people_or_without_being_user_manager(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    before = house.head()
    tries = [
        (ada, ada.address),
        (ada, dora.address),
        (ben, ada.address),
        (dora, BEN),
    ]
    for visitor, address in tries:
        assert told(visitor.get(page(house, address))) == NOT_YOURS
        assert told(visitor.post(page(house, address), understood="yes")) == NOT_YOURS
        assert told(visitor.post(f"{page(house, address)}/withdrawal")) == NOT_YOURS
    assert house.since(before) == []


def test_a_session_that_began_in_the_moment_of_the_erasure_counts_no_more(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    gone, now = user_id(house, BEN), house.clock()
    about = {"practice_id": house.portal.new_id(), "due_at": now}
    erasure = Erasure.request(gone, by=user_id(house, ada.address), at=now, **about)
    erasure.complete(by=SWEEPER, at=now)
    house.stores.log.save(erasure)
    house.settle()
    assert ben.get("/inbox").location == "/sign-in"
    assert ada.get("/inbox").status_code == 200
