"""Seals: the chain's last number and hash, once a day, in a file beside the database.

Who cuts the end off the audit log and corrects its head as well is still found, because the seal
lies elsewhere. Copy the file to another machine, or print its last line.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from itsm.audit.models import Head, Link

_FILE = "seals.txt"


class Seal(NamedTuple):
    """What the log's end was at a moment."""

    sealed_at: datetime
    seq: int
    hash: str


def path() -> Path:
    """The file that the seals are appended to."""
    return settings.SEALS_FOLDER / _FILE


def seal(*, at: datetime) -> Seal:
    """Append the chain's end to the file and force it to the disk. Raises OSError."""
    head = Head.objects.get()
    made = Seal(at, head.seq, head.hash)
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("a", encoding="ascii") as output:
        output.write(f"{at.isoformat(timespec='seconds')} {made.seq} {made.hash}\n")
        output.flush()
        os.fsync(output.fileno())
    return made


def read() -> list[Seal]:
    """Every seal, oldest first; a line that is none is left out and reported by `faults`."""
    return [found for line in _lines() if (found := parse(line))]


def last() -> Seal | None:
    """The newest seal."""
    found = read()
    return found[-1] if found else None


def parse(line: str) -> Seal | None:
    """The seal of a line; None when it is none."""
    parts = line.split()
    try:
        moment, seq, text = parts
        return Seal(datetime.fromisoformat(moment), int(seq), text)
    except ValueError:
        return None


def faults() -> Iterator[str]:
    """One sentence for every seal that the audit log does not keep."""
    for number, line in enumerate(_lines(), 1):
        found = parse(line)
        if found is None:
            yield f"Line {number} of the seals cannot be read."
        elif found.seq and Link.objects.filter(seq=found.seq).values_list("hash", flat=True).first() != found.hash:
            yield f"The audit log does not keep the seal of {found.sealed_at:%Y-%m-%d}: link {found.seq} differs."


def _lines() -> list[str]:
    try:
        return path().read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
