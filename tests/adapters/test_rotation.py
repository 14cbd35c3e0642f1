"""A rotation: everything under new master keys, nothing lost, nobody disturbed."""

import stat
from pathlib import Path

import pytest

from adapters import rotation
from adapters.key_check import require_right_keys
from adapters.key_files import KeyFiles, read_key_file
from adapters.keyring import Keyring, KeysAreUnusable
from adapters.master_keys import RingMasterKeys, key_id
from adapters.wrapped_keys import DataKeys
from domain.ports import KeyKind
from runtime.stores import Stores
from tests.fixtures.sealed_values import SealedValues, owners


def uses(stores: Stores) -> dict[tuple[str, bytes], int]:
    return {(use.name, use.master_key): use.data_keys for use in rotation.uses(stores.pool)}


def test_afterwards_everything_hangs_under_new_keys_and_opens(sealed_values: SealedValues):
    before, after = Keyring(sealed_values.files.read().keys), sealed_values.rotate()
    assert uses(sealed_values.stores) == {
        ("content", key_id(after["content"])): len(sealed_values.of_kind(KeyKind.CONTENT).values),
        ("personal", key_id(after["personal"])): len(
            sealed_values.of_kind(KeyKind.PERSONAL).values
        ),
    }
    assert sealed_values.opened(after) == sealed_values.texts()
    assert sealed_values.opened(before) == [None] * 200
    assert {name for name in before.keys if before[name] == after[name]} == {"lookup", "web"}


def test_afterwards_no_file_holds_a_former_key_and_only_its_owner_may_read_them(
    sealed_values: SealedValues,
):
    after = sealed_values.rotate()
    assert after.former == {}
    assert read_key_file(sealed_values.narrow) == after.only("personal")
    files = list(sealed_values.files.whole.parent.iterdir())
    assert {path.name for path in files} == {"keys.json", "keys.narrow.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_what_is_sealed_stays_as_it_is_byte_for_byte(sealed_values: SealedValues):
    data_keys = DataKeys(sealed_values.stores.pool, sealed_values.files.read())
    owner = ("content", sealed_values.of_kind(KeyKind.CONTENT).values[0][1].owner)
    before = data_keys.of(owner)
    assert DataKeys(sealed_values.stores.pool, sealed_values.rotate()).of(owner) == before


def test_the_narrow_file_opens_what_is_personal_and_nothing_else(sealed_values: SealedValues):
    sealed_values.rotate()
    narrow = read_key_file(sealed_values.narrow)
    persons = sealed_values.of_kind(KeyKind.PERSONAL)
    assert persons.opened(narrow) == persons.texts()
    with pytest.raises(KeysAreUnusable):
        sealed_values.of_kind(KeyKind.CONTENT).opened(narrow)


def test_a_rotation_that_was_begun_goes_on_with_the_keys_that_it_drew(sealed_values: SealedValues):
    begun = rotation.begin(sealed_values.stores.pool, sealed_values.files)
    assert rotation.begin(sealed_values.stores.pool, sealed_values.files) == begun
    assert sealed_values.rotate() == begun.without_former()


def test_former_keys_stay_as_long_as_anything_hangs_under_them(sealed_values: SealedValues):
    pool, files = sealed_values.stores.pool, sealed_values.files
    begun = rotation.begin(pool, files)
    assert not rotation.retired(pool, begun, files)
    assert files.read() == begun
    assert sealed_values.opened(begun) == sealed_values.texts()


def test_a_key_that_was_made_under_a_former_one_meanwhile_is_wrapped_anew(
    sealed_values: SealedValues,
):
    pool, files = sealed_values.stores.pool, sealed_values.files
    given = Keyring(files.read().keys)
    begun = rotation.begin(pool, files)
    late = DataKeys(pool, given)  # a process that does not follow the file
    made = []

    def advance(_: int) -> None:
        if not made:
            made.append(late.ensure(("content", owners(201)[-1])))

    rotation.Rewrapping(pool, begun, 50).finish(files, advance)
    assert DataKeys(pool, files.read()).of(("content", owners(201)[-1])) == made[0]


def test_nothing_new_is_ever_wrapped_by_a_key_that_is_valid_no_longer(sealed_values: SealedValues):
    given = Keyring(sealed_values.files.read().keys)
    late = DataKeys(sealed_values.stores.pool, given)
    sealed_values.rotate()
    with pytest.raises(KeysAreUnusable, match="bring the right key file back"):
        late.ensure(("content", owners(201)[-1]))


def test_who_did_not_notice_a_changed_file_in_time_looks_again(sealed_values: SealedValues):
    pool = sealed_values.stores.pool
    late = DataKeys(pool, RingMasterKeys(sealed_values.files.read(), look_every=3600))
    late.ensure(("content", owners(201)[-1]))
    present = sealed_values.rotate()
    made = late.ensure(("content", owners(202)[-1]))
    assert DataKeys(pool, present).of(("content", owners(202)[-1])) == made


def test_a_vault_notices_changed_files_by_itself(sealed_values: SealedValues):
    writer, reader = sealed_values.vault(), sealed_values.vault()
    sealed_values.rotate()
    assert reader.open_all(sealed_values.values) == sealed_values.texts()
    sealed_values.seal(writer, owners(201)[-1])
    sealed_values.rotate()
    assert reader.open_all(sealed_values.values) == sealed_values.texts()


def test_what_is_destroyed_is_never_put_back(sealed_values: SealedValues):
    pool = sealed_values.stores.pool
    begun = rotation.begin(pool, sealed_values.files)
    told: list[int] = []

    def destroy(count: int) -> None:
        if not told:
            with pool.connection() as connection:
                connection.execute("DELETE FROM vault.data_key")
        told.append(count)

    rotation.Rewrapping(pool, begun, 50).finish(sealed_values.files, destroy)
    assert sum(uses(sealed_values.stores).values()) == 0
    assert told == [50, 0]


def test_a_key_that_somebody_is_destroying_is_not_waited_for(sealed_values: SealedValues):
    pool = sealed_values.stores.pool
    begun = rotation.begin(pool, sealed_values.files)
    with pool.connection() as shredder:
        shredder.execute("DELETE FROM vault.data_key WHERE owner = ANY(%s)", ([*owners(200)[:5]],))
        rewrapping = rotation.Rewrapping(pool, begun, 50)
        rewrapping.walk()
        assert rewrapping.left() == 5
    rewrapping.finish(sealed_values.files)
    assert sum(uses(sealed_values.stores).values()) == 195


def test_the_wrong_key_file_is_refused_before_anything_is_changed(
    sealed_values: SealedValues, tmp_path: Path
):
    for keyring in (Keyring.draw(), Keyring.draw().with_former(Keyring.draw())):
        path = tmp_path / "other.json"
        path.write_text(keyring.text())
        path.chmod(0o600)
        with pytest.raises(KeysAreUnusable, match="bring the right key file back"):
            rotation.begin(sealed_values.stores.pool, KeyFiles(path, {}))
        assert path.read_text() == keyring.text()


def test_a_copy_of_the_key_file_from_before_the_rotation_is_refused(sealed_values: SealedValues):
    copy = sealed_values.files.whole.read_text()
    rotation.begin(sealed_values.stores.pool, sealed_values.files)
    sealed_values.files.whole.write_text(copy)
    with pytest.raises(KeysAreUnusable, match="was changed since this key file was copied"):
        rotation.begin(sealed_values.stores.pool, sealed_values.files)
    with pytest.raises(KeysAreUnusable, match="was changed since this key file was copied"):
        require_right_keys(sealed_values.stores.pool, sealed_values.files.read)
    assert sealed_values.files.whole.read_text() == copy


def test_a_damaged_data_key_stops_nothing_but_the_end(sealed_values: SealedValues):
    pool, (_, place) = sealed_values.stores.pool, sealed_values.values[0]
    with pool.connection() as connection:
        connection.execute(
            "UPDATE vault.data_key SET wrapped = wrapped || '\\x00' WHERE owner = %s",
            (place.owner,),
        )
    with pytest.raises(rotation.DataKeysAreDamaged, match=f"1 data keys .+ {place.owner}"):
        sealed_values.rotate()
    kept = sealed_values.files.read()
    assert kept.former
    assert sealed_values.opened(kept) == [None, *sealed_values.texts()[1:]]
    with pool.connection() as connection:
        connection.execute("DELETE FROM vault.data_key WHERE owner = %s", (place.owner,))
    assert sealed_values.rotate() == kept.without_former()


def test_nobody_rotates_beside_somebody_who_rotates(sealed_values: SealedValues):
    pool = sealed_values.stores.pool
    with (
        rotation.rotating(pool),
        pytest.raises(rotation.RotationIsUnderWay),
        rotation.rotating(pool, patience="10ms"),
    ):
        pass
