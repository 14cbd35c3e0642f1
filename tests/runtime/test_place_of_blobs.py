"""Nothing starts unless files of messages can be kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from runtime.reading import SettingsAreUnusable
from runtime.settings import read_settings
from runtime.starting import require_blobs


def refused(blobs: str) -> str:
    with pytest.raises(SettingsAreUnusable) as refusal:
        require_blobs(replace(read_settings({}), blobs=blobs))
    return str(refusal.value)


def test_a_folder_is_made_for_our_eyes_only(tmp_path: Path) -> None:
    require_blobs(replace(read_settings({}), blobs=str(tmp_path / "blobs")))
    assert (tmp_path / "blobs").stat().st_mode & 0o777 == 0o700


def test_a_place_that_nobody_knows_is_refused() -> None:
    assert refused("ftp://somewhere") == (
        "SECUREMAIL_BLOBS: blobs lie in a folder or at s3://bucket/prefix, not at ftp:"
    )


def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("occupied")
    assert "the place of SECUREMAIL_BLOBS cannot be used" in refused(str(tmp_path / "file" / "x"))


def test_far_storage_without_encryption_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example")
    assert refused("s3://bucket") == (
        "SECUREMAIL_BLOBS: storage on another machine must be reached through https"
    )


def test_storage_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert "the place of SECUREMAIL_BLOBS cannot be used" in refused("s3://bucket")
