"""The end of a message: chosen when it is written, changed afterwards, or a recall."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.clock import START
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, flashes, heading, page_of, refused, subjects, told

BEN = "ben@sample-dental.example"
NOT_YOURS = (404, "There is nothing here")
REASON = "It went to the wrong Ben."


def ends(house: House, path: str) -> datetime:
    with house.stores.pool.connection() as connection:
        row = connection.execute(
            "SELECT ends_at FROM inbox.message WHERE message_id = %s", (path.rpartition("/")[2],)
        ).fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment.astimezone(UTC)


def tombstone(visitor: Visitor, path: str) -> str:
    found = page_of(visitor.get(path)).select_one(".tombstone")
    assert found is not None
    return " ".join(found.get_text(" ").split())


@pytest.mark.parametrize(
    ("chosen", "end"),
    [
        ({}, START + timedelta(days=30)),
        ({"ends_after": ""}, START + timedelta(days=30)),
        ({"ends_after": "7"}, START + timedelta(days=7)),
        ({"ends_after": "7", "ends_at": "2026-03-03T12:00"}, START + timedelta(days=7)),
        (
            {"ends_after": "moment", "ends_at": "2026-03-03T12:00"},
            datetime(2026, 3, 3, 12, 0, tzinfo=UTC),
        ),
        (
            {"ends_after": "moment", "ends_at": "2026-03-03T12:00", "zone": "America/New_York"},
            datetime(2026, 3, 3, 17, 0, tzinfo=UTC),
        ),
        (
            {"ends_at": "2026-03-03T12:00+05:30", "zone": "America/New_York"},
            datetime(2026, 3, 3, 6, 30, tzinfo=UTC),
        ),
        (  # an hour that clocks skip in spring
            {"ends_at": "2026-03-08T02:30", "zone": "America/New_York"},
            datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_end_is_chosen_with_the_message_in_days_or_as_a_moment_in_any_time_zone(
    house: House, ada: Visitor, chosen: dict[str, str], end: datetime
) -> None:
    sent = ada.compose(BEN, "staff-in-my-practice", **chosen)
    assert sent.status_code == 303, refused(sent)
    assert ends(house, sent.location) == end


PAST = "This moment has passed already."
TOO_LATE = "A message ends at most 30 days after it was sent."
NO_MOMENT = "Please write the moment as in 2026-12-24 18:00, in a time zone that exists."


@pytest.mark.parametrize(
    ("chosen", "field", "complaint"),
    [
        ({"ends_at": "2026-03-02T08:59"}, "ends_at", PAST),
        ({"ends_at": "2026-03-02T09:00"}, "ends_at", PAST),
        ({"ends_at": "2026-03-02T11:00+02:00"}, "ends_at", PAST),
        ({"ends_at": "2026-04-01T09:01"}, "ends_at", TOO_LATE),
        ({"ends_at": "9999-12-31T23:59", "zone": "America/New_York"}, "ends_at", NO_MOMENT),
        ({"ends_at": "0001-01-01T00:00", "zone": "Asia/Tokyo"}, "ends_at", NO_MOMENT),
        ({"ends_at": "2026-03-03T12:00", "zone": "Nowhere/Land"}, "ends_at", NO_MOMENT),
        ({"ends_at": "2026-03-03T12:00", "zone": "../../etc/passwd"}, "ends_at", NO_MOMENT),
        ({"ends_at": "tomorrow"}, "ends_at", NO_MOMENT),
        ({"ends_after": "60"}, "ends_at", TOO_LATE),
        ({"ends_after": "5"}, "ends_after", "Please choose one of the list."),
        (
            {"ends_after": "moment"},
            "ends_after",
            "Please choose the moment, or a number of days.",
        ),
    ],
)
def test_an_end_that_cannot_be_is_refused_at_its_field_and_nothing_is_sent(
    house: House, ada: Visitor, chosen: dict[str, str], field: str, complaint: str
) -> None:
    before = house.head()
    answer = ada.compose(BEN, "staff-in-my-practice", **chosen)
    assert refused(answer) == (422, {field: complaint})
    assert house.since(before) == []


def test_a_reply_has_an_end_of_its_own(house: House, ada: Visitor, ben: Visitor) -> None:
    path = first_message(ben)
    fields = {"body": "An answer", "form_id": ben.form_id()}
    late = ben.post(f"{path}/reply", ends_at="2027-01-01T00:00", **fields)
    assert refused(late) == (422, {"ends_at": TOO_LATE})
    assert ben.post(f"{path}/reply", ends_after="1", **fields).status_code == 303
    assert ends(house, first_message(ada)) == START + timedelta(days=1)


def test_the_sender_changes_the_end_afterwards(house: House, ada: Visitor, ben: Visitor) -> None:
    path = first_message(ada, "/sent")
    assert heading(ada.get(f"{path}/ending")) == "End of a message"
    changed = ada.post(f"{path}/expiry", ends_after="2")
    assert changed.location == path
    assert flashes(ada.page(path)) == ["The end of the message was changed."]
    assert ends(house, path) == START + timedelta(days=2)
    house.clock.forward(days=2)
    ben.sign_in(ben.address)
    assert subjects(ben.page("/inbox")) == ["This message has ended"]
    assert tombstone(ben, path).startswith("This message ended on Mar 4, 2026, 09:00 UTC")


def test_a_change_to_nothing_to_the_past_or_beyond_the_ceiling_is_refused(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path, before = first_message(ada, "/sent"), house.head()
    nothing = ada.post(f"{path}/expiry")
    assert refused(nothing) == (422, {"ends_after": "Please choose when the message ends."})
    late = ada.post(f"{path}/expiry", ends_after="60")
    assert refused(late) == (422, {"ends_at": TOO_LATE})
    house.clock.forward(days=2)
    ada.sign_in(ada.address)
    gone = ada.post(f"{path}/expiry", ends_after="1")
    assert refused(gone) == (422, {"ends_at": PAST})
    assert "message.expiry-changed" not in house.since(before)
    assert ben.get("/inbox").status_code == 303


def test_a_recalled_message_is_a_tombstone_with_its_reason_at_both_ends(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path, before = first_message(ada, "/sent"), house.head()
    ben.get(path)
    recalled = ada.post(f"{path}/recall", reason=REASON)
    assert recalled.location == path
    assert house.since(before) == ["message.read", "message.recalled"]
    for visitor in (ada, ben):
        words = tombstone(visitor, path)
        assert "Ada Sample recalled this message on Mar 2, 2026, 09:00 UTC" in words
        assert f"Reason: {REASON}" in words
        assert "A body" not in visitor.get(path).text
        assert "For Ben" not in visitor.get(path).text
    assert subjects(ben.page("/inbox")) == ["This message was recalled"]
    assert subjects(ada.page("/sent")) == ["This message was recalled"]
    assert house.since(before) == ["message.read", "message.recalled"]


def test_a_recall_needs_a_reason_and_is_the_senders_alone(
    house: House, ada: Visitor, ben: Visitor, carla: Visitor
) -> None:
    path, before = first_message(ben), house.head()
    empty = ada.post(f"{path}/recall", reason=" ")
    assert refused(empty) == (422, {"reason": "Please enter a reason."})
    for other in (ben, carla):
        assert told(other.post(f"{path}/recall", reason=REASON)) == NOT_YOURS
        assert told(other.get(f"{path}/ending")) == NOT_YOURS
        assert told(other.post(f"{path}/expiry", ends_after="1")) == NOT_YOURS
    assert house.since(before) == []


def test_recalling_twice_changes_nothing(house: House, ada: Visitor, ben: Visitor) -> None:
    path = first_message(ben)
    ada.post(f"{path}/recall", reason=REASON)
    before = house.head()
    again = ada.post(f"{path}/recall", reason="Another reason")
    assert again.location == path
    assert ada.get(f"{path}/ending").location == path
    assert house.since(before) == []
    assert REASON in tombstone(ben, path)


def test_everything_that_one_wrote_in_a_conversation_is_recalled_together(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path = first_message(ben)
    ben.post(f"{path}/reply", body="One", form_id=ben.form_id())
    answer = first_message(ada)
    ada.post(f"{answer}/reply", body="Two", form_id=ada.form_id())
    page = page_of(ada.get(f"{path}/ending"))
    assert "Also recall the other message" in page.get_text()
    before = house.head()
    ada.post(f"{path}/recall", reason=REASON, every="yes")
    assert house.since(before) == ["message.recalled", "message.recalled"]
    assert flashes(ada.page(path)) == [
        "2 messages were recalled. Nobody can open the content any more."
    ]
    assert [one.get_text() for one in page_of(ben.get(path)).select(".body")] == ["One"]


def test_what_ended_meanwhile_is_neither_changed_nor_recalled(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    path = first_message(ben)
    house.clock.forward(days=30)
    ada.sign_in(ada.address)
    before = house.head()
    for answer in (
        ada.post(f"{path}/expiry", ends_after="7"),
        ada.post(f"{path}/recall", reason=REASON),
        ada.get(f"{path}/ending"),
    ):
        assert answer.location == path
    assert house.since(before) == []
