"""The agreement: drafted, changed, checked, published by somebody else, frozen."""

from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction

from itsm.audit.models import Event
from itsm.catalog.enums import Priority
from itsm.catalog.models import Calendar
from itsm.errors import Conflict, FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from slas import agreements, faults, policies, sweep
from slas.models import Policy, Rung, Target
from tests import factories
from tests.factories import at
from tickets.models import Ticket

NOW = at("2026-11-02 09:00")
NOTE = "年度复核"


@pytest.fixture
def people(hospital: object) -> dict[str, object]:
    return {"author": factories.user("PM"), "publisher": factories.user("HLD")}


@pytest.fixture
def draft(people: dict[str, object]) -> Policy:
    return policies.draft(by=people["author"], at=NOW)


def add(draft: Policy, by: object, **values: object) -> Policy:
    words = {"kind": "arrival", "priority": "P1", "seconds": 900, **values}
    return policies.add(draft, "target", by=by, at=NOW, version=draft.version, rows=[words])


def published(draft: Policy, people: dict[str, object], **words: object) -> Policy:
    return policies.publish(draft, by=people["publisher"], at=NOW, **{"effective_at": NOW, "note": NOTE, **words})


def test_draft_copies_what_is_in_force(draft):
    old, new = agreements.read(Policy.objects.get(number=1).pk), agreements.read(draft.pk)
    assert [one._replace(pk=0) for one in new.rows] == [one._replace(pk=0) for one in old.rows]
    assert (new.waits, sorted(new.ladders)) == (old.waits, sorted(old.ladders))


def test_draft_beside_a_draft_is_refused(draft, people):
    with pytest.raises(TransitionRefused):
        policies.draft(by=people["author"], at=NOW)


def test_add_and_remove_change_the_draft_alone(draft, people):
    changed = add(draft, people["author"])
    added = Target.objects.get(policy=changed, kind="arrival")
    policies.remove(changed, "target", by=people["author"], at=NOW, version=changed.version, pk=added.pk)
    assert (Target.objects.filter(kind="arrival").count(), Policy.objects.get(pk=draft.pk).version) == (0, 3)


def test_add_of_a_stale_draft_is_a_conflict(draft, people):
    add(draft, people["author"])
    with pytest.raises(Conflict):
        add(draft, people["author"], priority="P2")


@pytest.mark.parametrize("seconds", [0, 10**6 * 60, -5])
def test_add_of_a_target_without_sense_is_refused_with_a_sentence(draft, people, seconds):
    with pytest.raises(FieldsRefused):
        add(draft, people["author"], seconds=seconds)


def test_add_twice_the_same_promise_is_refused(draft, people):
    with pytest.raises(FieldsRefused, match="已有"):
        add(draft, people["author"], kind="response")


def test_add_into_what_is_published_is_refused(people):
    with pytest.raises(TransitionRefused):
        add(Policy.objects.get(number=1), people["author"])


def test_publish_holds_from_its_moment_on(draft, people):
    later = NOW + timedelta(days=3)
    published(draft, people, effective_at=later)
    found = [Policy.objects.in_force(moment).first().number for moment in (NOW, later)]
    assert found == [1, 2]


def test_publish_by_its_author_is_refused(draft):
    author = factories.user("HIT")
    policies.discard(draft, by=None, at=NOW)
    own = policies.draft(by=author, at=NOW)
    with pytest.raises(NotAllowed):
        policies.publish(own, by=author, at=NOW, effective_at=NOW, note=NOTE)


def test_publish_by_whoever_changed_one_figure_is_refused(draft):
    reviewer = factories.user("HIT")
    changed = add(draft, reviewer)
    with pytest.raises(NotAllowed, match="起草"):
        policies.publish(changed, by=reviewer, at=NOW, effective_at=NOW, note=NOTE)


def test_publish_by_the_contractor_is_refused(draft):
    with pytest.raises(NotAllowed):
        policies.publish(draft, by=factories.user("PM"), at=NOW, effective_at=NOW, note=NOTE)


def test_draft_by_a_role_that_only_reads_is_refused(people):
    with pytest.raises(NotAllowed):
        policies.draft(by=factories.user("ENG"), at=NOW)


@pytest.mark.parametrize(
    "words, sentence",
    [
        ({"effective_at": NOW - timedelta(days=2)}, "一天"),
        ({"effective_at": at("1999-01-01 00:00")}, "晚于"),
        ({"effective_at": datetime(2026, 12, 1)}, "时区"),
        ({"effective_at": at("2028-12-01 00:00")}, "两年"),
        ({"effective_at": at("9999-12-31 23:59")}, "两年"),
        ({"note": " "}, "原因"),
    ],
)
def test_publish_at_a_wrong_moment_or_without_words_is_refused(draft, people, words, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        published(draft, people, **words)


def test_publish_names_every_priority_without_a_promise(draft, people):
    Target.objects.filter(policy=draft, priority__in=("P1", "P4"), kind="response").delete()
    with pytest.raises(RuleBroken) as refused:
        published(draft, people)
    assert [priority for priority in Priority.values if priority in str(refused.value)] == ["P1", "P4"]


def test_publish_of_a_vendors_part_that_is_looser_is_refused(draft, people):
    vendor = factories.vendor(name="北方影像")
    add(draft, people["author"], kind="vendor", priority="P3", seconds=9 * 3600, vendor=vendor)
    with pytest.raises(RuleBroken, match="北方影像"):
        published(Policy.objects.get(pk=draft.pk), people)
    part = Target.objects.get(policy=draft, kind="vendor")
    assert [fault.pk for fault in faults.of(draft)] == [part.pk]


def test_publish_with_a_calendar_that_is_not_published_is_refused(draft, people):
    calendar = Calendar.objects.create(code="NEW", name="门诊时间")
    add(draft, people["author"], calendar=calendar)
    with pytest.raises(RuleBroken, match="门诊时间"):
        published(Policy.objects.get(pk=draft.pk), people)


def test_a_level_that_tells_nobody_is_refused(draft, people):
    silent = {"kind": "response", "priority": "P1", "basis": "percent", "value": 80, "recipients": []}
    given = {"by": people["author"], "at": NOW, "version": draft.version}
    with pytest.raises(FieldsRefused):
        policies.add(draft, "rung", **given, rows=[silent])
    assert not Rung.objects.filter(policy=draft, value=80).exists()


def test_add_of_several_rows_is_all_or_nothing(draft, people):
    rows = [{"kind": "arrival", "priority": p, "seconds": s} for p, s in (("P1", 900), ("P2", 0))]
    with pytest.raises(FieldsRefused):
        policies.add(draft, "target", by=people["author"], at=NOW, version=draft.version, rows=rows)
    assert not Target.objects.filter(kind="arrival").exists()


def test_put_of_a_row_that_is_gone_is_a_conflict(draft, people):
    row, author = draft.targets.first(), people["author"]
    gone = policies.remove(draft, "target", by=author, at=NOW, version=draft.version, pk=row.pk)
    with pytest.raises(Conflict):
        policies.put(gone, "target", by=author, at=NOW, version=gone.version, pk=row.pk, values={"seconds": 60})


def test_put_is_audited_with_what_it_said_and_says(draft, people):
    row = draft.targets.get(kind="response", priority="P1")
    given = {"by": people["author"], "at": NOW, "version": draft.version}
    policies.put(draft, "target", **given, pk=row.pk, values={"seconds": 300})
    detail = Event.objects.filter(verb="slas.put_target").last().detail
    assert (detail["row"], detail["before"], detail["after"]) == (
        "首次响应 P1",
        "10 分钟 · 7×24",
        "5 分钟 · 7×24",
    )


def test_draft_copies_a_version_that_takes_effect_later(draft, people):
    """Else what was agreed for next month would be lost with the version after it."""
    Target.objects.filter(policy=draft, kind="response", priority="P1").update(seconds=300)
    published(draft, people, effective_at=NOW + timedelta(days=30))
    later = policies.draft(by=people["author"], at=NOW)
    assert later.targets.get(kind="response", priority="P1").seconds == 300


def test_discard_leaves_what_is_published(draft, people):
    policies.discard(draft, by=people["author"], at=NOW)
    assert [(one.number, one.targets.count()) for one in Policy.objects.all()] == [(1, 8)]


def test_what_is_published_is_frozen_by_the_database(draft, people):
    published(draft, people)
    for act in (
        lambda: Target.objects.filter(policy=draft).update(seconds=1),
        lambda: Target.objects.filter(policy=draft).delete(),
        lambda: factories.target(draft, "arrival", "P1", 5),
        lambda: Policy.objects.filter(pk=draft.pk).update(effective_at=NOW - timedelta(days=99)),
    ):
        with pytest.raises(ProgrammingError, match="frozen"), transaction.atomic():
            act()


def test_a_running_clock_keeps_the_version_that_it_started_under(draft, people):
    ticket = factories.ticket(moment=NOW - timedelta(hours=1))
    Target.objects.filter(policy=draft, kind="resolution", priority="P3").update(seconds=60)
    published(draft, people)
    fresh = Ticket.objects.get(pk=ticket.pk).resolution_clock
    assert (fresh.policy.number, fresh.target_seconds) == (1, 28800)
    assert factories.ticket(moment=NOW + timedelta(minutes=1)).resolution_clock.target_seconds == 60


def test_publish_fills_the_gaps_of_open_tickets(people):
    empty = factories.publish(Policy.objects.create(number=5, drafted_at=NOW), effective_at=NOW - timedelta(days=1))
    ticket = factories.ticket(moment=NOW - timedelta(minutes=10))
    assert ticket.resolution_clock.gap == "policy"
    draft = factories.agreement_draft(number=6)
    policies.publish(draft, by=people["publisher"], at=NOW, effective_at=NOW, note=NOTE)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.resolution_clock.gap, fresh.response_clock.due_at) == ("", NOW + timedelta(minutes=20))
    assert (fresh.due_at, empty.number) == (fresh.response_clock.due_at, 5)


def test_a_version_that_takes_effect_later_fills_the_gaps_then(people):
    factories.publish(Policy.objects.create(number=5, drafted_at=NOW), effective_at=NOW - timedelta(days=1))
    ticket = factories.ticket(moment=NOW - timedelta(minutes=10))
    later = NOW + timedelta(hours=1)
    draft = factories.agreement_draft(number=6)
    policies.publish(draft, by=people["publisher"], at=NOW, effective_at=later, note=NOTE)
    gaps = []
    for moment in (NOW + timedelta(minutes=30), later):
        sweep.sweep(at=moment)
        gaps.append(Ticket.objects.get(pk=ticket.pk).resolution_clock.gap)
    assert gaps == ["policy", ""]


def test_a_gap_is_asked_about_once_by_each_version(people, django_assert_max_num_queries):
    bare = factories.publish(Policy.objects.create(number=5, drafted_at=NOW), effective_at=NOW - timedelta(days=1))
    ticket = factories.ticket(moment=NOW - timedelta(minutes=10))
    sweep.sweep(at=NOW)
    with django_assert_max_num_queries(14):
        sweep.sweep(at=NOW + timedelta(minutes=1))
    clock = Ticket.objects.get(pk=ticket.pk).resolution_clock
    assert (clock.gap, clock.policy_id) == ("policy", bare.pk)
