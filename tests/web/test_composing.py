from tests.fixtures.house import House, Visitor
from tests.web.bad_addresses import EVERY_KIND, INCOMPLETE, complaints_at
from tests.web.pages import field, flashes, heading, page_of, problems, refused, subjects
from web.message_form import ON_ITS_WAY

NEW = "eve@elsewhere.example"
STAFF = "staff-in-my-practice"
KNOWN_NEEDS_NO_ROLE = (
    "This person has an account already, so no role is needed. Please check, and send again."
)
WHO_IS_THAT = "This address is new to SecureMail. Please say who the person is."


def test_writing_to_an_unknown_address_invites_the_person(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.compose(NEW, STAFF)
    assert answer.status_code == 303
    assert house.since(before) == ["user.invited", "email-address.claimed", "message.sent"]
    assert flashes(ada.page(answer.location)) == ["Your message was sent."]


def test_writing_to_a_known_address_sends_a_message(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before = house.head()
    assert ada.compose(" BEN@sample-dental.example ", subject="Again").status_code == 303
    assert house.since(before) == ["message.sent"]
    assert subjects(ben.page("/inbox")) == ["Again (unread)", "For Ben (unread)"]


def test_a_bad_address_is_told_at_its_field(house: House, ada: Visitor) -> None:
    before = house.head()
    found = {one: refused(ada.compose(one, STAFF)) for one in EVERY_KIND}
    assert found == complaints_at("to")
    assert house.since(before) == []


def test_nobody_writes_to_oneself(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.compose("ADA@Sample-Dental.example")
    assert refused(answer) == (422, {"to": "This is your own address."})
    assert house.since(before) == []


def test_a_role_that_is_not_in_the_list_is_refused(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.compose(NEW, "auditor")
    assert refused(answer) == (422, {"role": "Please choose one of the roles in the list."})
    assert house.since(before) == []


def test_an_unknown_address_without_a_role_is_asked_about(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.compose(NEW, subject="Kept", body="Kept too")
    assert refused(answer) == (422, {"role": WHO_IS_THAT})
    assert page_of(answer).select_one("#role-field[hidden]") is None
    assert field(answer, "subject")["value"] == "Kept"
    assert field(answer, "body").get_text(strip=True) == "Kept too"
    assert house.since(before) == []


def test_the_five_roles_are_offered_in_the_words_of_the_product(ada: Visitor) -> None:
    answer = ada.compose(NEW)
    assert page_of(answer).select_one("label[for=role]").get_text() == "Select recipient's role: *"  # type: ignore[union-attr] - the label is what is tested
    assert [one.get_text() for one in field(answer, "role").select("option")] == [
        "Please choose",
        "Doctor in my practice",
        "Staff in my practice",
        "Doctor in another practice",
        "Staff in another practice",
        "Patient",
    ]


def test_a_role_for_a_known_address_is_refused_and_dropped(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before = house.head()
    answer = ada.compose("ben@sample-dental.example", "patient")
    assert refused(answer) == (422, {"to": KNOWN_NEEDS_NO_ROLE})
    assert page_of(answer).select_one("#role-field[hidden]") is not None
    assert page_of(answer).select("#role option[selected]") == []
    assert house.since(before) == []
    assert ben.get("/inbox").status_code == 200


def test_subject_and_body_are_required(house: House, ada: Visitor) -> None:
    before, blanks = house.head(), ("", "   ", "\r\n\t", "\u200b")
    answers = [ada.compose(NEW, STAFF, subject=one, body=one) for one in blanks]
    complaints = {"subject": "Please enter a subject.", "body": "Please enter a message."}
    assert [refused(one) for one in answers] == [(422, complaints)] * 4
    assert house.since(before) == []


def test_a_body_of_a_megabyte_is_refused_with_the_limit_and_kept(
    house: House, ada: Visitor
) -> None:
    before, text = house.head(), "a" * 1_048_576
    answer = ada.compose(NEW, STAFF, body=text)
    complaint = "At most 100,000 characters; this is 1,048,576."
    assert refused(answer) == (422, {"body": complaint})
    assert "Up to 100,000 characters." in page_of(answer).select_one("#body-hint").get_text()  # type: ignore[union-attr] - the hint is what is tested
    assert field(answer, "body").get_text(strip=True) == text
    assert house.since(before) == []


def test_a_line_end_counts_as_one_character_as_the_browser_counts_it(
    house: House, ada: Visitor
) -> None:
    before = house.head()
    assert ada.compose(NEW, STAFF, body="x" + "\r\n" * 99_998 + "x").status_code == 303
    assert house.since(before)[-1] == "message.sent"


def test_a_subject_has_a_limit_and_one_line(house: House, ada: Visitor) -> None:
    before = house.head()
    too_long = ada.compose(NEW, STAFF, subject="s" * 201)
    two_lines = ada.compose(NEW, STAFF, subject="Hello\r\nBcc: eve@elsewhere.example")
    assert [problems(too_long), problems(two_lines)] == [
        {"subject": "At most 200 characters; this is 201."},
        {"subject": "Please write it in one line."},
    ]
    assert house.since(before) == []


def test_control_characters_are_refused_at_their_field(house: House, ada: Visitor) -> None:
    before = house.head()
    answer = ada.compose(NEW, STAFF, subject="nul\x00", body="escape\x1b[2J")
    complaint = "Please remove the control characters."
    assert refused(answer) == (422, {"subject": complaint, "body": complaint})
    assert house.since(before) == []


def test_a_form_without_its_hidden_name_gets_a_new_one_and_can_be_sent_again(
    house: House, ada: Visitor
) -> None:
    before, wrong = house.head(), ("", "not-an-id", "1" * 300)
    answers = [ada.compose(NEW, STAFF, form_id=one) for one in wrong]
    complaint = "Please check what you entered, and send it again."
    assert [refused(one) for one in answers] == [(422, {"form_id": complaint})] * 3
    assert house.since(before) == []
    again = ada.compose(NEW, STAFF, form_id=str(field(answers[0], "form_id")["value"]))
    assert again.status_code == 303


def test_a_form_that_is_changed_and_sent_again_is_another_message(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before, form_id = house.head(), house.visitor().form_id()
    ada.compose("ben@sample-dental.example", body="One", form_id=form_id)
    ada.compose("ben@sample-dental.example", body="Two", form_id=form_id)
    assert house.since(before) == ["message.sent", "message.sent"]
    assert ben.get("/inbox").status_code == 200


def test_the_first_field_with_a_mistake_has_the_cursor_and_the_title_says_error(
    ada: Visitor,
) -> None:
    page = page_of(ada.compose(NEW, STAFF, subject="", body=""))
    assert [one["id"] for one in page.select("[autofocus]")] == ["subject"]
    assert [one["id"] for one in page.select("[aria-invalid=true]")] == ["subject", "body"]
    assert page.title.get_text() == "Error: Compose · SecureMail"  # type: ignore[union-attr] - the title is what is tested


def test_a_free_account_sees_what_is_missing_and_composes_nothing(
    house: House, ben: Visitor
) -> None:
    before = house.head()
    shown, sent = ben.get("/compose"), ben.compose(NEW, STAFF)
    assert [shown.status_code, sent.status_code] == [200, 403]
    assert {heading(shown), heading(sent)} == {"Compose"}
    assert "Buy Now" in shown.text
    assert "Buy Now" in sent.text
    assert house.since(before) == []


def test_a_free_account_cannot_ask_who_has_an_account(ben: Visitor) -> None:
    checked = ben.post("/compose", to="ada@sample-dental.example", check="1")
    asked = ben.post("/compose/recipient", to="ada@sample-dental.example")
    assert (checked.status_code, "TO:" in checked.text) == (403, False)
    assert (asked.status_code, asked.json) == (403, {"state": "closed", "text": ""})


def test_a_patient_is_offered_no_purchase(house: House, carla: Visitor) -> None:
    before = house.head()
    answer = carla.compose(NEW, "patient")
    assert (answer.status_code, "Buy Now" in answer.text) == (403, False)
    assert house.since(before) == []


def test_a_lapsed_account_composes_nothing(house: House, ben: Visitor) -> None:
    house.buy(ben, card="declined")
    for _ in range(2):
        house.clock.forward(days=30)
        house.settle()
    ben.sign_in("ben@sample-dental.example")
    before = house.head()
    answer = ben.compose(NEW, STAFF)
    assert (answer.status_code, "Buy Now" in answer.text) == (403, True)
    assert house.since(before) == []


def test_without_a_script_the_check_button_asks_for_the_role_and_keeps_what_was_typed(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before = house.head()
    unknown = ada.post("/compose", to=NEW, subject="Kept", body="Kept too", check="1")
    known = ada.post("/compose", to="ben@sample-dental.example", role="patient", check="1")
    assert page_of(unknown).select_one("#role-field[hidden]") is None
    assert field(unknown, "subject")["value"] == "Kept"
    assert problems(unknown) == {}
    assert page_of(known).select_one("#role-field[hidden]") is not None
    assert "This goes to Ben Desk, Sample Dental." in known.text
    assert house.since(before) == []
    assert ben.get("/inbox").status_code == 200


KNOWN_OF = {
    "": ("bad", ""),
    "ada@": ("bad", INCOMPLETE),
    "ada@sample-dental.example": ("bad", "This is your own address."),
    NEW: ("unknown", "New to SecureMail: your message will invite them."),
    " Ben@sample-dental.example": ("known", "This goes to Ben Desk, Sample Dental."),
}


def test_the_page_can_ask_what_is_known_of_an_address(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    before = house.head()
    answers = {one: ada.post("/compose/recipient", to=one).json or {} for one in KNOWN_OF}
    assert {one: (said["state"], said["text"]) for one, said in answers.items()} == KNOWN_OF
    assert house.since(before) == []
    assert ben.get("/inbox").status_code == 200


def test_a_stranger_with_an_account_is_not_named(house: House, ada: Visitor) -> None:
    house.open_practice("Third Dental", "fay@third-dental.example", "Fay Third")
    answer = ada.post("/compose/recipient", to="fay@third-dental.example")
    assert answer.json == {"state": "known", "text": "This address has a SecureMail account."}


def test_a_message_that_does_not_show_in_time_is_said_to_be_on_its_way(
    house: House, ada: Visitor, ben: Visitor
) -> None:
    house.hold_back()
    before = house.head()
    answer = ada.unsettled_post(
        "/compose",
        to="ben@sample-dental.example",
        subject="Late",
        body="But not lost",
        form_id=ada.form_id(),
    )
    assert answer.location == "/sent"
    page = ada.page("/sent")
    assert (flashes(page), subjects(page)) == ([ON_ITS_WAY], ["For Ben"])
    assert house.since(before) == ["message.sent"]
    house.settle()
    assert subjects(ben.page("/inbox")) == ["Late (unread)", "For Ben (unread)"]
