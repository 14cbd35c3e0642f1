from bs4 import BeautifulSoup

from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of


def table(page: BeautifulSoup, caption: str) -> list[list[str]]:
    found = page.find("caption", string=caption)
    assert found is not None
    rows = found.find_parent("table").select("tbody tr")  # type: ignore[union-attr] - a caption is in a table
    return sorted([" ".join(cell.get_text().split()) for cell in row.select("td")] for row in rows)


def test_a_practice_sees_its_members_and_whom_it_invited_but_not_what_they_are_elsewhere(
    ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    ada.compose("new@sample-dental.example", "doctor-in-my-practice")
    page = page_of(ben.get("/practice"))
    assert page.h1.get_text() == "Sample Dental"  # type: ignore[union-attr] - the heading is what is tested
    assert table(page, "Members of the practice") == [
        ["Ada Sample User Manager", "ada@sample-dental.example", "Doctor", "Active", "Paid"],
        ["Ben Desk", "ben@sample-dental.example", "Staff", "Active", "Free"],
        ["Not given yet", "new@sample-dental.example", "Doctor", "Invited", "Free"],
    ]
    invited = page_of(ada.get("/practice"))
    assert table(invited, "People whom the practice invited") == [
        ["Dora Crown", "dora@other-dental.example", "Doctor", "Active", ""]
    ]
    assert "dora@" not in page.get_text()
    assert dora.get("/practice").status_code == 200


def test_another_practice_sees_nothing_of_it(dora: Visitor) -> None:
    page = page_of(dora.get("/practice"))
    assert page.h1.get_text() == "Other Dental"  # type: ignore[union-attr] - the heading is what is tested
    [[name, address, role, state, tier, _]] = table(page, "Members of the practice")
    assert [name, address, role, state] == [
        "Dora Crown User Manager",
        "dora@other-dental.example",
        "Doctor",
        "Active",
    ]
    assert tier == "Free: history of Dora Crown Buy ($10.00 a month) for Dora Crown"
    assert "sample-dental" not in page.get_text()
    assert "appear here" in page.get_text()


def test_an_invitation_that_was_not_answered_in_time_is_shown_as_expired(
    house: House, ada: Visitor
) -> None:
    ada.compose("new@sample-dental.example", "doctor-in-my-practice")
    house.clock.forward(days=14)
    ada.sign_in(ada.address)
    rows = table(page_of(ada.get("/practice")), "Members of the practice")
    ended = "Invitation expired Sent Mar 2, 2026, ended Mar 16, 2026."
    assert [row[3] for row in rows] == ["Active", ended]
