"""Sealing of personal values at rest (AES-GCM with a key ring) and the keyed blind index that finds them again."""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _bound_to(table: str, column: str, owner: UUID) -> bytes:
    # A ciphertext copied into another row, column or table must not open there.
    return f"{table}.{column}.{owner}".encode()


def seal(value: str, *, table: str, column: str, owner: UUID) -> str:
    """Encrypt a value for one cell; '' stays ''. The text is `key name:base64(nonce + ciphertext)`."""
    if not value:
        return ""
    name, key = settings.DATA_KEYS[0]
    nonce = os.urandom(12)
    sealed = nonce + _cipher(key).encrypt(nonce, value.encode(), _bound_to(table, column, owner))
    return f"{name}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, table: str, column: str, owner: UUID) -> str:
    """Decrypt a cell; raises KeyError for a key that is not in the ring and InvalidTag for a moved or altered value."""
    if not sealed:
        return ""
    name, _, encoded = sealed.partition(":")
    data = base64.b64decode(encoded)
    return (
        _cipher(dict(settings.DATA_KEYS)[name]).decrypt(data[:12], data[12:], _bound_to(table, column, owner)).decode()
    )


def blind_index(value: str, *, column: str) -> str:
    """A keyed digest of a value (22 characters), equal for equal values of one column and useless without the key."""
    if not value:
        return ""
    digest = hmac.digest(settings.INDEX_KEY, f"{column}\0{value}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
