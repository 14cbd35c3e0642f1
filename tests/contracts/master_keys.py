"""What whoever holds master keys promises: wrapped data keys come back, for their owner only.

A subclass gives the fixture `holder`: master keys of both kinds, and a hand that changes them.
"""

from dataclasses import dataclass
from typing import Protocol

import pytest

from adapters.keyring import KeysAreUnusable
from adapters.master_keys import ID_BYTES, MasterKeys, Wrapped
from domain.ports import SealIsBroken

DATA_KEY = bytes(range(32))
ADAS, BENS = b"1|key|content|aa", b"1|key|content|bb"


class Holder(Protocol):
    @property
    def masters(self) -> MasterKeys: ...

    def change(self) -> None:
        """Let new master keys wrap from now on; the former ones still unwrap."""

    def forget(self) -> None:
        """Let the former keys go."""


@dataclass
class Given:
    """A data key that was wrapped for Ada."""

    masters: MasterKeys
    wrapped: Wrapped

    @classmethod
    def by(cls, holder: Holder) -> "Given":
        return cls(holder.masters, holder.masters.wrap("content", DATA_KEY, ADAS))


class MasterKeysContract:
    def test_a_data_key_comes_back_as_it_was(self, holder: Holder):
        given = Given.by(holder)
        assert given.masters.unwrap("content", given.wrapped, ADAS) == DATA_KEY
        assert DATA_KEY not in given.wrapped.key

    def test_the_master_key_that_wrapped_is_named(self, holder: Holder):
        given = Given.by(holder)
        assert given.wrapped.by == given.masters.ids()["content"][0]
        assert len(given.wrapped.by) == ID_BYTES

    def test_content_and_persons_have_different_master_keys(self, holder: Holder):
        ids = holder.masters.ids()
        assert ids.keys() == {"content", "personal"}
        assert not set(ids["content"]) & set(ids["personal"])

    def test_a_data_key_of_somebody_else_does_not_open(self, holder: Holder):
        given = Given.by(holder)
        with pytest.raises(SealIsBroken):
            given.masters.unwrap("content", given.wrapped, BENS)

    def test_an_altered_data_key_does_not_open(self, holder: Holder):
        given = Given.by(holder)
        altered = Wrapped(
            given.wrapped.key[:-1] + bytes([given.wrapped.key[-1] ^ 1]), given.wrapped.by
        )
        with pytest.raises(SealIsBroken):
            given.masters.unwrap("content", altered, ADAS)

    def test_a_key_of_the_other_kind_opens_nothing(self, holder: Holder):
        given = Given.by(holder)
        with pytest.raises(SealIsBroken):
            given.masters.unwrap("personal", given.wrapped, ADAS)

    def test_what_an_unknown_master_key_wrapped_does_not_open(self, holder: Holder):
        given = Given.by(holder)
        with pytest.raises(SealIsBroken):
            given.masters.unwrap("content", Wrapped(given.wrapped.key, b"unknown!"), ADAS)

    def test_a_kind_that_was_not_given_is_refused(self, holder: Holder):
        given = Given.by(holder)
        for work in (
            lambda: given.masters.wrap("web", DATA_KEY, ADAS),
            lambda: given.masters.unwrap("web", given.wrapped, ADAS),
        ):
            with pytest.raises(KeysAreUnusable):
                work()

    def test_after_a_change_the_new_key_wraps_and_the_former_one_still_unwraps(
        self, holder: Holder
    ):
        given = Given.by(holder)
        holder.change()
        given.masters.renew()
        again = given.masters.wrap("content", DATA_KEY, ADAS)
        assert given.masters.ids()["content"] == [again.by, given.wrapped.by]
        assert given.masters.unwrap("content", given.wrapped, ADAS) == DATA_KEY
        assert given.masters.unwrap("content", again, ADAS) == DATA_KEY

    def test_what_a_forgotten_key_wrapped_never_opens_again(self, holder: Holder):
        given = Given.by(holder)
        holder.change()
        holder.forget()
        given.masters.renew()
        with pytest.raises(SealIsBroken):
            given.masters.unwrap("content", given.wrapped, ADAS)
