"""What Twilio is told: these fields and headers, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, request

from tests.adapters.twilio.vendor import ACCOUNT, OURS, serving, texter_at
from tests.contracts.texter import CALL_CARLA, TO_CARLA

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Authorization": "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjppbnZlbnRlZC10b2tlbg==",
    "Connection": "close",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "SecureMail",
}
OF_TRANSPORT = {"Host", "Content-Length"}


@pytest.fixture
def told() -> list[tuple[str, str, dict[str, list[str]], dict[str, str]]]:
    """Return what came, as method, address, form and headers."""
    return []


@pytest.fixture
def host(told) -> Iterator[str]:
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def everything(path: str):
        form = request.form.to_dict(flat=False)
        told.append((request.method, f"/{path}", form, dict(request.headers)))
        return {"sid": "SM1"}, 201

    with serving(app) as url:
        yield url


def test_of_a_text_leave_both_numbers_and_the_words(host: str, told):
    texter_at(host).text(TO_CARLA)
    [(method, address, form, _)] = told
    assert (method, address) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert form == {"To": [TO_CARLA.to_phone], "From": [OURS], "Body": [TO_CARLA.words]}


def test_half_a_letter_leaves_as_a_question_mark(host: str, told):
    texter_at(host).text(replace(TO_CARLA, words="Smile \ud83e"))
    assert told[0][2]["Body"] == ["Smile ?"]


def test_of_a_call_leave_both_numbers_and_what_is_read(host: str, told):
    texter_at(host).call(CALL_CARLA)
    [(method, address, form, _)] = told
    assert (method, address) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert form.keys() == {"To", "From", "Twiml"}
    assert (form["To"], form["From"]) == ([CALL_CARLA.to_phone], [OURS])


def test_the_headers_tell_who_we_are_and_nothing_of_this_machine(host: str, told):
    texter_at(host).text(TO_CARLA)
    texter_at(host).call(CALL_CARLA)
    for *_, headers in told:
        assert {k: v for k, v in headers.items() if k not in OF_TRANSPORT} == HEADERS
