"""A chunk opens where it was sealed, unaltered, and nowhere else."""

import hashlib
import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sealed_chunks import NO_CHUNKS, OVERHEAD, ChunkCipher, extended, tag_of
from domain.ports import SealIsBroken

KEY = bytes(range(32))
FILE = UUID("00000000-0000-0000-0000-0000000000aa")
CIPHER = ChunkCipher(KEY, FILE)

KNOWN = (
    "000102030405060708090a0b2c6cb96cabc5a173f82ffc69e8787f9a5747950e873ce7a2448b5a",
    "000102030405060708090a0b2c6cb96cabc5b67ae42ddc6f645f39535e98dbd2bc337e3d03b5",
)


def sealed(plain: bytes, index: int = 3, *, last: bool = False) -> memoryview:
    room = memoryview(bytearray(len(plain) + OVERHEAD))
    return CIPHER.seal_into(memoryview(plain), index, room, last=last)


def require_broken(cipher: ChunkCipher, data: memoryview, index: int, *, last: bool) -> None:
    with pytest.raises(SealIsBroken):
        cipher.open(data, index, last=last)
    with pytest.raises(SealIsBroken):
        cipher.open_into(data, index, memoryview(bytearray(200)), last=last)


@given(plain=st.binary(max_size=100), index=st.integers(0, 2**40), last=st.booleans())
def test_any_chunk_opens_where_it_was_sealed(plain: bytes, index: int, *, last: bool):
    data = sealed(plain, index, last=last)
    assert CIPHER.open(data, index, last=last) == plain
    room = bytearray(b"-" * 100)
    CIPHER.open_into(data, index, memoryview(room), last=last)
    assert room == plain + b"-" * (100 - len(plain))


def test_a_chunk_takes_only_the_room_that_it_needs():
    room = bytearray(b"-" * 100)
    data = CIPHER.seal_into(memoryview(b"plain"), 0, memoryview(room), last=True)
    assert len(data) == 5 + OVERHEAD
    assert room == bytes(data) + b"-" * (100 - 5 - OVERHEAD)


@pytest.mark.parametrize(("index", "last"), [(2, False), (4, False), (33, False), (3, True)])
def test_a_chunk_that_was_moved_or_ends_the_file_early_does_not_open(index: int, *, last: bool):
    require_broken(CIPHER, sealed(b"plain"), index, last=last)


def test_the_last_chunk_does_not_open_in_the_middle():
    require_broken(CIPHER, sealed(b"plain", last=True), 3, last=False)


def test_a_chunk_of_another_file_does_not_open():
    require_broken(ChunkCipher(KEY, UUID(int=7)), sealed(b"plain"), 3, last=False)


def test_a_chunk_under_another_key_does_not_open():
    require_broken(ChunkCipher(KEY[::-1], FILE), sealed(b"plain"), 3, last=False)


def test_a_chunk_with_any_altered_bit_does_not_open():
    data = sealed(b"plain")
    for spot in range(len(data)):
        for bit in range(8):
            data[spot] ^= 1 << bit
            require_broken(CIPHER, data, 3, last=False)
            data[spot] ^= 1 << bit
    assert CIPHER.open(data, 3, last=False) == b"plain"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27, 28, 32])
def test_a_chunk_that_was_cut_off_does_not_open(length: int):
    require_broken(CIPHER, sealed(b"plain")[:length], 3, last=False)


def test_the_same_chunk_is_never_sealed_to_the_same_bytes():
    assert len({bytes(sealed(b"plain")) for _ in range(100)}) == 100


def test_a_tail_opens_where_it_was_sealed_and_nowhere_else():
    data = CIPHER.seal_tail(memoryview(b"the rest"), 12)
    assert CIPHER.open_tail(data, 12) == b"the rest"
    for cipher, altered, offset in (
        (CIPHER, data, 13),
        (ChunkCipher(KEY, UUID(int=7)), data, 12),
        (CIPHER, data[:-1], 12),
        (CIPHER, b"", 12),
    ):
        with pytest.raises(SealIsBroken):
            cipher.open_tail(altered, offset)


def test_a_tail_is_no_chunk_and_a_chunk_no_tail():
    require_broken(CIPHER, memoryview(CIPHER.seal_tail(memoryview(b"x"), 3)), 3, last=False)
    with pytest.raises(SealIsBroken):
        CIPHER.open_tail(bytes(sealed(b"x")), 3)


def test_the_digest_depends_on_every_tag_and_their_order():
    one, other = os.urandom(16), os.urandom(16)
    digest = extended(extended(NO_CHUNKS, one), other)
    assert digest == hashlib.sha256(hashlib.sha256(bytes(32) + one).digest() + other).digest()
    assert digest != extended(extended(NO_CHUNKS, other), one)


def test_the_tag_is_what_a_sealed_chunk_ends_with():
    data = sealed(b"plain")
    assert tag_of(data) == bytes(data)[-16:]


def test_what_was_sealed_by_an_earlier_release_opens():
    # made with AESGCM of `cryptography` and the associated data written out
    chunk, tail = (bytes.fromhex(text) for text in KNOWN)
    assert CIPHER.open(memoryview(chunk), 3, last=True) == b"known chunk"
    assert CIPHER.open_tail(tail, 3 << 20) == b"known tail"
