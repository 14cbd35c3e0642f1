from tests.fixtures.house import House, Visitor
from tests.web.pages import COOKIE, cookie_of, same_browser

ADA = "ada@sample-dental.example"


def with_cookie(house: House, value: str) -> Visitor:
    visitor = house.visitor()
    visitor.client.set_cookie(COOKIE, value)
    return visitor


def is_inside(visitor: Visitor) -> bool:
    return visitor.get("/dashboard").status_code == 200


def seen_every_ten_minutes(house: House, visitor: Visitor, *, times: int) -> list[bool]:
    seen = []
    for _ in range(times):
        house.clock.forward(minutes=10)
        seen.append(is_inside(visitor))
    return seen


def test_signing_in_gives_the_session_a_new_name(house: House, ada: Visitor) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in")
    before = cookie_of(visitor)
    visitor.sign_in(ADA)
    assert cookie_of(visitor) != before
    assert [is_inside(with_cookie(house, one)) for one in (before, cookie_of(visitor))] == [
        False,
        True,
    ]
    assert is_inside(ada)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(house: House) -> None:
    answer = house.visitor().get("/sign-in")
    flags = answer.headers["Set-Cookie"].split("; ")[1:]
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax"]


def test_an_invented_cookie_opens_nothing(house: House) -> None:
    invented = ["", "x", "x" * 4000, "../../x", "%00", "\u00e9\u00ff", "a=b"]
    visitors = [with_cookie(house, one) for one in invented]
    assert {one.get("/dashboard").location for one in visitors} == {"/sign-in"}
    assert {one.get("/sign-in").status_code for one in visitors} == {200}


def test_an_altered_cookie_opens_nothing(house: House, ada: Visitor) -> None:
    right = cookie_of(ada)
    wrong = [right[:-1] + "!", right[1:], right + "A", right.swapcase()]
    assert [is_inside(with_cookie(house, one)) for one in wrong] == [False] * 4
    assert is_inside(ada)


def test_bytes_that_are_no_text_are_no_session(house: House) -> None:
    answer = house.app.test_client().get(
        "/dashboard", environ_overrides={"HTTP_COOKIE": "securemail=\xff\xfe\x80"}
    )
    assert answer.location == "/sign-in"


def test_a_cookie_from_before_signing_out_opens_nothing(house: House, ada: Visitor) -> None:
    tab = same_browser(house, ada)
    before = house.head()
    assert ada.post("/sign-out").location == "/sign-in"
    assert house.since(before) == ["user.signed-out"]
    assert [is_inside(tab), is_inside(ada)] == [False, False]


def test_a_session_ends_after_fifteen_idle_minutes(house: House, ada: Visitor) -> None:
    house.clock.forward(minutes=14)
    assert is_inside(ada)
    house.clock.forward(minutes=15)
    assert not is_inside(ada)


def test_a_session_ends_after_twelve_hours_however_busy(house: House, ada: Visitor) -> None:
    assert seen_every_ten_minutes(house, ada, times=72) == [True] * 71 + [False]


def test_a_form_of_an_ended_session_does_nothing(house: House, ada: Visitor) -> None:
    token = ada.token()
    house.clock.forward(minutes=16)
    before = house.head()
    answer = ada.client.post("/compose", data={"csrf_token": token, "to": "eve@home.example"})
    assert answer.location == "/sign-in"
    assert house.since(before) == []


def test_a_session_holds_nothing_of_a_person_but_her_identifier(house: House, ada: Visitor) -> None:
    ada.page("/dashboard")
    with house.stores.pool.connection() as connection:
        rows = connection.execute("SELECT content FROM vault.session").fetchall()
    kept = {name for (content,) in rows for name in content}
    assert kept <= {"csrf_token", "user_id", "_flashes", "next"}
