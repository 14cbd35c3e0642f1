from domain.practice import Practice
from tests.fixtures.house import House, Visitor
from tests.web.pages import field, page_of, refused
from tests.web.two_steps import CARLA, turn_on


def switches(visitor: Visitor) -> dict[str, bool]:
    found = visitor.page("/practice/two-step").select("input[type=checkbox]")
    return {str(one["name"]): one.has_attr("checked") for one in found}


def test_at_first_nobody_is_asked_for_a_proof(ada: Visitor) -> None:
    assert switches(ada) == {"colleagues": False, "patients": False}


def test_each_switch_is_turned_on_and_off_and_all_user_managers_are_named_who_are_told(
    house: House, ada: Visitor
) -> None:
    before = house.head()
    turn_on(ada, "patients")
    assert switches(ada) == {"colleagues": False, "patients": True}
    turn_on(ada, "colleagues", "patients")
    turn_on(ada, "colleagues", "patients")
    turn_on(ada)
    assert switches(ada) == {"colleagues": False, "patients": False}
    assert house.since(before) == ["practice.two-step-policy-changed"] * 3
    events = [one.event for one in house.stores.log.read(after=before, limit=100)]
    told = [one.told for one in events if isinstance(one, Practice.TwoStepPolicyChanged)]
    assert told == [[house.portal.inviting.holder(ada.address)]] * 3


def test_a_box_that_is_neither_ticked_nor_empty_is_told(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.post("/practice/two-step", patients="perhaps")
    assert refused(answer) == (422, {"patients": "Please tick the box, or leave it empty."})
    assert house.since(before) == []


def test_where_texts_are_not_set_up_the_switches_say_why_and_stay(
    house: House, ada: Visitor
) -> None:
    house.leave_without_texts()
    page = page_of(ada.get("/practice/two-step"))
    assert "Texts and calls are not set up here" in page.get_text()
    assert [one.has_attr("disabled") for one in page.select("main form input[role=switch]")] == [
        True,
        True,
    ]
    before = house.head()
    assert ada.post("/practice/two-step", patients="yes").status_code == 303
    assert house.since(before) == []


def test_where_texts_are_not_set_up_any_more_a_switch_can_be_turned_off(
    house: House, ada: Visitor
) -> None:
    ada.post("/practice/two-step", patients="yes")
    house.leave_without_texts()
    boxes = page_of(ada.get("/practice/two-step")).select("main form input[role=switch]")
    assert [one.has_attr("disabled") for one in boxes] == [True, False]
    ada.post("/practice/two-step", colleagues="yes")
    assert switches(ada) == {"colleagues": False, "patients": False}


def test_the_settings_lead_to_the_switches(ada: Visitor) -> None:
    assert ada.page("/practice/settings").find("a", href="/practice/two-step") is not None


def test_the_sender_is_asked_for_the_phone_of_somebody_new_whom_a_switch_covers(
    house: House, ada: Visitor
) -> None:
    turn_on(ada, "patients")
    before = house.head()
    answer = ada.compose(CARLA, "patient")
    complaint = "Please enter the recipient's cell phone. A code is sent there at registration."
    assert refused(answer) == (422, {"phone": complaint})
    assert not page_of(answer).select_one("#phone-field").has_attr("hidden")  # type: ignore[union-attr] - it is there
    assert house.since(before) == []
    answer = ada.compose(CARLA, "patient", phone="(202) 555-0187")
    assert answer.status_code == 303
    assert house.since(before) == [
        "user.invited",
        "email-address.claimed",
        "phone-proof.begun",
        "phone-proof.phone-given",
        "message.sent",
    ]


def test_a_phone_to_which_no_code_goes_is_told_at_its_field(house: House, ada: Visitor) -> None:
    turn_on(ada, "patients")
    before = house.head()
    answer = ada.compose(CARLA, "patient", phone="(900) 555-1234")
    assert list(refused(answer)[1]) == ["phone"]
    assert field(answer, "phone")["value"] == "(900) 555-1234"
    assert house.since(before) == []


def test_others_are_not_asked_for(house: House, ada: Visitor, ben: Visitor) -> None:
    turn_on(ada, "patients")
    assert ada.compose("eric@sample-dental.example", "staff-in-my-practice").status_code == 303
    assert ada.compose("fay@other.example", "doctor-in-another-practice").status_code == 303
    assert ada.compose(ben.address, "").status_code == 303
    before = house.head()
    assert ada.compose("gus@home.example", "staff-in-my-practice", phone="hello").status_code == 303
    assert "phone-proof.begun" not in house.since(before)


def test_colleagues_of_other_practices_are_covered_as_well(ada: Visitor) -> None:
    turn_on(ada, "colleagues")
    answer = ada.compose("dora@other-dental.example", "doctor-in-another-practice")
    assert list(refused(answer)[1]) == ["phone"]
    assert ada.compose(CARLA, "patient").status_code == 303


def test_without_scripts_the_phone_is_asked_for_after_a_look_at_the_address(ada: Visitor) -> None:
    turn_on(ada, "patients")
    fresh = page_of(ada.get("/compose")).select_one("#phone-field")
    assert fresh is not None
    assert fresh.has_attr("hidden")
    looked = ada.post("/compose", to=CARLA, role="patient", check="1")
    asked = page_of(looked).select_one("#phone-field")
    assert asked is not None
    assert not asked.has_attr("hidden")
    roles = page_of(looked).select("#role option[data-needs-phone]")
    assert [one["value"] for one in roles] == ["patient"]


def test_where_no_switch_is_on_the_form_has_no_such_field(ada: Visitor) -> None:
    assert ada.page("/compose").select("#phone-field, [data-needs-phone]") == []
