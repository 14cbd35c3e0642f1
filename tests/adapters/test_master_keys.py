"""Master keys from the environment, from a file that is followed, and from a key service."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from adapters.key_files import create_key_file, read_key_file, replace_key_file
from adapters.keyring import Keyring, KeysAreUnusable
from adapters.master_keys import MasterKeys, RingMasterKeys, Wrapped, key_id
from adapters.wrapped_keys import DataKeys, Owner
from domain.ports import SealIsBroken
from runtime.stores import Stores
from tests.contracts.master_keys import ADAS, DATA_KEY, Given, MasterKeysContract
from tests.doubles.master_keys import MemoryKeyService

ADA = UUID("00000000-0000-0000-0000-0000000000aa")


@dataclass
class ServiceHolder:
    masters: MemoryKeyService

    def change(self) -> None:
        self.masters.change()

    def forget(self) -> None:
        self.masters.forget()


@dataclass
class FileHolder:
    path: Path
    masters: MasterKeys

    def change(self) -> None:
        present = read_key_file(self.path)
        replace_key_file(self.path, present.redrawn().with_former(present))

    def forget(self) -> None:
        replace_key_file(self.path, read_key_file(self.path).without_former())


@pytest.fixture
def holder(tmp_path: Path) -> FileHolder:
    path = tmp_path / "keys.json"
    return FileHolder(path, RingMasterKeys(create_key_file(path), look_every=0))


class TestKeyService(MasterKeysContract):
    @pytest.fixture
    def holder(self) -> ServiceHolder:
        return ServiceHolder(MemoryKeyService())


class TestKeysOfAFile(MasterKeysContract):
    @pytest.fixture
    def holder(self, holder: FileHolder) -> FileHolder:
        return FileHolder(holder.path, RingMasterKeys(read_key_file(holder.path)))


def test_a_changed_file_is_noticed_before_a_wrapping(holder: FileHolder):
    given = Given.by(holder)
    holder.change()
    assert given.masters.wrap("content", DATA_KEY, ADAS).by != given.wrapped.by


def test_a_changed_file_is_noticed_when_something_was_wrapped_by_an_unknown_key(
    holder: FileHolder,
):
    reader = RingMasterKeys(read_key_file(holder.path).only("content"))
    holder.change()
    given = Given.by(holder)
    assert reader.unwrap("content", given.wrapped, ADAS) == DATA_KEY


def test_a_process_never_reads_more_keys_than_it_was_given(holder: FileHolder):
    small = RingMasterKeys(read_key_file(holder.path).only("personal"))
    holder.change()
    small.renew()
    assert small.ids() == {
        "personal": [*map(key_id, read_key_file(holder.path).all_of("personal"))]
    }
    with pytest.raises(KeysAreUnusable):
        small.wrap("content", DATA_KEY, ADAS)


def test_a_file_that_is_gone_or_unusable_for_a_while_disturbs_nobody(holder: FileHolder):
    given, text = Given.by(holder), holder.path.read_text()
    holder.path.write_text("half a fi")
    assert given.masters.wrap("content", DATA_KEY, ADAS).by == given.wrapped.by
    holder.path.unlink()
    assert given.masters.wrap("content", DATA_KEY, ADAS).by == given.wrapped.by
    assert given.masters.unwrap("content", given.wrapped, ADAS) == DATA_KEY
    holder.path.write_text(text)
    holder.path.chmod(0o600)
    assert given.masters.wrap("content", DATA_KEY, ADAS).by == given.wrapped.by


def test_keys_of_the_environment_stay_as_they_are():
    ring = Keyring.draw()
    masters = RingMasterKeys(ring)
    masters.renew()
    assert masters.ids() == {name: [key_id(ring[name])] for name in ("content", "personal")}


class Startled(MemoryKeyService):
    """Does not know the first key that it is asked for, as when its master key just left."""

    startled = False

    def unwrap(self, kind: str, wrapped: Wrapped, bound_to: bytes) -> bytes:
        if not self.startled:
            self.startled = True
            raise SealIsBroken
        return super().unwrap(kind, wrapped, bound_to)


@pytest.mark.parametrize("ask", [DataKeys.of, DataKeys.ensure])
def test_a_key_that_was_wrapped_anew_while_it_was_read_is_read_again(
    empty_vault: Stores, ask: Callable[[DataKeys, Owner], bytes]
):
    data_keys = DataKeys(empty_vault.pool, Startled())
    made = data_keys.ensure(("content", ADA))
    assert ask(data_keys, ("content", ADA)) == made


def test_data_keys_hang_under_a_key_service_as_well(empty_vault: Stores):
    service = MemoryKeyService()
    data_keys = DataKeys(empty_vault.pool, service)
    made = data_keys.ensure(("content", ADA))
    service.change()
    assert data_keys.of(("content", ADA)) == made
    assert data_keys.ensure(("personal", ADA)) != made
    assert len(data_keys.of(("personal", ADA))) == len(made) == 32
