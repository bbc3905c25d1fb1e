"""The scheme: drafted, changed, published by somebody else, and frozen."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from itsm.audit.models import Event
from itsm.errors import Conflict, FieldsRefused, NotAllowed, TransitionRefused
from itsm.reports.assessment import codes, faults, schemes
from itsm.reports.assessment.models import Band, DeductionRule, Item, Scheme
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
AT = made.PUBLISHED_AT
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def draft(cast):
    return schemes.draft(by=cast.staff, at=AT)


def publish(draft, by, **fields):
    return schemes.publish(draft, by=by, **{"at": AT, "since_on": made.SINCE, "note": "首次发布", **fields})


def refused(act):
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_first_draft_is_the_house_s_proposal(draft):
    weights = dict(draft.items.values_list("code", "weight"))
    assert (draft.label, sum(weights.values()), weights["K4"], weights["K31"]) == ("V1", 100, 15, 8)
    assert [band.floor for band in draft.bands.all()] == [90, 80, 70, 0]
    assert ("K20" in weights, faults.of(draft)) == (False, [])


def test_what_is_not_measured_yet_may_be_weighed_and_says_so(draft):
    pending = {item.code for item in draft.items.all() if not item.figure.is_measured}
    assert pending == {"K17", "K19", "K24", "K27", "K28", "K29"}
    assert all(str(codes.WEIGHED[code].name) for code in pending)


def test_a_second_draft_is_refused(draft, cast):
    with pytest.raises(TransitionRefused):
        schemes.draft(by=cast.staff, at=AT)


def test_the_next_draft_copies_the_latest_published(draft, cast):
    rule = draft.rules.get(code="D01")
    values = {"points": Decimal(2), "amount": Decimal(500)}
    draft = schemes.put(draft, "rule", by=cast.staff, at=AT, version=1, pk=rule.pk, values=values)
    publish(draft, cast.head)
    later = schemes.draft(by=cast.staff, at=AT)
    assert (later.label, later.items.count(), later.rules.get(code="D01").amount) == ("V2", 14, 500)


@pytest.mark.parametrize("role", ["PM", "CTO", "EXE", "HLD", "VND", "DSK", "SYS"])
def test_draft_by_others_than_the_hospital_s_staff_is_refused(role):
    with pytest.raises(NotAllowed):
        schemes.draft(by=factories.user(role), at=AT)


@pytest.mark.parametrize("role, allowed", [("HIT", True), ("HLD", True), ("PM", False), ("EXE", False)])
def test_publish_takes_the_hospital(draft, role, allowed):
    if allowed:
        assert publish(draft, factories.user(role)).since_on == made.SINCE
    else:
        with pytest.raises(NotAllowed):
            publish(draft, factories.user(role))


def test_publish_by_whoever_has_written_is_refused(draft, cast):
    second = factories.user("HIT")
    publishable = schemes.describe(draft, by=second, at=AT, version=1, name="考核方案")
    for author in (cast.staff, second):
        with pytest.raises(NotAllowed):
            publish(publishable, author)
    assert publish(publishable, cast.head).published_by == cast.head


def test_put_with_a_stale_version_is_refused(draft, cast):
    item = draft.items.get(code="K2")
    with pytest.raises(Conflict):
        schemes.put(draft, "item", by=cast.staff, at=AT, version=2, pk=item.pk, values={"goal": Decimal(90)})
    assert draft.items.get(code="K2").goal == 95


@pytest.mark.parametrize(
    "part, values, field",
    [
        ("item", {"code": "K2", "weight": Decimal(1), "goal": Decimal(1), "loss": Decimal(1)}, ""),
        ("item", {"code": "K20X", "weight": Decimal(1), "goal": Decimal(1), "loss": Decimal(1)}, "code"),
        ("item", {"code": "N", "weight": Decimal(1), "goal": Decimal(1), "loss": Decimal(1)}, "code"),
        ("item", {"code": "K3", "weight": Decimal(0), "goal": Decimal(1), "loss": Decimal(1)}, "weight"),
        ("item", {"code": "K3", "weight": Decimal(1), "goal": Decimal(1), "loss": Decimal(-1)}, "loss"),
        ("band", {"name": "合格线", "floor": Decimal(80)}, ""),
        ("band", {"name": "超优", "floor": Decimal(101)}, "floor"),
        ("rule", {"code": "D05", "name": "x", "points": Decimal(3), "cap": Decimal(2)}, ""),
        ("rule", {"code": "D05", "name": "x", "points": Decimal(1), "cap": Decimal(2), "source": "outage"}, ""),
        ("rule", {"code": "D01", "name": "x", "points": Decimal(1), "cap": Decimal(2)}, ""),
    ],
)
def test_add_names_the_fault_at_its_field(draft, cast, part, values, field):
    with pytest.raises(FieldsRefused) as error:
        schemes.add(draft, part, by=cast.staff, at=AT, version=1, rows=[values])
    assert list(error.value.errors) == [field]


def test_publish_names_every_fault_of_the_whole(draft, cast):
    item, lowest = draft.items.get(code="K4"), draft.bands.get(floor=0)
    changed = schemes.put(draft, "item", by=cast.staff, at=AT, version=1, pk=item.pk, values={"goal": None})
    changed = schemes.remove(changed, "item", by=cast.staff, at=AT, version=2, pk=draft.items.get(code="K31").pk)
    changed = schemes.remove(changed, "band", by=cast.staff, at=AT, version=3, pk=lowest.pk)
    found = {(fault.part, fault.pk) for fault in faults.of(changed)}
    assert found == {("item", None), ("item", item.pk), ("band", changed.bands.get(floor=70).pk)}
    with pytest.raises(FieldsRefused) as error:
        publish(changed, cast.head, note=" ", since_on=date(2026, 9, 2))
    assert {name: len(said) for name, said in error.value.errors.items()} == {"since_on": 1, "note": 1, "": 3}
    assert Scheme.objects.get().is_draft


def test_publish_from_a_month_that_has_a_scheme_or_an_assessment_is_refused(cast):
    made.drawn(cast)  # September, by V1 of September
    for since_on in (date(2026, 8, 1), made.SINCE):
        second = Scheme.objects.filter(state="draft").first() or schemes.draft(by=cast.staff, at=AT)
        with pytest.raises(FieldsRefused):
            publish(second, cast.head, since_on=since_on)
    assert publish(second, cast.head, since_on=OCTOBER).number == 2


def test_a_month_is_assessed_by_the_scheme_that_holds_for_it(cast):
    first = made.scheme()
    second = publish(schemes.draft(by=cast.staff, at=AT), cast.head, since_on=OCTOBER)
    found = [Scheme.objects.for_month(date(2026, month, 1)) for month in (8, 9, 10, 11)]
    assert found == [None, first, second, second]


def test_discard_leaves_what_is_published(cast):
    first = made.scheme()
    schemes.discard(schemes.draft(by=cast.staff, at=AT), by=cast.staff, at=AT)
    assert (list(Scheme.objects.all()), Item.objects.count()) == ([first], 14)


def test_what_is_published_is_not_changed_by_a_verb(cast):
    published = made.scheme()
    with pytest.raises(TransitionRefused):
        schemes.discard(published, by=cast.staff, at=AT)
    with pytest.raises(TransitionRefused):
        publish(published, cast.head)


def test_the_database_keeps_what_is_published():
    published = made.scheme()
    rows = {"items": Item, "bands": Band, "rules": DeductionRule}
    assert refused(lambda: Scheme.objects.filter(pk=published.pk).update(name="x"))
    for name, model in rows.items():
        of_it = getattr(published, name)
        assert refused(lambda of_it=of_it: of_it.all().delete())
        assert refused(lambda model=model, of_it=of_it: model.objects.filter(pk=of_it.first().pk).update(scheme=None))
    assert refused(lambda: Item.objects.create(scheme=published, code="K3", weight=1, goal=1, loss=1))


def test_who_reads_which_scheme(cast):
    published = made.scheme()
    draft = schemes.draft(by=cast.staff, at=AT)
    seen = {role: set(Scheme.objects.visible_to(factories.user(role))) for role in ("HIT", "HLD", "PM", "DSK")}
    assert seen == {"HIT": {published, draft}, "HLD": {published, draft}, "PM": {published}, "DSK": set()}
    assert set(Scheme.objects.visible_to(cast.contact)) == {published}


def test_the_log_tells_each_change(draft, cast):
    item = draft.items.get(code="K2")
    schemes.put(draft, "item", by=cast.staff, at=AT, version=1, pk=item.pk, values={"goal": Decimal(90)})
    event = Event.objects.get(verb="reports.put_item")
    assert ("95" in event.detail["before"], "90" in event.detail["after"]) == (True, True)
