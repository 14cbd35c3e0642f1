"""What every shredder promises: a destroyed key opens nothing, and one has the turn at a time.

A subclass gives the fixture `cellar`: a shredder with the vault whose keys it destroys.
"""

import threading
from dataclasses import dataclass
from uuid import UUID

import pytest

from domain.ports import KeyKind, Place, SealIsBroken, Shredder, Vault

ADA = UUID("00000000-0000-0000-0000-0000000000aa")
BEN = UUID("00000000-0000-0000-0000-0000000000bb")


@dataclass
class Cellar:
    shredder: Shredder
    vault: Vault


def place(kind: KeyKind, owner: UUID) -> Place:
    return Place(kind, owner, "subject", 1)


class ShredderContract:
    def test_what_was_sealed_under_a_destroyed_key_does_not_open(self, cellar: Cellar) -> None:
        where = place(KeyKind.CONTENT, ADA)
        sealed = cellar.vault.seal("Root canal", where)
        cellar.shredder.shred(KeyKind.CONTENT, [ADA])
        with pytest.raises(SealIsBroken):
            cellar.vault.open(sealed, where)
        assert cellar.vault.open_all([(sealed, where)]) == [None]

    def test_no_other_key_is_destroyed(self, cellar: Cellar) -> None:
        places = [place(KeyKind.PERSONAL, ADA), place(KeyKind.CONTENT, BEN)]
        sealed = [(cellar.vault.seal("Root canal", one), one) for one in places]
        cellar.shredder.shred(KeyKind.CONTENT, [ADA])
        assert cellar.vault.open_all(sealed) == ["Root canal", "Root canal"]

    def test_several_keys_are_destroyed_together_and_again_without_harm(
        self, cellar: Cellar
    ) -> None:
        places = [place(KeyKind.CONTENT, ADA), place(KeyKind.CONTENT, BEN)]
        sealed = [(cellar.vault.seal("Root canal", one), one) for one in places]
        for _ in range(2):
            cellar.shredder.shred(KeyKind.CONTENT, [ADA, BEN])
        assert cellar.vault.open_all(sealed) == [None, None]

    def test_a_new_key_of_the_same_owner_does_not_open_what_was_sealed_before(
        self, cellar: Cellar
    ) -> None:
        where = place(KeyKind.CONTENT, ADA)
        before = cellar.vault.seal("Root canal", where)
        cellar.shredder.shred(KeyKind.CONTENT, [ADA])
        after = cellar.vault.seal("Crown", where)
        assert cellar.vault.open(after, where) == "Crown"
        assert before != after

    def test_who_wants_the_turn_waits_until_it_is_over(self, cellar: Cellar) -> None:
        order: list[str] = []
        asked = threading.Event()

        def second() -> None:
            asked.set()
            with cellar.shredder.turn():
                order.append("second")

        waiting = threading.Thread(target=second)
        with cellar.shredder.turn():
            waiting.start()
            asked.wait()
            waiting.join(timeout=0.2)
            order.append("first")
        waiting.join()
        assert order == ["first", "second"]

    def test_a_turn_ends_however_its_holder_ends(self, cellar: Cellar) -> None:
        with pytest.raises(ZeroDivisionError), cellar.shredder.turn():
            raise ZeroDivisionError
        with cellar.shredder.turn():
            cellar.shredder.shred(KeyKind.CONTENT, [ADA])
        assert cellar.vault.open_all([]) == []
