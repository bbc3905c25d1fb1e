"""Leads the monthly report of the golden October through its verbs."""

import json
from datetime import datetime
from typing import Any

from itsm.accounts.models import User
from itsm.reports.monthly import canonical, drafting, lifecycle, running
from itsm.reports.monthly.models import Edition
from tests import factories
from tests.reports.golden import OCTOBER

DRAFTED = factories.at("2026-11-03 09:00")
SUBMITTED = factories.at("2026-11-05 16:00")
REVIEWED = factories.at("2026-11-05 17:00")
APPROVED = factories.at("2026-11-06 10:00")
WORDS = "响应超时2件（LIS、自助报告打印），原因为早高峰并发与备件等待；下月将LIS早班提前至07:30。"


class Cast:
    """Who has a hand in the report."""

    def __init__(self) -> None:
        self.manager = factories.user("PM", name="陈立")
        self.director = factories.user("CTO", name="孙浩")
        self.hospital = factories.user("HIT", name="刘敏")
        self.head = factories.user("HLD", name="周建国")


def drafted(cast: Cast, *, at: datetime = DRAFTED) -> Edition:
    """The first edition with its figures, as the worker leaves it."""
    report = drafting.draft(OCTOBER, by=cast.manager, at=at)
    running.run_waiting(at=at)
    return report.editions.get()


def written(cast: Cast) -> Edition:
    """With the project manager's words."""
    edition = drafted(cast)
    return write(edition, cast.manager)


def write(edition: Edition, by: User, **said: Any) -> Edition:
    """Words on the service levels, as whoever has just read the page."""
    known = {"section": "levels", "text": WORDS, "at": DRAFTED, "version": canonical.digest("")}
    return lifecycle.write(edition, by=by, **{**known, **said})


def submitted(cast: Cast) -> Edition:
    """Sealed."""
    return lifecycle.submit(written(cast), by=cast.manager, at=SUBMITTED)


def reviewed(cast: Cast) -> Edition:
    """Waits for the hospital's head."""
    return lifecycle.review(submitted(cast), by=cast.director, at=REVIEWED)


def approved(cast: Cast) -> Edition:
    """As story 6 leaves it on 6 November."""
    return lifecycle.approve(reviewed(cast), by=cast.head, at=APPROVED)


def figures(edition: Edition) -> dict[str, tuple[int, int, Any]]:
    """What the draft says: both halves and the value by code."""
    return halves(json.loads(edition.drawn))


def halves(content: dict[str, Any]) -> dict[str, tuple[int, int, Any]]:
    """Both halves and the value by code."""
    return {c: (f["numerator"], f["denominator"], f["value"]) for c, f in content["figures"].items()}
