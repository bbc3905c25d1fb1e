"""The agreement's pages: read by many, drafted by one side, published by the other; what cannot be timed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.accounts.models import User
from itsm.operation import findings
from itsm.operation.enums import Health
from slas import policies, policy_changes
from slas.models import PauseRule, Policy, Rung, Target
from tests import factories
from tests.factories import at
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NOW = at("2026-11-02 09:00")
NOTE = "年度复核"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def people(hospital: object) -> dict[str, User]:
    return {"author": factories.user("PM"), "publisher": factories.user("HLD")}


@pytest.fixture
def draft(people: dict[str, User]) -> Policy:
    return policies.draft(by=people["author"], at=NOW)


@pytest.fixture
def author(client, people):
    """The author's browser."""
    client.force_login(people["author"])
    return client


def promise(draft: Policy, **which: str) -> Target:
    return draft.targets.get(**{"kind": "resolution", "priority": "P3", "vendor": None, "department": None, **which})


# What is in force


def test_the_page_costs_the_same_however_much_is_agreed(people, client, django_assert_max_num_queries):
    client.force_login(factories.user("ENG"))
    with django_assert_max_num_queries(20):
        page = client.get("/slas/")
    assert [str(line.label) for group in page.context["promises"] for line in group.lines] == ["首次响应", "解决时限"]
    draft = factories.agreement_draft(number=2)
    for number in range(6):
        place = {"department": factories.department(), "system": factories.system()}
        factories.target(draft, "resolution", "P3", 60 + number, **place)
    factories.publish(draft)
    with django_assert_max_num_queries(20):
        page = client.get("/slas/")
    assert len(page.context["special"]) == 6


def test_the_page_without_an_agreement_says_so(client, db):
    client.force_login(factories.user("ENG"))
    page = client.get("/slas/")
    assert (page.status_code, "尚无生效的服务级别协议" in page.content.decode()) == (200, True)


def test_a_vendors_contact_reads_the_own_companys_part_only(draft, client):
    own, other = factories.vendor(name="北方影像"), factories.vendor(name="南方检验")
    for vendor in (own, other):
        factories.target(draft, "vendor", "P3", 60, vendor=vendor)
    factories.publish(draft, number=2)
    for reader, seen in ((factories.user("VND", vendor=own), (True, False)), (factories.user("ENG"), (True, True))):
        client.force_login(reader)
        pages = [client.get(address).content.decode() for address in ("/slas/", "/slas/compare/?old=1&new=2")]
        for page in pages:
            assert ("北方影像" in page, "南方检验" in page) == seen


def test_a_draft_is_hidden_from_who_may_not_work_on_it(draft, client):
    client.force_login(factories.user("ENG"))
    addresses = [f"/slas/{draft.number}/", f"/slas/compare/?old=1&new={draft.number}"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert f">V{draft.number}</a>" not in client.get("/slas/").content.decode()


def test_compare_names_every_kind_of_row_that_differs(draft, people):
    promise(draft).delete()
    PauseRule.objects.filter(policy=draft, priority="P1").update(most_seconds=3600)
    Rung.objects.filter(policy=draft, kind="response", priority="P1").update(recipients=["pm"])
    found = policy_changes.between(Policy.objects.get(number=1), draft, reader=people["author"])
    assert [(change.name, change.before, change.after) for change in found] == [
        ("解决时限 P3", "8 小时 · 7×24", "—"),
        ("等待第三方 P1", "不限时长，须项目经理同意", "最长 1 小时，须项目经理同意"),
        ("首次响应 P1：时限的 100%", "当前负责人", "项目经理"),
    ]


# The draft


def test_a_figure_is_changed_in_its_cell(author, draft):
    target = promise(draft)
    address = f"/slas/{draft.number}/target/{target.pk}/"
    form = author.get(address, **HTMX).content.decode()
    assert ("<html" in form, 'value="8 小时"' in form) == (False, True)
    cell = author.post(address, {"length": "4 小时", "seen": draft.version}, **HTMX).content.decode()
    assert ("4 小时" in cell, Target.objects.get(pk=target.pk).seconds) == (True, 14400)
    assert "<form" not in author.get(f"{address}?shown", **HTMX).content.decode()


def test_a_figure_is_changed_without_scripts(author, draft):
    target = promise(draft)
    page = author.post(f"/slas/{draft.number}/target/{target.pk}/", {"length": "240"})
    assert (page.status_code, page.url, Target.objects.get(pk=target.pk).seconds) == (
        302,
        f"/slas/{draft.number}/",
        14400,
    )


@pytest.mark.parametrize("length", ["0", "1000000", "很快", ""])
def test_a_length_without_sense_comes_back_with_a_sentence(author, draft, length):
    page = author.post(f"/slas/{draft.number}/target/{promise(draft).pk}/", {"length": length})
    assert (page.status_code, len(page.context["form"].errors["length"])) == (422, 1)


def test_a_stale_save_shows_both_and_can_be_repeated(author, draft, people):
    target = promise(draft)
    given = {"by": people["author"], "at": NOW, "version": draft.version}
    policies.put(draft, "target", **given, pk=target.pk, values={"seconds": 7200})
    words = {"length": "4 小时", "seen": draft.version}
    page = author.post(f"/slas/{draft.number}/target/{target.pk}/", words)
    body = page.content.decode()
    assert (page.status_code, "2 小时" in body, 'value="4 小时"' in body) == (409, True, True)
    again = author.post(f"/slas/{draft.number}/target/{target.pk}/", {**words, "seen": draft.version + 1})
    assert (again.status_code, Target.objects.get(pk=target.pk).seconds) == (302, 14400)


def test_an_override_is_added_for_several_priorities_at_once(author, draft):
    icu = factories.department(name="重症医学科")
    words = {"kind": "resolution", "department": icu.pk, "length_P1": "1 小时", "length_P3": "4h"}
    page = author.post(f"/slas/{draft.number}/target/new/", words)
    rows = Target.objects.filter(policy=draft, department=icu).order_by("priority").values_list("priority", "seconds")
    assert (page.status_code, list(rows)) == (302, [("P1", 3600), ("P3", 14400)])


def test_a_vendors_part_without_its_vendor_comes_back_with_what_was_typed(author, draft):
    page = author.post(f"/slas/{draft.number}/target/new/", {"kind": "vendor", "length_P1": "7"})
    assert (page.status_code, 'value="7"' in page.content.decode()) == (422, True)


def test_a_level_is_added_to_several_ladders(author, draft):
    words = {"kind": "resolution", "priorities": ["P1", "P2"], "basis": "before", "value": 30, "recipients": ["duty"]}
    page = author.post(f"/slas/{draft.number}/rung/new/", words)
    assert (page.status_code, Rung.objects.filter(policy=draft, basis="before").count()) == (302, 2)
    refused = author.post(f"/slas/{draft.number}/rung/new/", {**words, "recipients": []})
    assert (refused.status_code, "recipients" in refused.context["form"].errors) == (422, True)


def test_a_rule_for_waiting_is_added_and_taken_out(author, draft):
    words = {"reason": "requester", "priorities": ["P3"], "stops_clock": "on", "length": "24 小时"}
    author.post(f"/slas/{draft.number}/pause_rule/new/", words)
    rule = PauseRule.objects.get(policy=draft, reason="requester")
    assert (rule.most_seconds, rule.needs_consent) == (86400, False)
    stale = author.post(f"/slas/{draft.number}/pause_rule/{rule.pk}/remove/", {"seen": draft.version})
    gone = author.post(f"/slas/{draft.number}/pause_rule/{rule.pk}/remove/", {"seen": draft.version + 1})
    assert (stale.status_code, gone.status_code) == (409, 302)
    assert not PauseRule.objects.filter(pk=rule.pk).exists()


def test_what_is_published_cannot_be_edited_by_its_address(author, people):
    target = Policy.objects.get(number=1).targets.first()
    before = target.seconds
    page = author.post(f"/slas/1/target/{target.pk}/", {"length": "1"})
    assert (page.status_code, Target.objects.get(pk=target.pk).seconds) == (409, before)


def test_faults_stand_on_the_draft_with_the_way_to_mend_them(author, draft):
    promise(draft).delete()
    page = author.get(f"/slas/{draft.number}/")
    assert [fault.kind for fault in page.context["faults"]] == ["resolution"]
    assert f"/slas/{draft.number}/target/new/?kind=resolution&amp;priority=P3" in page.content.decode()


# Publishing


def test_from_the_draft_to_publishing(author, people):
    author.post("/slas/draft/")
    draft = Policy.objects.get(state="draft")
    author.post(f"/slas/{draft.number}/target/{promise(draft).pk}/", {"length": "4 小时"})
    shown = author.get(f"/slas/{draft.number}/preview/")
    assert ([change.name for change in shown.context["changes"]], 'name="note"' in shown.content.decode()) == (
        ["解决时限 P3"],
        False,
    )
    author.force_login(people["publisher"])
    words = {"effective_at": f"{timezone.localdate() + timedelta(days=30)}T00:00", "note": NOTE}
    refused = author.post(f"/slas/{draft.number}/publish/", {**words, "effective_at": "2001-01-01T00:00"})
    assert (refused.status_code, "effective_at" in refused.context["form"].errors) == (422, True)
    for moment in ("0001-01-01T00:00", "2026-02-30T00:00", "9999-12-31T23:59"):
        assert author.post(f"/slas/{draft.number}/publish/", {**words, "effective_at": moment}).status_code == 422
    sent = author.post(f"/slas/{draft.number}/publish/", words)
    assert (sent.status_code, Policy.objects.get(number=draft.number).state) == (302, "published")


# What cannot be timed


@pytest.fixture
def gaping(hospital: object) -> Ticket:
    """A ticket of an installation whose agreement says nothing."""
    factories.publish(Policy.objects.create(number=9, drafted_at=NOW), effective_at=NOW - timedelta(days=1))
    return factories.ticket(moment=NOW, system=factories.system(name="重症监护系统"))


def test_t33_unmatched_lists_the_ticket_until_the_agreement_is_mended(gaping, client):
    client.force_login(factories.user("PM"))
    page = client.get("/tickets/unmatched/")
    assert [(lack.ticket.number, lack.clock.kind) for lack in page.context["lacks"]] == [
        (gaping.number, "response"),
        (gaping.number, "resolution"),
    ]
    draft = factories.agreement_draft(number=10)
    publisher = factories.user("HLD")
    policies.publish(draft, by=publisher, at=NOW + timedelta(hours=1), effective_at=NOW + timedelta(hours=1), note=NOTE)
    assert client.get("/tickets/unmatched/").context["lacks"] == []


def test_unmatched_shows_what_the_reader_may_see_alone(gaping, client):
    client.force_login(factories.user("ENG"))
    assert client.get("/tickets/unmatched/").context["lacks"] == []


def test_unmatched_costs_the_same_for_one_and_for_three(gaping, client):
    client.force_login(factories.user("PM"))
    client.get("/tickets/unmatched/")
    counts = []
    for more in (0, 2):
        for _ticket in range(more):
            factories.ticket(moment=NOW, system=factories.system())
        with CaptureQueriesContext(connection) as asked:
            client.get("/tickets/unmatched/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_health_page_counts_what_cannot_be_timed(gaping):
    found = findings.gaps()
    assert (found.state, found.number) == (Health.WARN, 2)
