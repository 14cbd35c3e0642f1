"""The cookie by which a browser is known again, and the notice of a sign-in elsewhere."""

from datetime import timedelta

from tests.fixtures.house import PASSWORD, House, Visitor

NOTICE = "A new sign-in to your SecureMail account"


def names(visitor: Visitor) -> list[str]:
    cookie = visitor.client.get_cookie("device")
    return [cookie.value] if cookie else []


def subjects(house: House, address: str) -> list[str]:
    return [mail.subject for mail in house.mails_to(address)]


def test_a_browser_keeps_a_long_name_for_400_days_out_of_reach_of_scripts(carla: Visitor) -> None:
    cookie = carla.client.get_cookie("device")
    assert cookie is not None
    assert len(cookie.value) == 22
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.max_age == timedelta(days=400).total_seconds()


def test_over_tls_no_other_host_can_set_it(house: House, carla: Visitor) -> None:
    app = house.at("https://localhost")
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        data={"csrf_token": token, "address": carla.address, "password": PASSWORD},
    )
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "device=" in one]
    assert cookie.startswith("__Host-device=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_browser_keeps_its_name_from_one_sign_in_to_the_next(carla: Visitor) -> None:
    before = names(carla)
    carla.post("/sign-out")
    carla.sign_in(carla.address)
    assert names(carla) == before


def test_who_did_not_come_in_is_given_no_name(house: House, carla: Visitor) -> None:
    stranger = house.visitor()
    stranger.sign_in(carla.address, "wrong")
    stranger.get("/sign-in")
    assert names(stranger) == []


def test_a_name_that_we_did_not_draw_is_replaced(house: House, carla: Visitor) -> None:
    for wrong in ("", "short", "x" * 65, "not a name, but long enough"):
        visitor = house.visitor()
        visitor.client.set_cookie("device", wrong)
        visitor.sign_in(carla.address)
        assert len(names(visitor)[0]) == 22


def test_a_sign_in_elsewhere_is_told_once_by_mail(house: House, carla: Visitor) -> None:
    assert NOTICE not in subjects(house, carla.address)
    elsewhere = house.visitor()
    elsewhere.sign_in(carla.address)
    assert NOTICE in subjects(house, carla.address)
    elsewhere.sign_in(carla.address)
    carla.sign_in(carla.address)
    assert subjects(house, carla.address).count(NOTICE) == 1


def test_two_people_in_one_browser_are_known_each_by_her_own(
    house: House, ben: Visitor, carla: Visitor
) -> None:
    ben.sign_in(carla.address)
    assert NOTICE in subjects(house, carla.address)
    ben.sign_in("ben@sample-dental.example")
    assert NOTICE not in subjects(house, "ben@sample-dental.example")
