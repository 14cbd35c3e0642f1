"""The one cipher of the house: AES-256-GCM (NIST SP 800-38D) through `cryptography`.

A sealed value is a nonce of 12 random bytes, the ciphertext, and a tag of 16 bytes. Whoever opens
it must name the same place that it was bound to.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.ports import SealIsBroken

NONCE_BYTES = 12

Cipher = AESGCM
"""A key of 32 bytes, ready for work; making it takes longer than sealing something short."""


def new_key() -> bytes:
    """Return 32 random bytes."""
    return AESGCM.generate_key(256)


def seal_under(cipher: Cipher, plain: bytes, bound_to: bytes) -> bytes:
    """Return nonce and ciphertext under a fresh random nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, bound_to)


def open_under(cipher: Cipher, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the plain bytes, or raise SealIsBroken."""
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise SealIsBroken from None


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Return nonce and ciphertext under a key of 32 bytes and a fresh random nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + Cipher(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the plain bytes, or raise SealIsBroken."""
    try:
        return Cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise SealIsBroken from None
