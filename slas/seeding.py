"""The agreement that a new installation starts with; one that is published is never touched."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from itsm.catalog.enums import Priority, VersionState
from itsm.catalog.models import Calendar
from itsm.versions import because, create_all
from slas.models import PauseRule, Policy, Rung, Target
from slas.models.agreement import ALWAYS_SO

_FILE = Path(__file__).with_name("dictionaries") / "agreement.json"
MINUTE = 60


@transaction.atomic
def seed(at: datetime) -> int:
    """Publish the default agreement unless one with rules for pauses is there; return how many targets it has.

    On an empty installation it holds for all the past; where clocks have run before, from `at` on.
    """
    if PauseRule.objects.exists() or Policy.objects.filter(state=VersionState.DRAFT).exists():
        return 0
    last = Policy.objects.aggregate(last=Max("number"))["last"]
    policy = Policy(number=(last or 0) + 1, drafted_at=at, note="按合同与服务目录的默认约定。")
    because(policy, "slas.seed", by=None, at=at).save(force_insert=True)
    count = fill(policy, read())
    policy.state, policy.published_at = VersionState.PUBLISHED, at
    policy.effective_at = at if last else ALWAYS_SO
    policy.save()
    return count


def fill(policy: Policy, said: dict[str, Any]) -> int:
    """Write what the file says into a draft: targets by minutes, pauses, ladders."""
    calendars = {calendar.code: calendar for calendar in Calendar.objects.all()}
    targets = [
        Target(
            policy=policy,
            kind=row["kind"],
            subject=row.get("subject", ""),
            priority=priority,
            seconds=minutes * MINUTE,
            calendar=calendars[code] if (code := row["calendars"].get(priority, row["calendars"]["*"])) else None,
        )
        for row in said["targets"]
        for priority, minutes in _by_priority(row["minutes"])
    ]
    create_all(Target, targets)
    create_all(PauseRule, [PauseRule(policy=policy, **rule) for rule in said["pauses"]])
    create_all(Rung, [Rung(policy=policy, **rung) for said_rung in said["ladders"] for rung in _one_each(said_rung)])
    return len(targets)


def _one_each(rung: dict[str, Any]) -> list[dict[str, Any]]:
    """A level of the file for each of its priorities."""
    rest = {name: value for name, value in rung.items() if name != "priorities"}
    return [{"priority": priority, **rest} for priority in rung["priorities"]]


def _by_priority(minutes: int | dict[str, int]) -> list[tuple[str, int]]:
    """One figure for every priority, or one for each that has one."""
    return list(minutes.items()) if isinstance(minutes, dict) else [(priority.value, minutes) for priority in Priority]


def read() -> dict[str, Any]:
    """The file: targets, pauses, ladders."""
    return json.loads(_FILE.read_text(encoding="utf-8"))
