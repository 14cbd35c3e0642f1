"""How a person says how she is told of messages, and by whose clock she lives."""

import pytest

from domain.profile import NoticesBy
from projections.reach import Reachable
from tests.fixtures.house import House, Visitor
from tests.web.pages import field, flashes, page_of, refused

HERE = "/account/notices"
CHOSEN = ["profile.begun", "profile.notices-chosen"]


def reach(house: House, visitor: Visitor) -> Reachable:
    holder = house.portal.inviting.holder(visitor.address)
    assert holder is not None
    return house.portal.reach.of(holder)


def options(visitor: Visitor, name: str) -> list[str]:
    return [one.get_text() for one in field(visitor.get(HERE), name).select("option")]


def chosen(visitor: Visitor, name: str) -> str:
    [option] = field(visitor.get(HERE), name).select("option[selected]")
    return option.get_text()


def test_the_four_ways_have_the_words_of_the_product(carla: Visitor) -> None:
    assert options(carla, "notices") == ["E-mail and text", "Text", "E-mail", "None"]
    assert chosen(carla, "notices") == "E-mail"
    hint = page_of(carla.get(HERE)).select_one("#notices-hint")
    assert hint is not None
    assert "always comes by e-mail" in hint.get_text()


def test_a_way_that_was_chosen_shows_at_once(house: House, carla: Visitor) -> None:
    before = house.head()
    answer = carla.unsettled_post(HERE, notices="none")
    assert (answer.status_code, answer.location) == (303, HERE)
    assert house.since(before) == CHOSEN
    assert chosen(carla, "notices") == "None"
    assert flashes(carla.page("/account")) == []
    assert reach(house, carla).notices is NoticesBy.NONE


def test_texts_need_a_proved_phone(house: House, carla: Visitor) -> None:
    before = house.head()
    answers = [refused(carla.post(HERE, notices=one)) for one in ("text", "email-and-text")]
    problem = "Please prove your cell phone first; the link is below."
    assert answers == [(422, {"notices": problem})] * 2
    assert house.since(before) == []
    assert page_of(carla.get(HERE)).select_one("main a[href='/account/phone']") is not None


def test_where_no_texts_are_set_up_none_can_be_chosen(house: House, carla: Visitor) -> None:
    house.leave_without_texts()
    problem = "Texts are not set up here. Please choose another way."
    assert refused(carla.post(HERE, notices="text")) == (422, {"notices": problem})
    assert page_of(carla.get(HERE)).select_one("main a[href='/account/phone']") is None


@pytest.mark.parametrize("typed", ["", "by-pigeon", "TEXT", "x" * 1000])
def test_there_are_no_other_ways(house: House, carla: Visitor, typed: str) -> None:
    before = house.head()
    answer = refused(carla.post(HERE, notices=typed))
    assert answer == (422, {"notices": "Please choose one."})
    assert house.since(before) == []


def test_places_are_offered_by_continent_and_none_is_chosen_for_anybody(carla: Visitor) -> None:
    shown = field(carla.get(HERE), "time_zone")
    continents = [str(one["label"]) for one in shown.select("optgroup")]
    assert continents[:4] == ["America", "Pacific", "Atlantic", "Europe"]
    assert shown.select("option[selected]") == []
    assert shown.has_attr("data-own-zone")
    assert {"Please choose", "New York", "Argentina, Buenos Aires", "Vienna", "UTC"} <= {
        one.get_text() for one in shown.select("option")
    }


def test_by_the_clock_that_was_chosen_pages_show_times(house: House, ada: Visitor) -> None:
    ada.compose("carla@home.example", "patient")
    assert "Mar 2, 2026, 09:00 UTC" in ada.get("/sent").text
    before = house.head()
    ada.post("/account/time-zone", time_zone="America/Chicago")
    assert house.since(before) == ["profile.begun", "profile.time-zone-chosen"]
    assert "Mar 2, 2026, 03:00 CST" in ada.get("/sent").text
    hint = page_of(ada.get(HERE)).select_one("#time_zone-hint")
    assert hint is not None
    assert "It is 03:00 there now." in hint.get_text()
    assert (chosen(ada, "time_zone"), reach(house, ada).time_zone) == ("Chicago", "America/Chicago")


def test_a_day_is_that_of_the_clock_that_was_chosen(house: House, ben: Visitor) -> None:
    house.buy(ben)
    assert "Apr 2, 2026" in ben.get("/billing").text
    ben.post("/account/time-zone", time_zone="Pacific/Kiritimati")
    assert "Apr 2, 2026, 23:00" in ben.get("/account").text


@pytest.mark.parametrize("typed", ["", "Europe/Atlantis", "EST5EDT", "../etc/passwd"])
def test_there_are_no_other_places(house: House, carla: Visitor, typed: str) -> None:
    before = house.head()
    answer = refused(carla.post("/account/time-zone", time_zone=typed))
    assert answer == (422, {"time_zone": "Please choose one."})
    assert house.since(before) == []
