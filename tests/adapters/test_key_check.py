"""Keys of another database, or of an earlier time, are noticed before anything is sealed."""

from threading import Thread

import pytest

from adapters.key_check import keys_to_oneself, require_right_keys
from adapters.keyring import Keyring, KeysAreUnusable
from adapters.master_keys import key_id
from runtime.stores import Stores
from tests.fixtures.at_once import at_once


def shown(stores: Stores, keyring: Keyring) -> Keyring:
    return require_right_keys(stores.pool, lambda: keyring)


def valid(stores: Stores) -> set[bytes]:
    with stores.pool.connection() as connection:
        return {row[0] for row in connection.execute("SELECT id FROM vault.master_key")}


def test_the_right_keys_are_recognised_every_time(empty_vault: Stores):
    keyring = Keyring.draw()
    assert shown(empty_vault, keyring) == keyring
    shown(empty_vault, keyring)
    shown(empty_vault, keyring.only("personal"))
    assert valid(empty_vault) == {*map(key_id, keyring.keys.values())}


@pytest.mark.parametrize("name", ["content", "personal", "lookup", "web"])
def test_one_wrong_key_is_noticed(empty_vault: Stores, name: str):
    keyring = Keyring.draw()
    shown(empty_vault, keyring)
    mixed = Keyring({**keyring.keys, name: Keyring.draw()[name]})
    with pytest.raises(KeysAreUnusable, match=f"the key '{name}' is not the one"):
        shown(empty_vault, mixed)


def test_a_new_key_is_valid_if_it_comes_with_one_that_is(empty_vault: Stores):
    before = Keyring.draw()
    shown(empty_vault, before)
    after = before.redrawn().with_former(before)
    shown(empty_vault, after)
    assert {key_id(after["content"]), key_id(before["content"])} <= valid(empty_vault)


def test_keys_that_were_copied_before_the_newest_came_are_refused(empty_vault: Stores):
    before = Keyring.draw()
    shown(empty_vault, before)
    shown(empty_vault, before.redrawn().with_former(before))
    with pytest.raises(KeysAreUnusable, match="was changed since this key file was copied"):
        shown(empty_vault, before)


def test_of_two_who_show_the_first_keys_at_once_one_is_refused(empty_vault: Stores):
    one, other = Keyring.draw(), Keyring.draw()
    answers = at_once(lambda: shown(empty_vault, one), lambda: shown(empty_vault, other))
    assert {type(answer) for answer in answers} == {Keyring, KeysAreUnusable}
    assert len(valid(empty_vault)) == 4


def test_keys_are_read_while_nobody_changes_them(empty_vault: Stores):
    order: list[str] = []
    keyring = Keyring.draw()

    def read() -> Keyring:
        order.append("read")
        return keyring

    showing = Thread(target=lambda: require_right_keys(empty_vault.pool, read))
    with keys_to_oneself(empty_vault.pool):
        showing.start()
        showing.join(timeout=0.2)
        order.append("changed")
    showing.join()
    assert order == ["changed", "read"]


def test_what_is_kept_tells_nothing_of_the_keys(empty_vault: Stores):
    keyring = Keyring.draw()
    shown(empty_vault, keyring)
    kept = b"".join(valid(empty_vault))
    assert len(kept) == 4 * 8
    assert [key for key in keyring.keys.values() if key[:8] in kept] == []
