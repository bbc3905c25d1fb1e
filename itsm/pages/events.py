"""What happened on pages that no other room owns. The audit log answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ListExported:
    """A list left the product as a file.

    code: of the list, such as "catalog.system". kind: xlsx or csv. asked: what the list was narrowed by.
    """

    code: str
    title: str
    kind: str
    rows: int
    asked: Mapping[str, str]
    by_id: int
    at: datetime
