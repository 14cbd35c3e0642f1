from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of
from tests.web.till import user_id

HOW_SHE_IS_TOLD = {"Notices": "E-mail · Change", "Time Zone": "Not chosen, so UTC · Change"}
LINKS = " · Billing · History of the paid version"


def facts(visitor: Visitor) -> dict[str, str]:
    page = page_of(visitor.get("/account"))
    return {
        term.get_text(): " ".join(term.find_next("dd").get_text().split())  # type: ignore[union-attr] - terms come in pairs
        for term in page.select("dt")
    }


def test_who_was_given_the_paid_version_sees_all_her_data(ada: Visitor) -> None:
    assert facts(ada) == {
        "Full Name": "Ada Sample",
        "Email": "ada@sample-dental.example · Change",
        "Cell Phone": "+12025550123 (only you see it) · Change or prove it",
        **HOW_SHE_IS_TOLD,
        "Practice": "Sample Dental",
        "Plan": f"Paid, no end date{LINKS}",
    }


def test_a_free_account_says_what_it_may_and_leads_to_billing(ben: Visitor) -> None:
    page = page_of(ben.get("/account"))
    assert facts(ben)["Plan"] == f"Free: you read and reply{LINKS}"
    assert page.select_one("dd a[href='/billing']") is not None


def test_who_paid_sees_until_when_and_the_way_to_billing(house: House, ben: Visitor) -> None:
    house.buy(ben)
    page = page_of(ben.get("/account"))
    assert facts(ben)["Plan"] == f"Paid, until Apr 2, 2026, 09:00 UTC{LINKS}"
    assert page.select_one("dd a[href='/billing']") is not None
    assert page.select_one("dd a[href='/account/paid-version']") is not None
    assert page.select_one(".btn-buy") is None


def test_when_the_term_is_over_the_account_is_free_again(house: House, ben: Visitor) -> None:
    house.buy(ben)
    ben.post("/billing/cancel", user_id=user_id(house, ben))
    house.clock.forward(days=31)
    ben.sign_in(ben.address)
    assert facts(ben)["Plan"] == f"Free: you read and reply{LINKS}"


def test_a_patient_belongs_to_no_practice_and_is_offered_nothing(carla: Visitor) -> None:
    assert facts(carla) == {
        "Full Name": "Carla Molar",
        "Email": "carla@home.example · Change",
        "Cell Phone": "+12025550123 (only you see it) · Change or prove it",
        **HOW_SHE_IS_TOLD,
        "Plan": "Free: you read and reply",
    }
    assert "Buy Now" not in carla.get("/account").text
