"""Twilio: every answer of the vendor ends as a reference, a later try, or a clear end."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.sandbox.twilio_server import Fault, TwilioSandbox
from notifiers.carrier import (
    AddressFails,
    AnswerWasLost,
    CarrierIsDown,
    TryAgain,
    WillNeverWork,
)
from tests.adapters.twilio.vendor import ACCOUNT, TOKEN, TwilioLine, texter_at
from tests.contracts.texter import CALL_CARLA, TO_CARLA, RefusingTexterContract, send
from tests.house.tree import run_python

CARRIER_ALONE = """
import sys
from adapters.twilio_texter import TwilioTexter
TwilioTexter("AC" + "0" * 32, "invented", "+12025550100")
print(*{name.partition(".")[0] for name in sys.modules})
"""
PARTS_NOT_NEEDED = {"aiohttp", "aiohttp_retry", "jwt", "flask", "psycopg"}


class TestTwilioTexter(RefusingTexterContract):
    pass


def test_the_references_are_the_vendors_sids(line: TwilioLine):
    assert line.texter.carrier == "twilio"
    assert line.texter.text(TO_CARLA) == f"SM{1:032x}"
    assert line.texter.call(CALL_CARLA) == f"CA{2:032x}"


@pytest.mark.parametrize("notice", [TO_CARLA, CALL_CARLA], ids=["text", "call"])
@pytest.mark.parametrize(
    ("fault", "failure", "reason"),
    [
        (Fault.TOO_MANY_REQUESTS, CarrierIsDown, "Twilio answered 429, 20429"),
        (Fault.SERVER_ERROR, CarrierIsDown, "Twilio answered 500, 20500"),
        (Fault.RESET, AnswerWasLost, "Twilio gave no answer (RemoteDisconnected)"),
        (Fault.RESET_AFTER_ACTING, AnswerWasLost, "Twilio gave no answer (RemoteDisconnected)"),
        (Fault.GARBLED_AFTER_ACTING, AnswerWasLost, "Twilio gave an answer that names nothing"),
    ],
)
def test_a_vendor_in_trouble_is_tried_again(  # noqa: PLR0917 - what a row of the table says
    sandbox: TwilioSandbox, line: TwilioLine, fault, failure, reason, notice
):
    sandbox.fail_next(fault)
    with pytest.raises(TryAgain) as caught:
        send(line, notice)
    assert type(caught.value) is failure
    assert str(caught.value) == reason
    send(line, notice)


def test_a_vendor_that_is_overrun_is_left_alone_as_long_as_it_asks(
    sandbox: TwilioSandbox, line: TwilioLine
):
    sandbox.fail_next(Fault.TOO_MANY_REQUESTS)
    with pytest.raises(CarrierIsDown) as caught:
        line.texter.text(TO_CARLA)
    assert caught.value.pause == timedelta(seconds=7)


def test_several_senders_share_one_texter(sandbox: TwilioSandbox, line: TwilioLine):
    with ThreadPoolExecutor(8) as senders:
        references = list(senders.map(lambda _: line.texter.text(TO_CARLA), range(40)))
    assert len(set(references)) == len(sandbox.received) == 40


def test_a_vendor_that_hangs_is_left_after_the_timeout_and_may_have_acted(
    sandbox: TwilioSandbox, host: str
):
    sandbox.fail_next(Fault.HANG)
    with pytest.raises(AnswerWasLost, match=r"no answer \(TimeoutError\)"):
        texter_at(host, timeout=0.1).text(TO_CARLA)


def test_a_vendor_that_nobody_reaches_has_nothing():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(CarrierIsDown, match=r"reached \(ConnectionRefusedError\)") as caught:
            texter_at(host).text(TO_CARLA)
    assert type(caught.value) is CarrierIsDown


def test_a_name_that_nobody_knows_has_nothing():
    texter = texter_at("https://twilio.invalid")
    with pytest.raises(CarrierIsDown, match=r"reached \(gaierror\)") as caught:
        texter.text(TO_CARLA)
    assert type(caught.value) is CarrierIsDown


def test_a_far_end_without_a_certificate_gets_nothing(sandbox: TwilioSandbox, host: str):
    with pytest.raises(CarrierIsDown, match=r"reached \(SSLError\)") as caught:
        texter_at(host.replace("http:", "https:")).text(TO_CARLA)
    assert type(caught.value) is CarrierIsDown
    assert sandbox.received == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"auth_token": "another"}, "Twilio answered 401, 20003"),
        ({"account_sid": "AC" + "f" * 32}, "Twilio answered 401, 20003"),
        ({"from_number": "+15005550001"}, "Twilio answered 400, 21212"),
        ({"from_number": "+15005550007"}, "Twilio answered 400, 21606"),
        ({"from_number": "+15005550008"}, "Twilio answered 400, 21611"),
    ],
)
def test_what_is_ours_to_mend_loses_nothing(host: str, change: dict[str, str], reason: str):
    with pytest.raises(CarrierIsDown) as caught:
        texter_at(host, **change).text(TO_CARLA)
    assert type(caught.value) is CarrierIsDown
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("notice", "phone", "code"),
    [
        (TO_CARLA, "+15005550001", "21211"),
        (TO_CARLA, "+15005550002", "21612"),
        (TO_CARLA, "+15005550004", "21610"),
        (TO_CARLA, "+15005550009", "21614"),
        (TO_CARLA, "12", "21211"),
        (CALL_CARLA, "+15005550001", "21217"),
        (CALL_CARLA, "+15005550002", "21214"),
        (CALL_CARLA, "+15005550004", "21216"),
    ],
)
def test_a_number_that_nothing_reaches_is_told_by_the_vendors_code(
    line: TwilioLine, notice, phone: str, code: str
):
    with pytest.raises(AddressFails) as caught:
        send(line, replace(notice, to_phone=phone))
    assert str(caught.value) == f"Twilio answered 400, {code}"
    assert caught.value.status == code


@pytest.mark.parametrize(
    ("notice", "code"), [(TO_CARLA, 21408), (CALL_CARLA, 21215)], ids=["text", "call"]
)
def test_a_country_that_is_switched_off_does_not_condemn_the_number(
    line: TwilioLine, notice, code: int
):
    with pytest.raises(WillNeverWork, match=str(code)) as caught:
        send(line, replace(notice, to_phone="+15005550003"))
    assert type(caught.value) is WillNeverWork


@pytest.mark.parametrize(("words", "code"), [("", 21602), ("x" * 1601, 21617)])
def test_words_that_are_no_text_will_never_work(line: TwilioLine, words: str, code: int):
    with pytest.raises(WillNeverWork, match=str(code)) as caught:
        line.texter.text(replace(TO_CARLA, words=words))
    assert type(caught.value) is WillNeverWork


def test_more_words_than_the_vendor_reads_will_never_work(sandbox: TwilioSandbox, host: str):
    with pytest.raises(WillNeverWork, match="more than 4000 characters"):
        texter_at(host).call(replace(CALL_CARLA, words="a" + "&" * 500))
    assert sandbox.received == []


def test_neither_number_nor_words_nor_key_is_logged(
    line: TwilioLine, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        line.texter.text(TO_CARLA)
        line.texter.call(CALL_CARLA)
        with pytest.raises(AddressFails):
            line.texter.text(replace(TO_CARLA, to_phone="+15005550001"))
    by_us = [each.getMessage() for each in caplog.records if each.name != "werkzeug"]
    assert by_us == []


def test_the_key_is_not_in_the_texters_own_description(host: str):
    assert TOKEN not in repr(texter_at(host))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"account_sid": ""}, "account SID"),
        ({"account_sid": ACCOUNT + "\n"}, "account SID"),
        ({"account_sid": "SK" + "0" * 32}, "account SID"),
        ({"auth_token": ""}, "auth token"),
        ({"auth_token": "with newline\n"}, "auth token"),
        ({"from_number": "2025550100"}, "E.164"),
        ({"from_number": "SecureMail"}, "E.164"),
        ({"host": "http://twilio.example"}, "over https"),
        ({"host": "ftp://127.0.0.1"}, "an address such as"),
        ({"host": "twilio.example"}, "an address such as"),
    ],
)
def test_what_cannot_work_is_refused_at_once(change: dict[str, str], reason: str):
    with pytest.raises(ValueError, match=reason) as refusal:
        texter_at(**{"host": None, **change})
    assert "newline" not in str(refusal.value)


def test_without_a_host_the_vendor_itself_is_meant_over_https():
    assert texter_at(None).address == "https://api.twilio.com"


def test_the_environment_does_not_choose_another_host(
    sandbox: TwilioSandbox, host: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("http_proxy", "http://elsewhere.invalid")
    texter_at(host).text(TO_CARLA)
    assert len(sandbox.received) == 1


def test_the_carrier_loads_no_part_of_the_vendors_package_that_it_does_not_need():
    loaded = run_python("-c", CARRIER_ALONE)
    assert "twilio" in loaded.stdout.split(), loaded.stderr
    assert PARTS_NOT_NEEDED & set(loaded.stdout.split()) == set()
