import pytest

from adapters.keyring import Keyring
from runtime.settings import Settings, read_settings
from runtime.withholding import NOWHERE, WITHHELD, environment_of

PARTS = ("web", "notifiers", "projections", "sequencer", "sweeper", "cashier", "cards")

RING = Keyring.draw()

SECRETS = {
    "STRIPE_SECRET_KEY": "sk_test_invented",
    "STRIPE_WEBHOOK_SECRET": "whsec_invented",
    "SENDGRID_API_KEY": "SG.invented",
    "SMTP_PASSWORD": "invented",
    "TWILIO_AUTH_TOKEN": "invented",
    "AWS_SECRET_ACCESS_KEY": "invented",
    "AWS_SESSION_TOKEN": "invented",
}


CARDS_ARE_REAL = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
STORAGE = {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of somebody who gives everything by the environment."""
    for name, value in {**SECRETS, "SECUREMAIL_KEYS": RING.text()}.items():
        monkeypatch.setenv(name, value)
    return read_settings({"SECUREMAIL_KEYS": RING.text()})


def test_a_part_is_told_only_the_secrets_of_its_work(settings: Settings) -> None:
    told = {
        part: {name for name in SECRETS if environment_of(part, settings)[name] == SECRETS[name]}
        for part in PARTS
    }
    assert told == {
        "web": {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", *STORAGE},
        "notifiers": {"SENDGRID_API_KEY", "SMTP_PASSWORD", "TWILIO_AUTH_TOKEN"},
        "projections": set(),
        "sequencer": set(),
        "sweeper": STORAGE,
        "cashier": {"STRIPE_SECRET_KEY"},
        "cards": set(),
    }


def test_keys_of_the_environment_are_told_to_each_part_as_far_as_it_needs_them(
    settings: Settings,
) -> None:
    told = {part: environment_of(part, settings)["SECUREMAIL_KEYS"] for part in PARTS}
    assert Keyring.parse(told.pop("web")) == RING
    assert Keyring.parse(told.pop("notifiers")) == RING.only("personal")
    assert set(told.values()) == {WITHHELD}


def test_former_keys_are_told_together_with_the_present_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rotating = RING.redrawn().with_former(RING)
    monkeypatch.setenv("SECUREMAIL_KEYS", rotating.text())
    settings = read_settings({"SECUREMAIL_KEYS": rotating.text()})
    told = Keyring.parse(environment_of("notifiers", settings)["SECUREMAIL_KEYS"])
    assert told.former == {"personal": (RING["personal"],)}


def test_each_part_is_pointed_at_a_key_file_of_its_own_or_nowhere() -> None:
    settings = read_settings({"SECUREMAIL_DATA": "/data"})
    told = {part: environment_of(part, settings)["SECUREMAIL_KEY_FILE"] for part in PARTS}
    assert (told.pop("web"), told.pop("notifiers")) == (
        "/data/keys.json",
        "/data/keys.notifiers.json",
    )
    assert set(told.values()) == {NOWHERE}


def test_narrow_files_are_named_after_the_whole_one_and_lie_among_the_data() -> None:
    place = {"SECUREMAIL_DATA": "/data", "SECUREMAIL_KEY_FILE": "/etc/mail.json"}
    settings = read_settings(place)
    assert str(settings.narrow_key_file("accounts")) == "/data/mail.accounts.json"


def test_parts_run_ahead_in_a_sandbox_only() -> None:
    sandbox = read_settings({"SECUREMAIL_DATA": "/data"})
    assert {environment_of(part, sandbox)["SANDBOX_CLOCK"] for part in PARTS} == {
        "/data/sandbox/clock"
    }
    for real in ({"SMTP_HOST": "mail.example", "MAIL_FROM": "a@b.example"}, CARDS_ARE_REAL):
        settings = read_settings({"SECUREMAIL_DATA": "/data", **real})
        assert {environment_of(part, settings)["SANDBOX_CLOCK"] for part in PARTS} == {""}


def test_no_part_is_told_how_the_owner_of_the_database_signs_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgresql://owner:secret@db.example/mail")
    settings = read_settings({"DATABASE_URL": "postgresql://app@db.example/mail"})
    for part in PARTS:
        told = environment_of(part, settings)
        assert told["DATABASE_URL"] == "postgresql://app@db.example/mail"
        assert "secret" not in str(told)
