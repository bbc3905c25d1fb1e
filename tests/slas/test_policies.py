"""The agreement: drafted, changed, checked, published, frozen; which row holds; what a vendor may promise."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from itsm.catalog.enums import Priority
from itsm.errors import Conflict, FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from slas import agreements, policies, strictness
from slas.matching import Row, Subject, match
from slas.models import Policy, Target
from tests import factories
from tests.factories import at
from tickets.models import Ticket

NOW = at("2026-11-02 09:00")
NOTE = "年度复核"


def row(pk: int, kind: str = "resolution", priority: str = "P3", subject: str = "", **where: object) -> Row:
    place = {"system_id": None, "department_id": None, "vendor_id": None, "seconds": 60 * pk, "calendar_id": None}
    return Row(pk=pk, kind=kind, priority=priority, subject=subject, **{**place, **where})


ICU = row(2, department_id=7)
ROWS = [
    *(row(1), ICU, row(3, system_id=5), row(4, system_id=5, department_id=7)),
    *(row(5, subject="complaint"), row(6, priority="P1")),
]


@pytest.mark.parametrize(
    "subject, expected",
    [
        (Subject("P3"), 1),
        (Subject("P3", department_id=7), 2),
        (Subject("P3", department_id=8), 1),  # an override for the ICU applies to the ICU only
        (Subject("P3", system_id=5), 3),
        (Subject("P3", system_id=5, department_id=7), 4),
        (Subject("P3", department_id=7, subject="complaint"), 5),  # it never takes what is promised for incidents
        (Subject("P3", subject="requirement"), 1),
        (Subject("P1"), 6),
        (Subject("P2"), None),
    ],
)
def test_match_takes_the_row_that_is_closest(subject, expected):
    found = match(ROWS, "resolution", subject)
    assert (found.pk if found else None) == expected


one_of = st.sampled_from


@given(st.permutations(ROWS), one_of([None, 5]), one_of([None, 7, 8]), one_of(["", "complaint"]))
def test_match_is_the_same_in_whatever_order_the_rows_stand(rows, system, department, subject):
    asked = Subject("P3", system, department, None, subject)
    assert match(rows, "resolution", asked) == match(ROWS, "resolution", asked)


@pytest.mark.parametrize(
    "part, whole, looser",
    [
        ({"seconds": 60}, {"seconds": 60}, False),
        ({"seconds": 61}, {"seconds": 60}, True),
        ({"seconds": 30, "calendar_id": 1}, {"seconds": 60}, True),  # working minutes against minutes
        ({"seconds": 60}, {"seconds": 60, "calendar_id": 1}, False),
        ({"seconds": 60, "calendar_id": 1}, {"seconds": 60, "calendar_id": 1}, False),
        ({"seconds": 60, "calendar_id": 2}, {"seconds": 60, "calendar_id": 1}, True),
    ],
)
def test_a_vendors_part_may_not_be_looser_than_what_it_serves(part, whole, looser):
    assert strictness.is_looser(row(1, "vendor", **part), row(2, **whole)) is looser


# The verbs


@pytest.fixture
def people(hospital: object) -> dict[str, object]:
    return {"author": factories.user("PM"), "publisher": factories.user("HLD")}


@pytest.fixture
def draft(people: dict[str, object]) -> Policy:
    return policies.draft(by=people["author"], at=NOW)


def put(draft: Policy, by: object, **values: object) -> Policy:
    words = {"kind": "arrival", "priority": "P1", "seconds": 900, **values}
    return policies.put(draft, "target", by=by, at=NOW, version=draft.version, values=words, pk=None)


def published(draft: Policy, people: dict[str, object], **words: object) -> Policy:
    return policies.publish(draft, by=people["publisher"], at=NOW, **{"effective_at": NOW, "note": NOTE, **words})


def test_draft_copies_what_is_in_force(draft):
    old, new = agreements.read(Policy.objects.get(number=1).pk), agreements.read(draft.pk)
    assert [one._replace(pk=0) for one in new.rows] == [one._replace(pk=0) for one in old.rows]
    assert (new.waits, sorted(new.ladders)) == (old.waits, sorted(old.ladders))


def test_draft_beside_a_draft_is_refused(draft, people):
    with pytest.raises(TransitionRefused):
        policies.draft(by=people["author"], at=NOW)


def test_put_and_remove_change_the_draft_alone(draft, people):
    changed = put(draft, people["author"])
    added = Target.objects.get(policy=changed, kind="arrival")
    policies.remove(changed, "target", by=people["author"], at=NOW, version=changed.version, pk=added.pk)
    assert (Target.objects.filter(kind="arrival").count(), Policy.objects.get(pk=draft.pk).version) == (0, 3)


def test_put_of_a_stale_draft_is_a_conflict(draft, people):
    put(draft, people["author"])
    with pytest.raises(Conflict):
        put(draft, people["author"], priority="P2")


@pytest.mark.parametrize("seconds", [0, 10**6 * 60, -5])
def test_put_of_a_target_without_sense_is_refused_with_a_sentence(draft, people, seconds):
    with pytest.raises(FieldsRefused):
        put(draft, people["author"], seconds=seconds)


def test_put_twice_the_same_promise_is_refused(draft, people):
    with pytest.raises(FieldsRefused, match="已有"):
        put(draft, people["author"], kind="response")


def test_put_into_what_is_published_is_refused(people):
    with pytest.raises(TransitionRefused):
        put(Policy.objects.get(number=1), people["author"])


def test_publish_holds_from_its_moment_on(draft, people):
    later = NOW + timedelta(days=3)
    published(draft, people, effective_at=later)
    found = [Policy.objects.in_force(moment).first().number for moment in (NOW, later)]
    assert found == [1, 2]


def test_publish_by_its_author_is_refused(draft):
    author = factories.user("HIT")
    own = policies.discard(draft, by=None, at=NOW) or policies.draft(by=author, at=NOW)
    with pytest.raises(NotAllowed):
        policies.publish(own, by=author, at=NOW, effective_at=NOW, note=NOTE)


@pytest.mark.parametrize(
    "words, sentence",
    [
        ({"effective_at": NOW - timedelta(days=2)}, "一天"),
        ({"effective_at": at("1999-01-01 00:00")}, "晚于"),
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
    put(draft, people["author"], kind="vendor", priority="P3", seconds=9 * 3600, vendor=vendor)
    with pytest.raises(RuleBroken, match="北方影像"):
        published(Policy.objects.get(pk=draft.pk), people)


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


# The pages


def test_the_page_shows_what_is_in_force_with_few_queries(people, client, django_assert_max_num_queries):
    client.force_login(factories.user("ENG"))
    with django_assert_max_num_queries(20):
        page = client.get("/slas/")
    assert page.context["policy"].number == 1
    assert [str(line.label).split(" · ")[1] for line in page.context["promises"]] == ["首次响应", "解决时限"]


def test_a_draft_is_hidden_from_who_may_not_work_on_it(draft, client):
    client.force_login(factories.user("ENG"))
    assert client.get(f"/slas/{draft.number}/").status_code == 404


def test_from_the_draft_to_the_effect_to_publishing(people, client):
    client.force_login(people["author"])
    factories.ticket(moment=NOW)
    client.post("/slas/draft/")
    target = Target.objects.get(policy__state="draft", kind="resolution", priority="P3")
    page = client.post(f"/slas/2/target/{target.pk}/", {"kind": "resolution", "priority": "P3", "minutes": 240})
    assert (page.status_code, Target.objects.get(pk=target.pk).seconds) == (302, 14400)
    client.force_login(people["publisher"])
    preview = client.get("/slas/2/publish/")
    assert ("解决时限" in str(preview.context["changes"]), preview.status_code) == (True, 200)
    sent = client.post("/slas/2/publish/", {"effective_at": "2099-01-01T00:00", "note": NOTE})
    assert (sent.status_code, Policy.objects.get(number=2).state) == (302, "published")


def test_a_refused_row_comes_back_with_what_was_typed(draft, client, people):
    client.force_login(people["author"])
    page = client.post(f"/slas/{draft.number}/target/new/", {"kind": "response", "priority": "P1", "minutes": 7})
    assert (page.status_code, 'value="7"' in page.content.decode()) == (422, True)
