from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of


def initials(visitor: Visitor) -> str:
    found = page_of(visitor.get("/dashboard")).select_one(".avatar-menu .badge-round")
    assert found is not None
    return found.get_text()


def badge_of(house: House, name: str) -> str:
    address = f"doctor-{house.head()}@sample.example"
    house.open_practice(f"Practice {house.head()}", address)
    return initials(house.join(address, name))


def test_a_round_badge_shows_first_and_last_letter_of_the_name(house: House) -> None:
    names = ["Ada Maria van Sample", "ada", "李 小龍", "(Ada) O'Neil", "!? -"]
    assert [badge_of(house, name) for name in names] == ["AS", "A", "李小", "O", "?"]


def test_who_has_not_told_a_name_is_shown_by_address(ada: Visitor) -> None:
    ada.compose("eve@home.example", "patient")
    shown = page_of(ada.get("/sent")).select_one(".mail-who")
    assert shown is not None
    assert shown.get_text() == "To eve@home.example"


def test_who_is_gone_from_the_roster_is_an_unknown_person(house: House, ben: Visitor) -> None:
    path = first_message(ben)
    with house.stores.pool.connection() as connection:
        connection.execute("DELETE FROM roster.person WHERE kind = 'doctor'")
    assert "Unknown person" in ben.get(path).text


def test_a_message_whose_key_is_destroyed_says_that_it_cannot_be_opened(
    house: House, ben: Visitor
) -> None:
    path = first_message(ben)
    with house.stores.pool.connection() as connection:
        connection.execute("DELETE FROM vault.data_key WHERE kind = 'content'")
    assert "Cannot be opened" in ben.get("/inbox").text
    assert "This message cannot be opened. Please tell support." in ben.get(path).text
