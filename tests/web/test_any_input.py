"""Whatever is sent into whatever field of whatever form: a page, and never a failure of ours."""

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message

UNKIND = [
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\ufffe",
    "\u202e",
    "a\r\nb: c",
    "'; DROP TABLE x; --",
    "%s%n%(x)s{0}{x.__class__}{{7*7}}",
    "a@b.example",
    "ben@sample-dental.example",
    "ada@sample-dental.example",
    "doctor-in-my-practice",
    "patient",
    "quiet-lantern-orbit-fig",
    "00000000-0000-0000-0000-000000000001",
    "+12025550123",
    "yes",
    "ﷺ" * 200,
    "\uff21" * 20,
    "²" * 20,
    "1" * 5000,
]

TEXTS = st.sampled_from(UNKIND) | st.text(
    st.characters(codec=None, categories=None), max_size=40
)  # surrogates included

VALUES = st.builds(lambda text, times: text * times, TEXTS, st.sampled_from([1, 1, 1, 20, 3000]))

FORMS = {
    "/sign-in": ("address", "password"),
    "/forgot-password": ("address",),
    "/sandbox": ("name", "full_name", "address", "paid"),
    "{register}": ("address", "cell_phone", "full_name", "practice_name", "accepts_terms"),
    "{password}": ("password",),
    "/register/x": ("address",),
    "/password/x": ("password",),
    "/compose": ("to", "role", "subject", "body", "form_id", "check"),
    "/compose/recipient": ("to",),
    "{message}/reply": ("body", "form_id"),
    "/buy": ("form_id",),
}


def bodies(names: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Return forms with any of their fields, some twice, and others that nobody asked for."""
    name = st.sampled_from(names) | TEXTS
    pairs = st.lists(st.tuples(name, VALUES), max_size=8)
    return st.builds(lambda fields: b"&".join(encoded(*one) for one in fields), pairs)


def encoded(name: str, value: str) -> bytes:
    return f"{quoted(name)}={quoted(value)}".encode()


def quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def places(house: House, ada: Visitor, ben: Visitor) -> dict[str, tuple[str, Visitor]]:
    """Return for each form where it is, and who fills it in."""
    house.clock.forward(minutes=1)
    ada.compose("dora@other-dental.example", "doctor-in-another-practice")
    ada.post("/forgot-password", address="ada@sample-dental.example")
    found = {
        "{register}": (house.link("dora@other-dental.example", "register"), house.visitor()),
        "{password}": (house.link("ada@sample-dental.example", "password"), house.visitor()),
        "{message}/reply": (f"{first_message(ben)}/reply", ben),
    }
    return {form: found.get(form, (form, ada)) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_any_text_in_any_field_is_answered_with_a_page(
    places: dict[str, tuple[str, Visitor]], form: str
) -> None:
    path, visitor = places[form]
    token = {"X-CSRFToken": visitor.token()}

    @given(bodies(FORMS[form]))
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def is_answered(body: bytes) -> None:
        answer = visitor.client.post(
            path, data=body, headers=token, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in {200, 303, 403, 404, 410, 413, 422}

    is_answered()


def test_any_webhook_is_answered(house: House) -> None:
    vendor = house.visitor()
    lines = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)

    @given(st.binary(max_size=500), lines)
    @settings(max_examples=40, deadline=None, derandomize=True)
    def is_answered(body: bytes, signature: str) -> None:
        headers = {"Stripe-Signature": signature}
        answer = vendor.client.post("/webhooks/stripe", data=body, headers=headers)
        assert answer.status_code == 400

    is_answered()


def test_any_address_of_a_page_is_answered(ada: Visitor) -> None:
    parts = st.sampled_from(["messages", "register", "purchases", "sandbox/outbox", "static"])

    @given(parts, TEXTS, TEXTS)
    @settings(max_examples=100, deadline=None, derandomize=True)
    def is_answered(part: str, first: str, second: str) -> None:
        path = f"/{part}/{quoted(first)}/{quoted(second)}?before={quoted(second)}"
        answer = ada.client.get(path, buffered=True)
        assert answer.status_code in {200, 303, 308, 404, 405}

    is_answered()
