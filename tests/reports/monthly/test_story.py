"""Story 6: the report of October 2026, from the draft to the corrected edition."""

import uuid

import pytest

from itsm.reports.monthly import comparing, drafting, lifecycle, running
from itsm.reports.monthly.models import Report
from tests import factories
from tests.reports import golden
from tests.reports.golden import EXPECTED, OCTOBER
from tests.reports.monthly import told
from tests.reports.monthly.told import Cast
from tickets import opening

pytestmark = pytest.mark.django_db
LATE = factories.at("2026-11-10 09:00")


def late_ticket(by):
    """A fault of October that is entered in November, with the reason that this takes."""
    return opening.open_ticket(
        factories.report(description="十月漏登的一单。"),
        by=by,
        at=LATE,
        source="phone",
        key=uuid.uuid4(),
        reported_at=factories.at("2026-10-29 15:00"),
        late_reason="电话记录补录",
    )


def test_the_report_of_october_from_draft_to_corrected_edition():
    golden.build()
    cast = Cast()
    edition = told.drafted(cast)
    found = told.figures(edition)
    assert {code: found[code] for code in EXPECTED} == EXPECTED
    assert str(edition.report.due_on) == "2026-11-06"

    edition = told.write(edition, cast.manager)
    edition = lifecycle.submit(edition, by=cast.manager, at=told.SUBMITTED)
    edition = lifecycle.review(edition, by=cast.director, at=told.REVIEWED)
    edition = lifecycle.approve(edition, by=cast.head, at=told.APPROVED)
    sealed = edition.seals.get()
    assert {code: told.halves(sealed.said)[code] for code in EXPECTED} == EXPECTED
    assert sealed.said["texts"] == {"levels": told.WORDS}
    assert not comparing.differences(sealed.said, OCTOBER)

    late = late_ticket(cast.manager)
    again = edition.seals.get()
    assert (again.content, again.sha256) == (sealed.content, sealed.sha256)
    differs = comparing.differences(again.said, OCTOBER)
    assert (differs.count, differs.added, differs.removed) == (1, [late.number], [])
    assert [(line.code, line.sealed, line.now) for line in differs.lines if line.code == "N"] == [("N", "14", "15")]

    corrected = lifecycle.correct(edition, by=cast.manager, at=LATE, reason="补录一张十月工单")
    assert drafting.draft(OCTOBER, by=cast.manager, at=LATE) == edition.report
    running.run_waiting(at=LATE)
    corrected.refresh_from_db()
    assert (corrected.label, corrected.state, corrected.texts) == ("V1.1", "draft", {"levels": told.WORDS})
    assert told.figures(corrected)["N"] == (15, 15, "15")
    report = Report.objects.get()
    assert [one.state for one in report.editions.all()] == ["draft", "approved"]
    assert report.submitted_at == told.SUBMITTED
