"""PURE: which share of the tickets is drawn. The same seed and number give the same answer for ever."""

from hashlib import sha256

_PARTS = 10_000


def place(number: str, seed: str) -> int:
    """Where a number falls: 0 to 9999, spread evenly over the numbers for any seed."""
    return int.from_bytes(sha256(f"{seed}\0{number}".encode()).digest()[:8]) % _PARTS


def is_drawn(number: str, *, percent: int, seed: str) -> bool:
    """Whether the number belongs to the share; 0 draws none and 100 every one.

    A larger share under the same seed contains every number of a smaller one.
    """
    return place(number, seed) < percent * _PARTS // 100
