"""Who may do what to an edition in which state, and what stays as it was."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from itsm.audit.models import Event
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from itsm.notifications.models import Message
from itsm.reports import periods
from itsm.reports.monthly import canonical, drafting, lifecycle, running
from itsm.reports.monthly.models import Edition, Seal
from itsm.reports.monthly.verbs import ACTS
from tests import factories
from tests.reports.monthly import made, told
from tests.reports.monthly.told import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
ALLOWED = {
    "redraw": {"PM"},
    "submit": {"PM"},
    "review": {"CTO", "HIT"},
    "approve": {"HLD"},
    "return": {"CTO", "HIT", "HLD"},
    "correct": {"PM"},
}
IN = {"redraw": "draft", "submit": "draft", "review": "submitted", "approve": "reviewed", "return": "submitted"}
REASON = {"return": {"reason": "缺少分析"}, "correct": {"reason": "补录工单"}}
AT = made.AT


def refused(sql):
    """Whether the database refuses that."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


# Role by role


@pytest.mark.parametrize("role", ["PM", "CTO", "HIT", "HLD", "EXE", "DSK", "ENG", "VND", "SYS", "SEC", "AUD"])
@pytest.mark.parametrize("verb", ALLOWED)
def test_verb_takes_its_role(verb, role):
    edition, person = made.edition(IN.get(verb, "approved")), factories.user(role)
    if role in ALLOWED[verb]:
        ACTS[verb](edition, by=person, at=AT, **REASON.get(verb, {}))
    else:
        with pytest.raises(NotAllowed):
            ACTS[verb](edition, by=person, at=AT, **REASON.get(verb, {}))


@pytest.mark.parametrize("role", ["CTO", "DSK", "HLD", "SYS"])
def test_draft_and_write_by_others_than_the_manager_are_refused(role):
    edition, person = made.edition("draft"), factories.user(role)
    with pytest.raises(NotAllowed):
        drafting.draft(periods.parse("2026-09"), by=person, at=AT)
    with pytest.raises(NotAllowed):
        told.write(edition, person)


@pytest.mark.parametrize("verb, role", [("review", "CTO"), ("approve", "HLD")])
def test_verb_by_an_author_is_refused(verb, role):
    both = factories.user("PM", role)
    edition = told.write(made.edition("draft"), both)
    Edition.objects.filter(pk=edition.pk).update(state=IN[verb], submitted_at=AT, reviewed_at=AT)
    with pytest.raises(NotAllowed):
        ACTS[verb](edition, by=both, at=AT)


# One verb after the other


def test_draft_twice_is_one_report():
    edition = made.edition("draft")
    again = drafting.draft(periods.parse("2026-09"), by=factories.user("PM"), at=AT)
    assert (again, again.editions.count()) == (edition.report, 1)


@pytest.mark.parametrize("slug, at", [("2026-09", "2026-09-30 23:59:59.999999"), ("2026-Q3", "2026-11-01 00:00")])
def test_draft_of_a_month_that_is_not_over_or_no_month_is_refused(slug, at):
    factories.ticket()
    with pytest.raises(RuleBroken):
        drafting.draft(periods.parse(slug), by=None, at=factories.at(at))


def test_draft_at_the_first_moment_after_the_month_is_begun():
    factories.ticket()
    report = drafting.draft(periods.parse("2026-09"), by=None, at=factories.at("2026-10-01 00:00"))
    assert report.editions.get().state == "drawing"


def test_draft_before_the_first_ticket_is_refused():
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    with pytest.raises(RuleBroken):
        drafting.draft(periods.parse("2026-09"), by=None, at=AT)


def test_run_waiting_reads_the_figures_and_tells_the_authors():
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.drafted(cast)
    assert (edition.state, edition.share, told.figures(edition)["N"]) == ("draft", 100, (1, 1, "1"))
    assert Message.objects.filter(recipient=cast.manager, dedup_key__contains=":drafted:").count() == 1


def test_run_waiting_leaves_what_a_living_worker_has_and_follows_a_dead_one():
    factories.ticket()
    edition = drafting.draft(periods.parse("2026-09"), by=None, at=AT).editions.get()
    Edition.objects.filter(pk=edition.pk).update(beat_at=AT)
    assert running.run_waiting(at=AT + timedelta(seconds=59)) == 0
    assert running.run_waiting(at=AT + timedelta(seconds=61)) == 1


def test_month_counts_from_its_first_moment_to_its_last():
    edges = ("2026-09-30 23:59:59.999999", "2026-10-01 00:00", "2026-10-31 23:59:59.999999", "2026-11-01 00:00")
    tickets = [factories.ticket(moment=factories.at(edge)) for edge in edges]
    edition = told.drafted(Cast())
    content = json.loads(edition.drawn)
    assert content["lists"]["N"]["denominator"] == sorted([tickets[1].number, tickets[2].number])


def test_redraw_keeps_the_words_and_reads_the_figures_anew():
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.written(cast)
    factories.ticket(moment=factories.at("2026-10-02 00:00"))
    drafting.redraw(edition, by=cast.manager, at=told.SUBMITTED)
    running.run_waiting(at=told.SUBMITTED)
    edition.refresh_from_db()
    assert (edition.state, edition.texts["levels"], told.figures(edition)["N"]) == (
        "draft",
        told.WORDS,
        (2, 2, "2"),
    )


def test_write_with_a_stale_version_is_refused():
    edition, manager = made.edition("draft"), factories.user("PM")
    told.write(edition, manager, text="第一版")
    with pytest.raises(Conflict):
        told.write(edition, manager, text="第二版")
    edition.refresh_from_db()
    assert edition.texts["levels"] == "第一版"


def test_write_of_two_sections_at_once_is_no_conflict():
    edition, manager = made.edition("draft"), factories.user("PM")
    told.write(edition, manager, text="服务级别")
    told.write(edition, manager, section="plan", text="下月计划")
    edition.refresh_from_db()
    assert edition.texts == {"levels": "服务级别", "plan": "下月计划"}


def test_write_on_a_submitted_report_is_refused():
    with pytest.raises(TransitionRefused):
        told.write(made.edition("submitted"), factories.user("PM"))


@pytest.mark.parametrize("words", [{"section": "nonsense"}, {"text": "字" * 5001}])
def test_write_of_what_no_section_holds_is_refused(words):
    with pytest.raises(RuleBroken):
        told.write(made.edition("draft"), factories.user("PM"), **words)


def test_submit_seals_what_is_there_at_that_moment():
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.written(cast)
    factories.ticket(moment=factories.at("2026-10-02 00:00"))
    edition = lifecycle.submit(edition, by=cast.manager, at=told.SUBMITTED)
    seal = edition.seals.get()
    assert told.halves(seal.said)["N"] == (2, 2, "2")
    assert seal.said["as_of"] == told.SUBMITTED.isoformat()
    assert (seal.sha256, seal.sealed_by) == (canonical.digest(seal.content), cast.manager)


def test_submit_puts_the_hash_into_the_audit_log():
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.submitted(Cast())
    event = Event.objects.get(verb="reports.submit")
    assert (event.object_id, event.detail["sha256"]) == (edition.pk, edition.seals.get().sha256)


def test_return_without_a_reason_is_refused():
    with pytest.raises(RuleBroken):
        lifecycle.return_(made.edition("submitted"), by=factories.user("HLD"), at=AT, reason="  ")


def test_submit_again_makes_a_second_seal_and_keeps_the_first():
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.submitted(cast)
    first = edition.seals.get().content
    edition = lifecycle.return_(edition, by=cast.head, at=told.REVIEWED, reason="缺少分析")
    lifecycle.submit(edition, by=cast.manager, at=told.APPROVED)
    assert [(seal.round, seal.content == first) for seal in edition.seals.all()] == [(2, False), (1, True)]


def test_approve_before_the_review_is_refused():
    with pytest.raises(TransitionRefused):
        lifecycle.approve(made.edition("submitted"), by=factories.user("HLD"), at=AT)


def test_correct_twice_is_refused():
    edition, manager = made.edition("approved"), factories.user("PM")
    lifecycle.correct(edition, by=manager, at=AT, reason="补录")
    with pytest.raises(TransitionRefused):
        lifecycle.correct(edition, by=manager, at=AT, reason="补录")


# What the database keeps


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reports_seal SET content = content || ' '",
        "UPDATE reports_seal SET sha256 = repeat('0', 64)",
        "DELETE FROM reports_seal",
    ],
)
def test_a_seal_stays(sql):
    made.edition("submitted")
    assert refused(sql)
    assert Seal.objects.count() == 1


@pytest.mark.parametrize(
    "state, sql",
    [
        ("approved", "UPDATE reports_edition SET approved_at = now()"),
        ("approved", "UPDATE reports_edition SET state = 'draft', approved_at = NULL"),
        ("submitted", """UPDATE reports_edition SET texts = '{"levels": "x"}'"""),
        ("reviewed", "UPDATE reports_edition SET drawn = ''"),
        ("draft", "DELETE FROM reports_edition"),
    ],
)
def test_an_edition_stays(state, sql):
    made.edition(state)
    assert refused(sql)


def test_a_draft_is_still_written():
    made.edition("draft")
    assert not refused("""UPDATE reports_edition SET texts = '{"levels": "x"}'""")
