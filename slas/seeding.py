"""The targets that a new installation starts with; a target that is set is never touched."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from itsm.versions import create_all
from slas.models import Target

_FILE = Path(__file__).with_name("dictionaries") / "targets.json"


@transaction.atomic
def seed() -> int:
    """Create the targets that are missing; return how many."""
    kept = set(Target.objects.values_list("kind", "priority", "subject"))
    targets = [Target(**row) for row in read() if (row["kind"], row["priority"], row.get("subject", "")) not in kept]
    return len(create_all(Target, targets))


def read() -> list[dict[str, Any]]:
    """The rows of the file: kind, priority, business seconds, and the subject that has a target of its own."""
    return json.loads(_FILE.read_text(encoding="utf-8"))
