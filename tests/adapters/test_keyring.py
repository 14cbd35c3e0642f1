"""The keys outside the database: a file for its owner only, never replaced, never shown."""

import base64
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.key_files import create_key_file, read_key_file
from adapters.keyring import Keyring, KeysAreUnusable
from tests.fixtures.at_once import at_once

KEYS = {name: bytes([number]) * 32 for number, name in enumerate(("content", "personal"), 1)}
KEYS |= {"lookup": b"\x03" * 32, "web": b"\x04" * 32}
ENCODED = {name: base64.b64encode(key).decode() for name, key in KEYS.items()}
FORM = "keys must be a JSON object with content, personal, lookup, web, or some of them, in base64"

UNUSABLE = {
    "nothing": ("", FORM),
    "no JSON": ("content: AQEB", FORM),
    "no text": (b"\xff\xfe\x00\x80", FORM),
    "deep nesting": ("[" * 100_000, FORM),
    "a list": (json.dumps(list(ENCODED.values())), FORM),
    "one key missing": (json.dumps({**ENCODED, "web": None}), FORM),
    "no key at all": ("{}", FORM),
    "an unknown key": (json.dumps({**ENCODED, "door": ENCODED["web"]}), FORM),
    "only former keys": (json.dumps({"former": {"content": [ENCODED["content"]]}}), FORM),
    "former keys that are no list": (json.dumps({**ENCODED, "former": {"content": 1}}), FORM),
    "former keys without a name": (json.dumps({**ENCODED, "former": [ENCODED["web"]]}), FORM),
    "a former key that wraps nothing": (
        json.dumps({**ENCODED, "former": {"lookup": [ENCODED["web"]]}}),
        FORM,
    ),
    "a short former key": (
        json.dumps({**ENCODED, "former": {"content": ["BAQE"]}}),
        "every key must be 32 bytes",
    ),
    "a number": (json.dumps({**ENCODED, "web": 7}), FORM),
    "no base64": (json.dumps({**ENCODED, "web": ENCODED["web"][:-1] + "!"}), FORM),
    "other letters": (json.dumps({**ENCODED, "web": "Schlüssel"}), FORM),
    "a short key": (json.dumps({**ENCODED, "web": "BAQE"}), "every key must be 32 bytes"),
}


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Files are as open as their maker says."""
    before = os.umask(0)
    yield
    os.umask(before)


def key_file(folder: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "keys.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(KeysAreUnusable) as refused:
        read_key_file(path)
    return str(refused.value)


def test_a_new_key_file_holds_four_different_keys_of_32_bytes(tmp_path: Path):
    created = create_key_file(tmp_path / "keys.json")
    read = read_key_file(tmp_path / "keys.json")
    assert read == created
    assert list(read.keys) == ["content", "personal", "lookup", "web"]
    assert {len(key) for key in read.keys.values()} == {32}
    assert len(set(read.keys.values())) == 4


def test_two_key_files_have_no_key_in_common(tmp_path: Path):
    one, other = create_key_file(tmp_path / "one"), create_key_file(tmp_path / "other")
    assert not set(one.keys.values()) & set(other.keys.values())


@pytest.mark.usefixtures("open_umask")
def test_a_new_key_file_is_readable_by_its_owner_only(tmp_path: Path):
    create_key_file(tmp_path / "keys.json")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_a_new_key_file_lies_alone_in_a_folder_that_is_made_for_it(tmp_path: Path):
    create_key_file(tmp_path / "made" / "for it" / "keys.json")
    assert [path.name for path in (tmp_path / "made" / "for it").iterdir()] == ["keys.json"]


def test_a_key_file_is_never_replaced(tmp_path: Path):
    path = key_file(tmp_path, "whatever is there")
    with pytest.raises(KeysAreUnusable, match=r"there is a key file at .+; it is never replaced"):
        create_key_file(path)
    assert path.read_text() == "whatever is there"
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_of_two_who_make_a_key_file_at_once_one_wins_and_the_other_is_told(tmp_path: Path):
    path = tmp_path / "keys.json"
    made = at_once(lambda: create_key_file(path), lambda: create_key_file(path))
    assert {type(one) for one in made} == {Keyring, KeysAreUnusable}
    assert read_key_file(path) in made


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o666, 0o644, 0o601, 0o610, 0o602])
def test_a_key_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int):
    path = key_file(tmp_path, json.dumps(ENCODED), mode)
    assert refusal(path) == f"the key file {path} is open to others: chmod 600 it"


def test_a_read_only_key_file_is_fine(tmp_path: Path):
    assert read_key_file(key_file(tmp_path, json.dumps(ENCODED), 0o400)) == Keyring(KEYS)


def test_a_missing_key_file_is_named(tmp_path: Path):
    path = tmp_path / "keys.json"
    assert refusal(path) == f"cannot read the key file {path}: No such file or directory"


@pytest.mark.parametrize(("content", "complaint"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_unusable_keys_are_refused_and_not_shown(
    tmp_path: Path, content: str | bytes, complaint: str
):
    assert refusal(key_file(tmp_path, content)) == complaint


def test_keys_in_the_environment_have_the_same_form_as_in_the_file():
    assert Keyring.parse(Keyring(KEYS).text()) == Keyring(KEYS)
    assert json.loads(Keyring(KEYS).text()) == ENCODED


def test_a_file_may_hold_some_of_the_keys_only(tmp_path: Path):
    some = {name: ENCODED[name] for name in ("personal", "lookup")}
    ring = read_key_file(key_file(tmp_path, json.dumps(some)))
    assert ring.keys == {"personal": b"\x02" * 32, "lookup": b"\x03" * 32}
    with pytest.raises(KeysAreUnusable, match=r"^this process has no key 'content'$"):
        ring["content"]


def test_former_keys_are_read_as_they_were_written():
    before = Keyring(KEYS)
    after = before.redrawn().with_former(before)
    assert Keyring.parse(after.text()) == after
    assert after.all_of("content") == (after["content"], KEYS["content"])
    assert after.without_former().all_of("content") == (after["content"],)


def test_new_master_keys_leave_fingerprints_and_web_tokens_as_they_are():
    new = Keyring(KEYS).redrawn()
    assert {name for name in KEYS if new[name] == KEYS[name]} == {"lookup", "web"}


def test_a_smaller_ring_has_no_former_keys_of_others():
    before = Keyring(KEYS)
    small = before.redrawn().with_former(before).only("personal", "lookup")
    assert small.former == {"personal": (KEYS["personal"],)}


def test_a_keyring_never_shows_its_keys():
    ring = Keyring(KEYS)
    shown = f"{ring} {ring!r} {[ring]} {ring!s}"
    assert "keys" not in shown.replace("adapters.keyring", "")
    assert "\\x01" not in shown
    assert ENCODED["content"] not in shown


def test_a_smaller_ring_has_only_the_named_keys():
    ring = Keyring(KEYS).only("personal", "lookup")
    assert ring.keys == {"personal": b"\x02" * 32, "lookup": b"\x03" * 32}
    with pytest.raises(KeysAreUnusable, match=r"^this process has no key 'content'$"):
        ring["content"]


def test_a_smaller_ring_of_a_key_that_is_not_there_is_refused():
    with pytest.raises(KeysAreUnusable, match=r"^this process has no key 'content'$"):
        Keyring(KEYS).only("personal").only("content")
