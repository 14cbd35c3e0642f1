"""Files go with the message of their form: in their order, once, and only when all are there."""

import pytest

from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of
from tests.web.test_downloads import BEN, FORM, SCAN, send
from tests.web.test_uploads import begin, upload

pytestmark = pytest.mark.usefixtures("ben")


def test_files_go_in_the_order_in_which_they_were_chosen(ada: Visitor, ben: Visitor):
    send(ada, ("b.dcm", SCAN[:500]), ("a.dcm", SCAN[:600]))
    shown = ben.page(first_message(ben)).select("ul.attached a")
    assert [one.get_text() for one in shown] == ["b.dcm", "a.dcm"]


def test_a_free_account_replies_with_a_file(house: House, ada: Visitor, ben: Visitor):
    upload(ben, SCAN[:700], "answer.dcm")
    ben.post(f"{first_message(ben)}/reply", body="Here.", form_id=FORM)
    house.settle()
    shown = ada.page(first_message(ada)).select("ul.attached a")
    assert [one.get_text() for one in shown] == ["answer.dcm"]


def test_a_message_goes_once_however_often_its_form_is_sent(house: House, ada: Visitor):
    upload(ada, SCAN[:700], "scan.dcm")
    before = house.head()
    ada.compose(BEN, form_id=FORM)
    ada.compose(BEN, form_id=FORM)
    assert house.since(before).count("message.sent") == 1


def test_files_of_an_earlier_message_are_asked_for_again(ada: Visitor):
    upload(ada, SCAN[:700], "scan.dcm")
    ada.compose(BEN, form_id=FORM)
    answer = ada.compose(BEN, form_id=FORM, body="Another body")
    page = page_of(answer)
    assert answer.status_code == 422
    assert "went with an earlier message" in page.get_text()
    assert page.select("ul.chosen li") == []
    again = str(page.select_one("input[name=form_id]")["value"])  # type: ignore[index]
    assert again != FORM
    assert ada.compose(BEN, form_id=again, body="Another body").status_code == 303


def test_nothing_is_sent_before_all_files_are_there(house: House, ada: Visitor):
    begin(ada, 5000)
    before = house.head()
    answer = ada.compose(BEN, form_id=FORM)
    assert answer.status_code == 422
    assert "has not arrived wholly" in answer.text
    assert house.since(before) == []
