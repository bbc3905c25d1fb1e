"""What happened to an account. The audit log answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class AccountActed:
    """A verb of this room was done or refused.

    person_id: whose account it is, None for a name that is nobody's. by_id: who did it, None for the
    system or somebody who is not signed in. label: what stands in the log. detail: only what JSON holds.
    """

    verb: str
    person_id: int | None
    by_id: int | None
    at: datetime
    label: str = ""
    refused: bool = False
    detail: Mapping[str, object] = field(default_factory=dict)
