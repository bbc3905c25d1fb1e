"""PURE: the text that a seal is hashed over, and the hash."""

import hashlib
import json
from typing import Any


def written(content: dict[str, Any]) -> str:
    """The content as JSON with sorted names and without blanks: the same content gives the same text."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
