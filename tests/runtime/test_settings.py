from pathlib import Path

import pytest

from domain.attachment import USUAL_LIMITS, AttachmentLimits
from runtime.reading import SettingsAreUnusable
from runtime.settings import read_settings

VENDORS = {
    "STRIPE_SECRET_KEY": "sk_test_invented",
    "STRIPE_WEBHOOK_SECRET": "whsec_old whsec_new",
    "SENDGRID_API_KEY": "SG.invented",
    "SENDGRID_WEBHOOK_KEY": "invented",
    "MAIL_FROM": "no-reply@portal.example",
}


def test_without_any_setting_everything_is_a_sandbox_on_this_machine() -> None:
    settings = read_settings({})
    assert settings.is_sandbox
    assert settings.base_url == "http://localhost:8000"
    assert settings.database_url is None
    assert settings.key_file == Path(".data/keys.json").absolute()


def test_the_port_moves_the_address() -> None:
    assert read_settings({"PORT": "8123"}).base_url == "http://localhost:8123"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000.5", "٨٠"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingsAreUnusable, match="PORT must be a port number"):
        read_settings({"PORT": port})


def test_with_vendors_it_may_be_public() -> None:
    settings = read_settings({**VENDORS, "BASE_URL": "https://portal.example/"})
    assert not settings.is_sandbox
    assert settings.base_url == "https://portal.example"
    assert settings.stripe_webhook_secrets == ("whsec_old", "whsec_new")


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "SENDGRID_API_KEY"])
def test_a_public_address_with_a_sandbox_behind_it_is_refused(missing: str) -> None:
    environment = {name: value for name, value in VENDORS.items() if name != missing}
    with pytest.raises(SettingsAreUnusable, match="BASE_URL is public"):
        read_settings({**environment, "BASE_URL": "https://portal.example"})


def test_a_card_vendor_without_a_webhook_secret_is_refused() -> None:
    with pytest.raises(SettingsAreUnusable, match="STRIPE_WEBHOOK_SECRET is missing"):
        read_settings({"STRIPE_SECRET_KEY": "sk_test_invented"})


def test_without_a_tax_code_no_tax_is_worked_out() -> None:
    assert read_settings({}).stripe_tax_code is None
    assert read_settings({"STRIPE_TAX_CODE": ""}).stripe_tax_code is None


def test_a_tax_code_is_passed_on() -> None:
    assert read_settings({"STRIPE_TAX_CODE": "txcd_10103001"}).stripe_tax_code == "txcd_10103001"


@pytest.mark.parametrize("code", ["software", "txcd_1", "txcd_10103001\n", "txcd_٣٠١٠٣٠٠١"])
def test_a_tax_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(SettingsAreUnusable, match="STRIPE_TAX_CODE must be"):
        read_settings({"STRIPE_TAX_CODE": code})


def test_time_runs_ahead_only_where_neither_mails_nor_cards_are_real() -> None:
    cards = {name: told for name, told in VENDORS.items() if name.startswith("STRIPE")}
    mails = {name: told for name, told in VENDORS.items() if name not in cards}
    assert read_settings({}).has_sandbox_clock
    assert not any(read_settings(told).has_sandbox_clock for told in (cards, mails, VENDORS))


def test_mails_to_people_need_a_sender() -> None:
    environment = {name: value for name, value in VENDORS.items() if name != "MAIL_FROM"}
    with pytest.raises(SettingsAreUnusable, match="MAIL_FROM"):
        read_settings(environment)


def test_a_way_to_the_mail_server_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsAreUnusable, match="SMTP_SECURITY must be"):
        read_settings({"SMTP_SECURITY": "ssl"})


def test_settings_show_no_secret_when_printed() -> None:
    assert "invented" not in repr(read_settings(VENDORS))


@pytest.mark.parametrize(
    "address", ["nonsense", "postgresql://h/d?foo=bar", "mysql://u:invented@h"]
)
def test_an_address_of_a_database_that_is_none_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SettingsAreUnusable, match="DATABASE_URL is not an address") as refused:
        read_settings({"DATABASE_URL": address})
    assert address not in str(refused.value)


def test_a_sandbox_listens_on_this_machine_only() -> None:
    with pytest.raises(SettingsAreUnusable, match="HOST must be"):
        read_settings({"HOST": "192.0.2.7"})


def test_a_public_address_is_https() -> None:
    with pytest.raises(SettingsAreUnusable, match="https"):
        read_settings({**VENDORS, "BASE_URL": "http://portal.example"})


def test_the_limits_of_files_are_whole_numbers_of_megabytes() -> None:
    told = {"ATTACHMENT_MB": "2", "ATTACHMENTS_MB": "5", "ATTACHMENTS_QUOTA_MB": "9"}
    limits = read_settings({**told, "ATTACHMENTS": "7"}).attachment_limits
    assert limits == AttachmentLimits(file=2 << 20, message=5 << 20, count=7, quota=9 << 20)
    assert read_settings({}).attachment_limits == USUAL_LIMITS


@pytest.mark.parametrize("number", ["0", "-1", "2.5", "many", "٣"])
def test_a_limit_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(SettingsAreUnusable, match="ATTACHMENT_MB must be a whole number"):
        read_settings({"ATTACHMENT_MB": number})


def test_a_file_may_not_be_larger_than_a_message_nor_a_message_than_a_practice_keeps() -> None:
    for told in ({"ATTACHMENTS_MB": "249"}, {"ATTACHMENTS_QUOTA_MB": "1023"}):
        with pytest.raises(SettingsAreUnusable, match="ATTACHMENT_MB must be at most"):
            read_settings(told)


def test_files_lie_in_the_data_folder_unless_told_otherwise() -> None:
    assert read_settings({}).blobs == str(Path(".data/blobs").absolute())
    assert read_settings({"SECUREMAIL_BLOBS": "s3://b/p"}).blobs == "s3://b/p"
