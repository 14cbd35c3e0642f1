from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of


def facts(visitor: Visitor) -> dict[str, str]:
    page = page_of(visitor.get("/account"))
    return {
        term.get_text(): " ".join(term.find_next("dd").get_text().split())  # type: ignore[union-attr] - terms come in pairs
        for term in page.select("dt")
    }


def test_who_was_given_the_paid_version_sees_all_her_data(ada: Visitor) -> None:
    assert facts(ada) == {
        "Full Name": "Ada Sample",
        "Email": "ada@sample-dental.example",
        "Cell Phone": "+12025550123 (only you see it)",
        "Practice": "Sample Dental",
        "Plan": "Paid, no end date",
    }


def test_a_free_account_can_buy_and_has_no_payments(ben: Visitor) -> None:
    page = page_of(ben.get("/account"))
    assert facts(ben)["Plan"] == "Free: you read and reply"
    assert page.select_one(".btn-buy").get_text() == "Buy Now"  # type: ignore[union-attr] - the button is what is tested
    assert page.find("table") is None


def test_a_payment_is_shown_with_number_amount_plan_and_date(house: House, ben: Visitor) -> None:
    house.buy(ben)
    page = page_of(ben.get("/account"))
    cells = [one.get_text() for one in page.select("td")]
    assert cells[1:] == ["$10.00", "Monthly", "Mar 2, 2026, 09:00 UTC"]
    assert [one["data-label"] for one in page.select("td")] == [
        one.get_text() for one in page.select("th")
    ]
    assert facts(ben)["Plan"] == "Paid, until Apr 2, 2026, 09:00 UTC"
    assert page.select_one(".btn-buy") is None


def test_when_the_term_is_over_the_account_is_free_again(house: House, ben: Visitor) -> None:
    house.buy(ben)
    house.clock.forward(days=31)
    ben.sign_in(ben.address)
    assert facts(ben)["Plan"] == "Free: you read and reply"


def test_a_patient_belongs_to_no_practice_and_is_offered_nothing(carla: Visitor) -> None:
    assert facts(carla) == {
        "Full Name": "Carla Molar",
        "Email": "carla@home.example",
        "Cell Phone": "+12025550123 (only you see it)",
        "Plan": "Free: you read and reply",
    }
    assert "Buy Now" not in carla.get("/account").text
