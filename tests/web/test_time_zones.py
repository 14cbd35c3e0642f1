"""Time zones by the names of places, each once, and no abbreviation or old spelling."""

from zoneinfo import ZoneInfo

from web.time_zones import names, place, zones


def test_every_name_is_one_that_clocks_know() -> None:
    assert {ZoneInfo(name).key for name in names()} == names()
    assert {"America/New_York", "Europe/Vienna", "Asia/Kolkata", "UTC"} <= names()


def test_abbreviations_and_old_spellings_are_not_offered() -> None:
    assert names() & {"EST", "EST5EDT", "US/Eastern", "Etc/GMT+5", "GB", "posixrules"} == set()


def test_a_place_is_called_as_people_write_it() -> None:
    called = [place(name) for name in ("America/New_York", "America/Argentina/Buenos_Aires")]
    assert called == ["New York", "Argentina, Buenos Aires"]


def test_every_place_is_offered_once_under_its_continent() -> None:
    offered = [name for group in zones().values() for name, _ in group]
    assert len(offered) == len(set(offered)) == len(names()) - 1
    assert {name.partition("/")[0] for name, _ in zones()["Europe"]} == {"Europe"}
