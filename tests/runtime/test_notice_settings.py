"""How people are told is read from the environment; half of what telling needs is refused."""

import pytest

from runtime.notice_settings import MOST_SENDERS, NoticeSettings, Notify, read_notice_settings
from runtime.reading import SettingsAreUnusable

SENDGRID = {
    "SENDGRID_API_KEY": "SG.invented",
    "SENDGRID_WEBHOOK_KEY": "invented",
    "MAIL_FROM": "no-reply@portal.example",
}
SMTP = {"SMTP_HOST": "mail.portal.example", "MAIL_FROM": "no-reply@portal.example"}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC-invented",
    "TWILIO_AUTH_TOKEN": "token-invented",
    "TWILIO_FROM": "+12025550100",
}

CARRIERS = pytest.mark.parametrize("carrier", [SENDGRID, SMTP], ids=["SendGrid", "SMTP"])


def read(*told: dict[str, str], **more: str) -> NoticeSettings:
    environment = {name: value for one in told for name, value in one.items()}
    return read_notice_settings(environment | more)


def without(told: dict[str, str], name: str) -> dict[str, str]:
    return {known: value for known, value in told.items() if known != name}


def test_without_any_setting_notices_lie_in_the_outbox():
    assert read().mode is Notify.SANDBOX
    assert read().has_texts


@CARRIERS
def test_where_a_carrier_of_mails_is_named_they_reach_people(carrier: dict[str, str]):
    assert read(carrier).mode is Notify.LIVE
    assert read(carrier, NOTIFY="").mode is Notify.LIVE


@CARRIERS
@pytest.mark.parametrize("mode", [Notify.OFF, Notify.SANDBOX])
def test_who_says_so_is_not_told_for_real_although_a_carrier_is_named(
    carrier: dict[str, str], mode: Notify
):
    assert read(carrier, NOTIFY=mode).mode is mode


def test_what_becomes_of_notices_is_one_of_three_words():
    for mode in Notify:
        assert read(SENDGRID, NOTIFY=mode).mode is mode
    for word in ("on", "LIVE", "true", "0"):
        with pytest.raises(SettingsAreUnusable, match="NOTIFY must be off, sandbox or live"):
            read(SENDGRID, NOTIFY=word)


@pytest.mark.parametrize("carriers", [{}, SENDGRID | SMTP], ids=["none", "both"])
def test_live_notices_have_exactly_one_carrier_of_mails(carriers: dict[str, str]):
    with pytest.raises(SettingsAreUnusable, match="one of SENDGRID_API_KEY and SMTP_HOST"):
        read(carriers, NOTIFY="live", MAIL_FROM="no-reply@portal.example")


@CARRIERS
def test_live_mails_come_from_somewhere(carrier: dict[str, str]):
    with pytest.raises(SettingsAreUnusable, match="MAIL_FROM"):
        read(without(carrier, "MAIL_FROM"))


@pytest.mark.parametrize("told", ["", "  "])
def test_sendgrid_has_to_say_what_became_of_mails(told: str):
    with pytest.raises(SettingsAreUnusable, match="SENDGRID_WEBHOOK_KEY is missing"):
        read(SENDGRID, SENDGRID_WEBHOOK_KEY=told)


def test_several_webhook_keys_hold_while_they_are_exchanged():
    settings = read(SENDGRID, SENDGRID_WEBHOOK_KEY="old new")
    assert settings.sendgrid_webhook_keys == ("old", "new")


def test_who_signs_in_at_a_mail_server_has_a_password():
    with pytest.raises(SettingsAreUnusable, match="SMTP_PASSWORD is missing"):
        read(SMTP, SMTP_USER="portal")
    settings = read(SMTP, SMTP_USER="portal", SMTP_PASSWORD="invented")
    assert (settings.smtp_user, settings.smtp_password) == ("portal", "invented")


@CARRIERS
@pytest.mark.parametrize("missing", TWILIO)
def test_texts_are_set_up_whole_or_not_at_all(carrier: dict[str, str], missing: str):
    with pytest.raises(SettingsAreUnusable, match="belong together"):
        read(carrier, without(TWILIO, missing))
    only_one = {missing: TWILIO[missing]}
    with pytest.raises(SettingsAreUnusable, match="belong together"):
        read(carrier, only_one)


def test_live_texts_leave_only_where_they_are_set_up():
    assert not read(SENDGRID).has_texts
    assert read(SENDGRID, TWILIO).has_texts


@pytest.mark.parametrize("mode", [Notify.OFF, Notify.SANDBOX])
def test_who_tells_nobody_for_real_may_have_half_of_it(mode: Notify):
    halves = without(SENDGRID, "MAIL_FROM") | without(TWILIO, "TWILIO_FROM")
    assert read(halves, NOTIFY=mode).mode is mode


def test_the_pace_and_the_senders_are_whole_numbers():
    settings = read(MAILS_PER_SECOND="20", TEXTS_PER_SECOND="2", CALLS_PER_SECOND="3")
    rates = (settings.mails_per_second, settings.texts_per_second, settings.calls_per_second)
    assert rates == (20, 2, 3)
    assert (read().mails_per_second, read().senders) == (500, 16)
    for name in ("MAILS_PER_SECOND", "TEXTS_PER_SECOND", "CALLS_PER_SECOND", "NOTICE_SENDERS"):
        for number in ("0", "-1", "1.5", "many"):
            with pytest.raises(SettingsAreUnusable, match=name):
                read({name: number})


def test_not_more_senders_are_at_work_than_a_process_can_have():
    assert read(NOTICE_SENDERS=str(MOST_SENDERS)).senders == MOST_SENDERS
    with pytest.raises(SettingsAreUnusable, match="NOTICE_SENDERS must be at most 64"):
        read(NOTICE_SENDERS=str(MOST_SENDERS + 1))


def test_people_live_by_a_clock_that_there_is():
    assert read().time_zone == "America/New_York"
    assert read(TIME_ZONE="America/Chicago").time_zone == "America/Chicago"
    with pytest.raises(SettingsAreUnusable, match="TIME_ZONE must be"):
        read(TIME_ZONE="Chicago")


def test_texts_go_to_countries_that_there_are():
    assert read().text_countries == ("US", "CA")
    assert read(TEXT_COUNTRIES="DE").text_countries == ("DE",)
    with pytest.raises(SettingsAreUnusable, match="TEXT_COUNTRIES must be"):
        read(TEXT_COUNTRIES="US Canada")


def test_the_way_to_a_mail_server_is_secured_unless_somebody_says_otherwise():
    assert read(SMTP).smtp_security == "starttls"
    assert read(SMTP, SMTP_SECURITY="tls").smtp_security == "tls"
    assert read(SMTP, SMTP_SECURITY="none").smtp_security == "none"
    with pytest.raises(SettingsAreUnusable, match="SMTP_SECURITY"):
        read(SMTP, SMTP_SECURITY="ssl")


def test_settings_of_notices_show_no_secret_when_printed():
    settings = read(SENDGRID, TWILIO)
    assert "invented" not in repr(settings) + str(settings)
