"""A refused card and an ended paid version are said on every page, to whom it concerns."""

from tests.fixtures.house import House, Visitor
from tests.web.till import fall_due, pass_days, session_of, state_of, user_id, way_back, words

PAGES = ("/dashboard", "/inbox", "/sent", "/account", "/practice")


def banners(visitor: Visitor, path: str = "/dashboard") -> list[str]:
    return [words(one) for one in visitor.page(path).select(".trouble")]


def buttons(visitor: Visitor, path: str = "/dashboard") -> list[str]:
    return [words(one) for one in visitor.page(path).select(".trouble button, .trouble a.btn")]


def test_who_pays_for_herself_is_told_on_every_page_and_can_leave_another_card(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    assert banners(ben) == []
    fall_due(house, ben)
    note = (
        "Your card was refused. You keep the paid version until Apr 6, 2026, 09:00 UTC; nothing is "
        "lost meanwhile."
    )
    assert {tuple(one.partition(" Update")[0] for one in banners(ben, path)) for path in PAGES} == {
        (note,)
    }
    assert buttons(ben) == ["Update Credit Card"]
    assert ben.compose("eve@home.example", "patient").status_code == 303


def test_payer_and_beneficiary_are_both_told_each_what_to_do(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    fall_due(house, ada, ben)
    [adas], [bens] = banners(ada), banners(ben)
    assert adas.startswith("Your card was refused for the paid version of Ben Desk. It is kept")
    assert bens.startswith("The payment for your paid version was refused. You keep the paid")
    assert (buttons(ada), buttons(ben)) == (["Update Credit Card"], ["Buy Now"])


def test_nobody_else_is_told(
    house: House, ada: Visitor, ben: Visitor, carla: Visitor, dora: Visitor
) -> None:
    house.buy(ben)
    fall_due(house, ada, ben, carla, dora)
    assert len(banners(ben)) == 1
    assert [banners(one) for one in (ada, carla, dora)] == [[]] * 3


def test_who_has_to_confirm_is_led_to_it(house: House, ben: Visitor) -> None:
    house.buy(ben)
    fall_due(house, ben, answer="needs-holder")
    assert buttons(ben) == ["Confirm the Payment", "Update Credit Card"]


def test_after_the_grace_the_version_has_ended_and_buy_now_brings_it_back(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    fall_due(house, ben)
    pass_days(house, 7, ben)
    assert state_of(house, ben) == "free"
    assert [one.partition(" Buy Now")[0] for one in banners(ben)] == [
        "Your paid version has ended. You read and reply as before; everything is still here."
    ]
    assert buttons(ben) == ["Buy Now"]
    assert ben.compose("eve@home.example", "patient").status_code == 403
    house.buy(ben)
    assert banners(ben) == []
    assert ben.compose("eve@home.example", "patient").status_code == 303


def test_where_buy_now_stands_anyway_it_stands_once(house: House, ben: Visitor) -> None:
    house.buy(ben)
    fall_due(house, ben)
    pass_days(house, 7, ben)
    for path in ("/dashboard", "/inbox", "/compose", "/billing", "/account"):
        page = ben.page(path)
        assert len(page.select("form.buy")) == 1, path


def test_a_payer_whose_colleague_has_lapsed_is_not_told_for_ever(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    fall_due(house, ada, ben)
    pass_days(house, 7, ada, ben)
    assert (banners(ada), len(banners(ben))) == ([], 1)


def test_the_banner_is_gone_after_another_card_was_left(house: House, ben: Visitor) -> None:
    house.buy(ben)
    fall_due(house, ben)
    session_id = session_of(ben.post("/billing/card", form_id=ben.form_id()))
    house.billing.leave_card(session_id)
    ben.get(way_back(house, session_id))
    assert banners(ben) == []


def test_the_banner_is_gone_after_the_beneficiary_paid(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    fall_due(house, ada, ben)
    house.buy(ben)
    assert (banners(ada), banners(ben)) == ([], [])


def test_mails_of_the_grace_come_on_days_0_3_and_6(house: House, ben: Visitor) -> None:
    house.buy(ben)
    fall_due(house, ben)
    told = []
    for _ in range(8):
        told.append(len([one for one in house.mails_to(ben.address) if "refused" in one.subject]))
        house.clock.forward(days=1)
    assert told == [1, 1, 1, 2, 2, 2, 3, 3]
