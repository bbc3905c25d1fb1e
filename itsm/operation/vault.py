"""Encrypting a backup's files: AES-256-GCM in chunks, a key of its own for every file.

A file is MAGIC and then chunks of 1 MiB, each with its tag. A chunk's nonce is its number and whether
it is the last, so a chunk that was changed, swapped, dropped or cut off is found. The file's key comes
from the backup's key and the file's path, so two files cannot stand for each other.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from itsm.operation.errors import Doubt

MAGIC = b"ITSMBK01"
CHUNK = 1024 * 1024
TAG = 16
SUFFIX = ".enc"
_KEY = 32
# 32 MiB and about a tenth of a second: a key that a person made up is slow to guess.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


class Vault:
    """The key of one backup, from what the operator keeps and the backup's own salt."""

    def __init__(self, secret: str, salt: bytes) -> None:
        self._key = hashlib.scrypt(secret.encode(), salt=salt, dklen=_KEY, **_SCRYPT)

    def _derived(self, purpose: str) -> bytes:
        return HKDF(SHA256(), _KEY, salt=None, info=purpose.encode()).derive(self._key)

    def mark(self, purpose: str, content: bytes) -> str:
        """HMAC-SHA256, in hexadecimal, that only who has the key can make."""
        return hmac.new(self._derived(f"mark:{purpose}"), content, hashlib.sha256).hexdigest()

    def encrypted(self, path: str, source: BinaryIO) -> Iterator[bytes]:
        """The pieces of the encrypted file of that path in the backup."""
        cipher = AESGCM(self._derived(f"file:{path}"))
        yield MAGIC
        for number, (chunk, is_last) in enumerate(_chunks(source, CHUNK)):
            yield cipher.encrypt(_nonce(number, is_last), chunk, None)

    def decrypted(self, path: str, source: BinaryIO) -> Iterator[bytes]:
        """The pieces of the plain file. Raises Doubt at the first chunk that is not as it was written."""
        if source.read(len(MAGIC)) != MAGIC:
            raise Doubt(f"{path} is not an encrypted file of a backup.")
        cipher = AESGCM(self._derived(f"file:{path}"))
        for number, (chunk, is_last) in enumerate(_chunks(source, CHUNK + TAG)):
            try:
                yield cipher.decrypt(_nonce(number, is_last), chunk, None)
            except InvalidTag as error:
                raise Doubt(f"{path} cannot be decrypted: it was changed, cut off or swapped.") from error


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """The chunks, each with whether it is the last; an empty source is one empty chunk."""
    chunk = _read(source, size)
    while True:
        following = _read(source, size)
        yield chunk, not following
        if not following:
            return
        chunk = following


def _read(source: BinaryIO, size: int) -> bytes:
    """So many bytes, or less at the end: a pipe gives fewer at a time."""
    parts: list[bytes] = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
