import pytest

from adapters.key_check import require_right_keys
from adapters.keyring import Keyring, KeysAreUnusable
from runtime.stores import Stores


def test_the_keys_that_a_database_was_begun_with_are_right_ever_after(stores: Stores) -> None:
    keyring = Keyring.draw()
    require_right_keys(stores.pool, keyring)
    require_right_keys(stores.pool, keyring)
    require_right_keys(stores.pool, keyring.only("personal"))
    with stores.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM vault.key_check").fetchone() == (4,)


@pytest.mark.parametrize("name", ["content", "personal", "lookup", "web"])
def test_one_wrong_key_among_right_ones_is_named(stores: Stores, name: str) -> None:
    keyring = Keyring.draw()
    require_right_keys(stores.pool, keyring)
    mixed = Keyring({**keyring.keys, name: Keyring.draw()[name]})
    with pytest.raises(KeysAreUnusable, match=f"the key '{name}' is not the one"):
        require_right_keys(stores.pool, mixed)


def test_the_answer_of_a_key_does_not_hold_the_key(stores: Stores) -> None:
    keyring = Keyring.draw()
    require_right_keys(stores.pool, keyring)
    with stores.pool.connection() as connection:
        rows = connection.execute("SELECT answer FROM vault.key_check").fetchall()
    answers = [bytes(row[0]) for row in rows]
    assert len(set(answers)) == 4
    assert not set(answers) & set(keyring.keys.values())
