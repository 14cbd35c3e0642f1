import pytest

from runtime.settings import read_settings
from runtime.withholding import environment_of


def test_a_part_is_told_only_the_secrets_of_its_work(monkeypatch) -> None:
    secrets = {
        "SECUREMAIL_KEYS": "keys",
        "STRIPE_SECRET_KEY": "sk_test_invented",
        "STRIPE_WEBHOOK_SECRET": "whsec_invented",
        "SENDGRID_API_KEY": "SG.invented",
        "SMTP_PASSWORD": "invented",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings = read_settings({})
    told = {
        part: {name for name in secrets if environment_of(part, settings)[name] == secrets[name]}
        for part in ("web", "notifiers", "projections", "cards")
    }
    assert told == {
        "web": {"SECUREMAIL_KEYS", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"},
        "notifiers": {"SECUREMAIL_KEYS", "SENDGRID_API_KEY", "SMTP_PASSWORD"},
        "projections": set(),
        "cards": set(),
    }


def test_no_part_is_told_how_the_owner_of_the_database_signs_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgresql://owner:secret@db.example/mail")
    settings = read_settings({"DATABASE_URL": "postgresql://app@db.example/mail"})
    for part in ("web", "notifiers", "projections", "sequencer", "cards"):
        told = environment_of(part, settings)
        assert told["DATABASE_URL"] == "postgresql://app@db.example/mail"
        assert "secret" not in str(told)
