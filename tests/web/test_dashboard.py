from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of


def tiles(visitor: Visitor) -> list[tuple[str, str]]:
    page = page_of(visitor.get("/dashboard"))
    return [(one.strong.get_text(), str(one["href"])) for one in page.select(".tile")]  # type: ignore[union-attr] - a tile has a name


def entries(visitor: Visitor) -> list[str]:
    page = page_of(visitor.get("/dashboard"))
    return [" ".join(one.get_text().split()) for one in page.select("nav a")]


def test_the_dashboard_shows_the_ways_onward_in_the_words_of_the_product(
    ada: Visitor, carla: Visitor
) -> None:
    assert tiles(ada) == [
        ("Send Secure Message", "/compose"),
        ("Secure Inbox", "/inbox"),
        ("My Practice", "/practice"),
    ]
    assert tiles(carla) == [("Send Secure Message", "/compose"), ("Secure Inbox", "/inbox")]


def test_the_left_column_leads_everywhere_and_counts_what_is_unread(ben: Visitor) -> None:
    others = ["Compose", "Sent", "My Practice", "Billing"]
    assert entries(ben) == ["Dashboard", "Secure Inbox 1", *others]
    ben.get(first_message(ben))
    assert entries(ben) == ["Dashboard", "Secure Inbox", *others]


def test_the_page_that_is_open_is_marked(ben: Visitor) -> None:
    page = page_of(ben.get("/inbox"))
    assert [one["href"] for one in page.select("[aria-current=page]")] == ["/inbox"]


def test_the_start_leads_to_where_it_makes_sense_to_begin(house: House, ada: Visitor) -> None:
    assert ada.get("/").location == "/dashboard"
    assert house.visitor().get("/").location == "/sign-in"


def test_the_menu_says_who_is_signed_in(ada: Visitor) -> None:
    menu = page_of(ada.get("/dashboard")).select_one(".avatar-menu")
    assert menu is not None
    assert menu.summary["aria-label"] == "Account menu of Ada Sample"  # type: ignore[index] - the label is what is tested
    assert [one in menu.get_text() for one in (ada.address, "Sample Dental", "Sign Out")] == [
        True,
        True,
        True,
    ]
