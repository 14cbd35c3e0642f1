"""Billing: what I have, for whom I pay, my card and my invoices; cancel and come back."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import flashes, page_of, told
from tests.web.till import (
    A_TERM_BUT_TIME_TO_CHARGE,
    fall_due,
    main_text,
    pass_days,
    state_of,
    user_id,
    way_back,
    words,
)

NOT_YOURS = (404, "There is nothing here")
CARD = "Visa ending in 4242, expires 04/2031."
CANCELLED = 'The renewal is cancelled. Until the end of the term "Renew After All" undoes that.'


def rows(visitor: Visitor, caption: str) -> list[list[str]]:
    """Return the lines of a table of the billing page."""
    for table in visitor.page("/billing").select("table"):
        if table.caption and table.caption.get_text() == caption:
            cells = [row.select("td") for row in table.select("tbody tr")]
            return [[words(one) for one in row] for row in cells]
    return []


def paid_for(visitor: Visitor) -> list[list[str]]:
    return rows(visitor, "Paid versions that I pay for")


def test_who_never_paid_sees_what_it_costs_and_no_card_or_invoice(ben: Visitor) -> None:
    page = main_text(ben, "/billing")
    assert "You read and reply for free." in page
    assert "What you pay appears here, item by item." in page
    assert "Update Credit Card" not in page
    assert "Email Summary" not in page


def test_who_was_given_the_paid_version_sees_that_it_costs_nothing(ada: Visitor) -> None:
    page = main_text(ada, "/billing")
    assert "You have the paid version, without an end and without cost." in page
    assert "Buy Now" not in page


def test_who_paid_sees_term_card_and_invoice(house: House, ben: Visitor) -> None:
    house.buy(ben)
    page = main_text(ben, "/billing")
    assert "Paid until Apr 2, 2026, then $10.00" in page
    assert CARD in page
    assert paid_for(ben) == [
        ["Myself", "Monthly", "Paid until Apr 2, 2026, then $10.00", "Cancel for Ben Desk"]
    ]
    [[number, description, amount, day, paper]] = rows(ben, "Invoices")
    assert description == "SecureMail, monthly plan, Mar 2, 2026 to Apr 2, 2026"
    assert (amount, day, paper) == ("$10.00", "Mar 2, 2026", f"PDF of {number}")


def test_only_the_payer_sees_card_and_invoice_and_the_beneficiary_sees_who_pays(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    bens, adas = main_text(ben, "/billing"), main_text(ada, "/billing")
    assert "Ada Sample pays for it." in bens
    assert [one in bens for one in ("4242", "Cancel", "PDF", "Update Credit Card")] == [False] * 4
    assert CARD in adas
    assert [row[0] for row in paid_for(ada)] == ["Ben Desk"]
    assert rows(ada, "Invoices")[0][1].endswith(", for Ben Desk")


def test_while_the_vendor_is_down_the_page_is_there_without_the_card(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    house.billing.is_down = True
    page = main_text(ben, "/billing")
    assert "The card processor does not answer just now. Your card stays as it is." in page
    assert "4242" not in page
    assert len(rows(ben, "Invoices")) == 1


def test_who_cancels_keeps_the_term_and_is_not_charged_again(house: House, ben: Visitor) -> None:
    house.buy(ben)
    before = house.head()
    answer = ben.post("/billing/cancel", user_id=user_id(house, ben))
    assert answer.location == "/billing"
    assert house.since(before) == ["subscription.renewal-cancelled"]
    page = ben.page("/billing")
    assert flashes(page) == [CANCELLED]
    assert "Ends Apr 2, 2026, no further payment" in page.get_text()
    pass_days(house, 30, ben)
    assert ben.compose("eve@home.example", "patient").status_code == 303
    pass_days(house, 1, ben)
    assert ben.compose("eve@home.example", "patient").status_code == 403
    assert len(house.billing.charged) == 1


def test_who_cancelled_lets_it_renew_after_all_until_the_term_ends(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    ben.post("/billing/cancel", user_id=user_id(house, ben))
    pass_days(house, A_TERM_BUT_TIME_TO_CHARGE + 2, ben)
    ben.post("/billing/resume", user_id=user_id(house, ben))
    assert flashes(ben.page("/billing")) == ["It renews by itself again."]
    house.settle()
    assert len(house.billing.charged) == 2
    assert state_of(house, ben) == "running"


def test_who_wants_it_to_renew_after_the_term_has_ended_is_told_to_buy(
    house: House, ben: Visitor
) -> None:
    house.buy(ben)
    ben.post("/billing/cancel", user_id=user_id(house, ben))
    house.clock.forward(days=31)
    ben.sign_in(ben.address)
    before = house.head()
    ben.post("/billing/resume", user_id=user_id(house, ben))
    note = 'The term has ended meanwhile. "Buy Now" begins a new one.'
    assert flashes(ben.page("/billing")) == [note]
    assert house.since(before) == []
    assert "Your paid version has ended." in main_text(ben, "/billing")
    house.buy(ben)
    assert state_of(house, ben) == "running"


@pytest.mark.parametrize("what", ["cancel", "resume"])
def test_only_who_pays_decides(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor, what: str
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    before = house.head()
    for visitor in (ben, dora):
        answer = visitor.post(f"/billing/{what}", user_id=user_id(house, ben))
        assert told(answer) == NOT_YOURS
    assert told(ada.post(f"/billing/{what}", user_id=user_id(house, dora))) == NOT_YOURS
    assert told(ada.post(f"/billing/{what}", user_id=ada.form_id())) == NOT_YOURS
    assert house.since(before) == []


@pytest.mark.parametrize("what", ["cancel", "resume", "card"])
def test_a_form_that_says_nothing_changes_nothing(house: House, ben: Visitor, what: str) -> None:
    house.buy(ben)
    before = house.head()
    for given in ("", "nobody", "\x00"):
        answer = ben.post(f"/billing/{what}", user_id=given, form_id=given)
        assert (answer.status_code, answer.location) == (303, "/billing")
        assert flashes(ben.page("/billing")) == []
    assert house.since(before) == []


def test_who_changed_the_payer_by_paying_decides_from_then_on(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.buy(ada, user_id=user_id(house, ben))
    fall_due(house, ada, ben)
    house.buy(ben)
    assert told(ada.post("/billing/cancel", user_id=user_id(house, ben))) == NOT_YOURS
    assert ben.post("/billing/cancel", user_id=user_id(house, ben)).status_code == 303
    assert state_of(house, ben) == "ending"


def test_money_that_went_back_is_said_beside_its_invoice(house: House, ben: Visitor) -> None:
    session_id = house.buy(ben)
    house.billing.refund_in_dashboard(str(house.billing.payments[session_id].reference), 400)
    ben.get(way_back(house, session_id))
    house.settle()
    assert rows(ben, "Invoices")[0][2] == "$10.00 $4.00 given back"


def test_an_invoice_is_printed_for_who_paid(house: House, ben: Visitor) -> None:
    house.buy(ben)
    link = ben.page("/billing").select_one("table a[download]")
    assert link is not None
    printed = ben.get(str(link["href"]))
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert printed.data.startswith(b"%PDF-")
    assert "attachment" in printed.headers["Content-Disposition"]


def test_an_invoice_is_nobody_elses_and_there_is_none_of_what_was_not_paid(
    house: House, ada: Visitor, ben: Visitor, dora: Visitor
) -> None:
    ben.post("/buy", form_id=ben.form_id())
    (unpaid,) = house.billing.payments.values()
    assert told(ben.get(f"/invoices/{unpaid.purchase_id}.pdf")) == NOT_YOURS
    session_id = house.buy(ada, user_id=user_id(house, ben))
    path = f"/invoices/{house.billing.payments[session_id].purchase_id}.pdf"
    assert ada.get(path).status_code == 200
    assert [told(one.get(path)) for one in (ben, dora)] == [NOT_YOURS] * 2


def test_the_summary_of_the_invoices_is_mailed_to_who_paid(house: House, ben: Visitor) -> None:
    house.buy(ben)
    before = len(house.mails_to(ben.address))
    assert ben.post("/billing/summary").location == "/billing"
    note = "The summary is on its way to your e-mail address."
    assert flashes(ben.page("/billing")) == [note]
    summary, *_ = house.mails_to(ben.address)
    assert len(house.mails_to(ben.address)) == before + 1
    assert "$10.00" in summary.text


def test_who_paid_nothing_is_sent_no_summary(house: House, ben: Visitor) -> None:
    before = house.head()
    ben.post("/billing/summary")
    assert flashes(ben.page("/billing")) == ["There are no invoices yet."]
    assert house.since(before) == []


def test_a_patient_finds_no_billing_and_no_word_of_it(carla: Visitor) -> None:
    assert told(carla.get("/billing")) == NOT_YOURS
    assert "Billing" not in carla.page("/dashboard").get_text()


def test_the_billing_page_is_in_the_menu_of_who_may_buy(ben: Visitor) -> None:
    page = page_of(ben.get("/dashboard"))
    assert page.select_one("a[href='/billing']") is not None
