"""The verbs on an edition: write, submit, review, approve, return_, correct.

At submission its figures, lists and words are sealed; later data never change them. Refusals write nothing.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.reports.monthly import alarms, canonical, content, drafting, permissions, telling
from itsm.reports.monthly.enums import Section
from itsm.reports.monthly.models import Edition, Report, Seal
from itsm.reports.monthly.transitions import step
from itsm.versions import because

MOST_TEXT = 5000


@transaction.atomic
def write(edition: Edition, *, by: User | None, at: datetime, section: str, text: str, version: str) -> Edition:
    """Write the words of a section anew. version: the digest of the words that were seen.

    Raises NotAllowed, TransitionRefused, RuleBroken for an unknown section, Conflict when somebody saved meanwhile.
    """
    edition = _begun(edition, "write", by=by)
    if section not in Section.values or len(text) > MOST_TEXT:
        raise RuleBroken(_("This section cannot hold that."))
    if canonical.digest(edition.texts.get(section, "")) != version:
        raise Conflict(
            _("Somebody else has changed the report meanwhile. What you typed is still here; compare and save again.")
        )
    edition.texts = {**edition.texts, section: text.replace("\r\n", "\n").strip()}
    _save(edition, "write", by=by, at=at, detail={"section": section})
    return edition


@transaction.atomic
def submit(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """提交: read the figures once more and seal them with their lists and the words.

    The hash of the seal goes into the audit log. Raises NotAllowed, TransitionRefused, and Conflict where tickets
    of the period are being written all the time.
    """
    edition = _begun(edition, "submit", by=by)
    edition.submitted_by, edition.submitted_at = by, at
    edition.reviewed_by = edition.reviewed_at = None
    found = content.read(edition.report.period, at=at)
    edition.drawn = canonical.written(found)
    seal = _sealed(edition, found, by=by, at=at)
    _save(edition, "submit", by=by, at=at, detail={"round": seal.round, "sha256": seal.sha256})
    _note_submission(edition, submitted_at=at, by=by, at=at)
    telling.submitted(edition, at=at)
    return edition


def _sealed(edition: Edition, found: content.Content, *, by: User | None, at: datetime) -> Seal:
    said: dict[str, Any] = {**found, "texts": edition.texts, "report": str(edition.report), "edition": edition.label}
    said["round"], said["reason"] = edition.seals.count() + 1, edition.reason
    text = canonical.written(said)
    return Seal.objects.create(
        edition=edition,
        round=said["round"],
        content=text,
        sha256=canonical.digest(text),
        sealed_at=at,
        sealed_by=by,
    )


def _note_submission(edition: Edition, *, submitted_at: datetime | None, by: User | None, at: datetime) -> None:
    """The first edition is what the due day asks for; a returned one is due again."""
    if edition.number > 1:
        return
    report = Report.objects.select_for_update(no_key=True).get(pk=edition.report_id)
    report.submitted_at, report.next_alarm_at = submitted_at, None
    if submitted_at is None and report.due_on and report.overdue_at is None:
        report.next_alarm_at = max(at, alarms.first(report.due_on))
    because(report, "reports.submit" if submitted_at else "reports.return", by=by, at=at).save()


@transaction.atomic
def review(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """审核: it may go to the hospital's approval. Raises NotAllowed, also to its authors, and TransitionRefused."""
    edition = _begun(edition, "review", by=by)
    edition.reviewed_by, edition.reviewed_at = by, at
    _save(edition, "review", by=by, at=at)
    telling.reviewed(edition, at=at)
    return edition


@transaction.atomic
def approve(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """批准: from now on the edition is frozen. Raises NotAllowed, also to its authors, and TransitionRefused."""
    edition = _begun(edition, "approve", by=by)
    edition.approved_by, edition.approved_at = by, at
    seal = edition.seals.first()
    _save(edition, "approve", by=by, at=at, detail={"sha256": seal.sha256 if seal else ""})
    telling.approved(edition, at=at)
    return edition


@transaction.atomic
def return_(edition: Edition, *, by: User | None, at: datetime, reason: str) -> Edition:
    """退回: to be written again, for a reason. What was sealed stays as evidence.

    Raises NotAllowed, TransitionRefused, RuleBroken without a reason.
    """
    edition = _begun(edition, "return", by=by)
    edition.return_reason = _reason(reason)
    edition.returned_by, edition.returned_at = by, at
    edition.reviewed_by = edition.reviewed_at = None
    _save(edition, "return", by=by, at=at, detail={"reason": edition.return_reason})
    _note_submission(edition, submitted_at=None, by=by, at=at)
    telling.returned(edition, at=at)
    return edition


@transaction.atomic
def correct(edition: Edition, *, by: User | None, at: datetime, reason: str) -> Edition:
    """更正: begin the next edition of an approved report, for a reason; return it. The approved one stays.

    Its words begin as those of the approved edition; its figures are read anew. Raises NotAllowed, RuleBroken
    without a reason, TransitionRefused where the newest edition is not approved.
    """
    Report.objects.select_for_update(no_key=True).get(pk=edition.report_id)
    edition = _begun(edition, "correct", by=by)
    if edition.report.editions.filter(number__gt=edition.number).exists():
        raise TransitionRefused(_("There is a later edition already."))
    reason = _reason(reason)
    label = str(edition)
    said = {"reason": reason, "edition": edition.label}
    log.record("reports.correct", edition, by=by, at=at, label=label, detail=said)
    return drafting.begin(
        edition.report, by=by, at=at, reason=reason, number=edition.number + 1, texts=dict(edition.texts)
    )


def _begun(edition: Edition, verb: str, *, by: User | None) -> Edition:
    """The fresh, locked edition in the state that the verb leads to; nothing is saved yet."""
    rows = Edition.objects.select_for_update(no_key=True, of=("self",)).select_related("report")
    edition = rows.get(pk=edition.pk)
    permissions.check_can(by, verb, edition)
    following = step(edition.state, verb)
    if following is None:
        raise TransitionRefused(_("This edition is “%(state)s”.") % {"state": edition.get_state_display()})
    edition.state = following
    return edition


def _reason(words: str) -> str:
    if not words.strip():
        raise RuleBroken(_("Please give the reason."))
    return words.strip()[:300]


def _save(edition: Edition, verb: str, *, by: User | None, at: datetime, detail: dict[str, Any] | None = None) -> None:
    edition.version += 1
    because(edition, f"reports.{verb}", by=by, at=at).save()
    said = {"edition": edition.label, **(detail or {})}
    log.record(f"reports.{verb}", edition, by=by, at=at, label=str(edition), detail=said)
