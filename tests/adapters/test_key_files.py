"""Key files are replaced whole, and narrow ones say what the whole one says."""

import stat
from pathlib import Path

import pytest

from adapters.key_files import KeyFiles, create_key_file, read_key_file, replace_key_file
from adapters.keyring import Keyring, KeysAreUnusable


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    create_key_file(tmp_path / "keys.json")
    persons = {tmp_path / "keys.notifiers.json": ("personal",)}
    return KeyFiles(
        tmp_path / "keys.json", {**persons, tmp_path / "keys.accounts.json": ("personal", "lookup")}
    )


def narrow(files: KeyFiles) -> list[Keyring]:
    return [read_key_file(path) for path in files.narrower]


def modes(files: KeyFiles) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in (files.whole, *files.narrower)}


def test_narrow_files_hold_only_the_keys_that_they_are_for(files: KeyFiles):
    files.narrow(files.read())
    assert narrow(files) == [files.read().only("personal"), files.read().only("personal", "lookup")]
    assert modes(files) == {0o600}


def test_a_narrow_file_that_says_the_same_already_is_left_alone(files: KeyFiles):
    files.narrow(files.read())
    before = [path.stat().st_ino for path in files.narrower]
    files.narrow(files.read())
    assert [path.stat().st_ino for path in files.narrower] == before


def test_a_narrow_file_that_is_open_to_others_is_made_anew(files: KeyFiles):
    files.narrow(files.read())
    for path in files.narrower:
        path.chmod(0o644)
    files.narrow(files.read())
    assert modes(files) == {0o600}


def test_a_file_with_few_keys_makes_no_narrow_files_of_keys_that_it_lacks(files: KeyFiles):
    files.narrow(files.read().only("personal"))
    assert [path.name for path in files.narrower if path.exists()] == ["keys.notifiers.json"]


def test_whoever_may_wrap_with_new_keys_everybody_could_open_them_before(files: KeyFiles):
    files.narrow(files.read())
    first = files.read()
    begun = files.begin_change()
    assert begun.all_of("content")[1:] == (first["content"],)
    assert begun == files.read()
    assert narrow(files) == [begun.only("personal"), begun.only("personal", "lookup")]
    assert modes(files) == {0o600}


def test_everybody_can_open_with_the_new_keys_before_anybody_wraps_with_them(files: KeyFiles):
    files.narrow(files.read())
    present = files.read()
    (files.whole.parent / ".keys.json.draft").mkdir()  # so the whole file cannot be replaced
    with pytest.raises(OSError, match=r"keys\.json\.draft"):
        files.begin_change()
    assert files.read() == present
    assert [len(ring.all_of("personal")) for ring in narrow(files)] == [2, 2]
    assert [ring["personal"] for ring in narrow(files)] == [present["personal"]] * 2


def test_a_change_that_was_begun_is_never_begun_again(files: KeyFiles):
    assert files.begin_change() == files.begin_change()


def test_at_the_end_no_file_holds_a_former_key(files: KeyFiles):
    begun = files.begin_change()
    (files.whole.parent / ".keys.json.0a1b2c3d").write_text(begun.text())
    files.end_change()
    assert files.read() == begun.without_former()
    assert [ring.former for ring in narrow(files)] == [{}, {}]
    assert len(list(files.whole.parent.iterdir())) == 3


def test_a_draft_that_was_left_behind_is_in_nobodys_way(files: KeyFiles):
    (files.whole.parent / ".keys.json.draft").write_text("half a fi")
    replace_key_file(files.whole, Keyring.draw())
    assert stat.S_IMODE(files.whole.stat().st_mode) == 0o600
    assert not (files.whole.parent / ".keys.json.draft").exists()


def test_a_folder_that_nobody_may_write_into_leaves_the_file_as_it_was(tmp_path: Path):
    before = create_key_file(tmp_path / "keys.json")
    (tmp_path / ".keys.json.draft").mkdir()
    with pytest.raises(OSError, match=r"keys\.json\.draft"):
        replace_key_file(tmp_path / "keys.json", Keyring.draw())
    assert read_key_file(tmp_path / "keys.json") == before


def test_a_file_without_master_keys_cannot_be_changed(tmp_path: Path):
    create_key_file(tmp_path / "whole.json")
    few = read_key_file(tmp_path / "whole.json").only("lookup", "web")
    replace_key_file(tmp_path / "few.json", few)
    with pytest.raises(KeysAreUnusable, match="has no key 'content'"):
        KeyFiles(tmp_path / "few.json", {}).begin_change()
    assert read_key_file(tmp_path / "few.json") == few
