"""The service catalogue: versions, publishing, withdrawal, tailored levels."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from itsm.audit.models import Event
from itsm.catalog import seeding, service_seeding, services
from itsm.catalog.models import ServiceItem, ServiceOverride, ServiceVersion
from itsm.errors import FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.catalog.agreements import NOW, WORDS, service
from tests.catalog.test_contracts import allowed_roles

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


def selectable() -> list[tuple[str, str]]:
    return list(ServiceItem.objects.selectable().values_list("code", "name"))


@pytest.mark.parametrize("root", ["", "other"])
def test_create_without_one_of_the_three_roots_is_refused(root):
    with pytest.raises(FieldsRefused) as refusal:
        services.create(by=None, at=NOW, code="X", root=root, words=WORDS)
    assert (list(refusal.value.errors), ServiceItem.objects.count()) == (["root"], 0)


def test_the_database_refuses_a_fourth_root():
    with pytest.raises(IntegrityError, match="service_item_root"), transaction.atomic():
        ServiceItem.objects.create(code="X", root="other")


def test_seed_drafts_every_item_of_the_list_once():
    rows = seeding.read("services")
    assert service_seeding.seed(at=NOW) == len(rows)
    assert service_seeding.seed(at=NOW) == 0
    assert {item.versions.get().state for item in ServiceItem.objects.all()} == {"draft"}
    assert set(ServiceItem.objects.values_list("root", flat=True)) == {"maintenance", "governance", "technical"}


@pytest.mark.parametrize("state, offered", [("draft", 0), ("published", 1), ("retired", 0)])
def test_only_a_published_item_is_selectable(state, offered):
    service(state)
    assert len(selectable()) == offered


def test_revise_a_published_item_begins_the_next_version():
    item = service(name="旧名")
    services.revise(item, by=None, at=NOW, words={**WORDS, "name": "新名"})
    versions = list(item.versions.values_list("number", "state", "name"))
    assert versions == [(2, "draft", "新名"), (1, "published", "旧名")]
    assert selectable() == [(item.code, "旧名")]


def test_revise_a_draft_writes_it_anew():
    item = service("draft", name="旧名")
    services.revise(item, by=None, at=NOW, words={**WORDS, "name": "新名"})
    assert list(item.versions.values_list("number", "name")) == [(1, "新名")]
    assert Event.objects.latest("pk").detail["changes"] == {"name": ["旧名", "新名"]}


def test_publish_withdraws_the_version_before_it():
    item = service()
    services.revise(item, by=None, at=NOW, words={**WORDS, "level": "半个工作日内完成"})
    services.publish(item, by=None, at=NOW)
    assert list(item.versions.values_list("number", "state")) == [(2, "published"), (1, "retired")]


def test_publish_without_a_draft_is_refused():
    with pytest.raises(TransitionRefused):
        services.publish(service(), by=None, at=NOW)


def test_retire_an_item_that_is_not_published_is_refused():
    with pytest.raises(TransitionRefused):
        services.retire(service("draft"), by=None, at=NOW, reason="")


def test_a_withdrawn_item_comes_back_as_its_next_version():
    item = service("retired")
    services.revise(item, by=None, at=NOW, words=WORDS)
    services.publish(item, by=None, at=NOW)
    assert list(item.versions.values_list("number", "state")) == [(2, "published"), (1, "retired")]


@pytest.mark.parametrize("change", [{"level": "三天"}, {"state": "draft", "published_at": None}])
def test_a_published_version_is_frozen_by_the_database(change):
    version = service().versions.get()
    with pytest.raises((ProgrammingError, InternalError), match="frozen"), transaction.atomic():
        ServiceVersion.objects.filter(pk=version.pk).update(**change)


def test_words_that_are_missing_are_named():
    with pytest.raises(FieldsRefused) as refusal:
        services.create(by=None, at=NOW, code="X", root="technical", words={**WORDS, "deliverable": ""})
    assert (list(refusal.value.errors), ServiceItem.objects.count()) == (["deliverable"], 0)


def proposed(item: ServiceItem, by=None, **terms) -> ServiceOverride:
    wanted = {"level": "10 分钟内到场", "target_minutes": 10, "reason": "床旁监护", "from_on": DAY, **terms}
    return services.propose(item, by=by, at=NOW, terms=wanted)


def approved(item: ServiceItem, **terms) -> ServiceOverride:
    return services.decide(proposed(item, **terms), by=None, at=NOW, approve=True)


def level(item: ServiceItem, department=None, system=None, on=DAY) -> str:
    return services.applicable(item, department=department, system=system, on=on).words


def test_an_override_for_the_icu_applies_only_to_the_icu():
    item, icu, ward = service(), factories.department(), factories.department()
    approved(item, department=icu)
    assert (level(item, icu), level(item, ward), level(item)) == ("10 分钟内到场", WORDS["level"], WORDS["level"])


def test_an_override_says_its_minutes():
    item, icu = service(), factories.department()
    approved(item, department=icu)
    assert services.applicable(item, department=icu, system=None, on=DAY).target_minutes == 10


@pytest.mark.parametrize("decide", [None, False])
def test_an_override_that_is_not_approved_does_not_apply(decide):
    item, icu = service(), factories.department()
    override = proposed(item, department=icu)
    if decide is False:
        services.decide(override, by=None, at=NOW, approve=False, note="无必要")
    assert level(item, icu) == WORDS["level"]


def test_an_override_applies_from_its_first_day_to_its_last():
    item, icu = service(), factories.department()
    approved(item, department=icu, to_on=date(2026, 11, 3))
    days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)]
    assert [level(item, icu, on=day) == "10 分钟内到场" for day in days] == [False, True, True, False]


def test_an_item_that_is_not_published_promises_nothing():
    assert services.applicable(service("draft"), department=None, system=None, on=DAY) is None


def test_propose_without_a_place_is_refused():
    item = service()
    with pytest.raises(FieldsRefused):
        proposed(item)
    assert item.overrides.count() == 0


def test_the_proposer_may_not_approve():
    manager, head = factories.user("PM"), factories.user("HLD")
    override = proposed(service(), by=manager, department=factories.department())
    with pytest.raises(NotAllowed):
        services.decide(override, by=manager, at=NOW, approve=True)
    assert services.decide(override, by=head, at=NOW, approve=True).decided_by == head


def test_decide_twice_is_refused():
    override = approved(service(), department=factories.department())
    with pytest.raises(TransitionRefused):
        services.decide(override, by=None, at=NOW, approve=False, note="不")


def test_reject_without_a_reason_is_refused():
    override = proposed(service(), department=factories.department())
    with pytest.raises(RuleBroken):
        services.decide(override, by=None, at=NOW, approve=False, note=" ")


def test_create_by():
    act = {"at": NOW, "code": "X", "root": "technical", "words": WORDS}
    assert allowed_roles(lambda person: services.create(by=person, **act)) == "HIT HLD PM"


def test_publish_by():
    item = service("draft")
    assert allowed_roles(lambda person: services.publish(item, by=person, at=NOW)) == "HLD PM"


def test_approve_by():
    override = proposed(service(), department=factories.department())
    assert allowed_roles(lambda person: services.decide(override, by=person, at=NOW, approve=True)) == "HLD PM"
