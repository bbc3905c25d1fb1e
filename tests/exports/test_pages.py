"""Pages and API of the exports: what they offer, whose they are, what is noted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit.enums import Outcome
from itsm.audit.models import Event
from itsm.exports import jobs, places
from itsm.exports.enums import State
from itsm.exports.models import Export
from tests import factories
from tests.exports import exported
from tests.tickets.stages import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital", "media")]
NEW = "/exports/new/tickets/?tab=all&state=closed&sort=-reported"
JSON = "application/json"


@pytest.fixture
def manager() -> User:
    return factories.user("PM")


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def of(verb: str) -> list[Event]:
    return list(Event.objects.filter(verb=f"exports.{verb}", outcome=Outcome.DONE).order_by("pk"))


def test_the_queue_offers_its_file_as_it_is_narrowed(signed_in):
    Desk().ticket()
    page = signed_in.get("/tickets/?tab=all&system=1&sort=-due&after=x")
    assert page.context["export_url"] == "/exports/new/tickets/?tab=all&system=1&sort=-due"


def test_the_form_says_what_the_file_will_hold(signed_in):
    Desk().ticket("closed")
    context = signed_in.get(NEW).context
    assert (context["count"], context["said"], context["back"]) == (
        1,
        [("视图", "全部"), ("状态", "已关闭"), ("排序", "报修时间 ↑")],
        "/tickets/?sort=-reported&state=closed&tab=all",
    )


def test_asking_keeps_filters_order_and_columns(signed_in, manager):
    answer = signed_in.post(NEW, {"kind": "csv", "columns": ["title", "number"]})
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, export.get_absolute_url())
    assert (export.state, export.kind, export.columns, export.requested_by) == (
        State.WAITING, "csv", ["number", "title"], manager,
    )  # fmt: skip
    assert export.asked == {"tab": ["all"], "state": ["closed"], "sort": ["-reported"]}
    (event,) = of("request")
    assert (event.actor, event.detail["filters"]) == (manager, ["sort: -reported", "state: closed", "tab: all"])


@pytest.mark.parametrize(
    "words", [{"kind": "csv"}, {"kind": "pdf", "columns": "number"}, {"kind": "csv", "columns": "x"}]
)
def test_asking_without_columns_or_for_unknown_ones_is_refused(signed_in, words):
    answer = signed_in.post(NEW, words)
    assert (answer.status_code, Export.objects.count()) == (422, 0)
    assert ("至少选择一列" in answer.content.decode()) is ("columns" not in words)


def test_a_form_that_is_sent_twice_asks_once(signed_in):
    words = {"kind": "csv", "columns": "number", "key": "00000000-0000-0000-0000-00000000000a"}
    places_of = {signed_in.post(NEW, words)["Location"] for _ in range(2)}
    assert (len(places_of), Export.objects.count()) == (1, 1)


def test_too_many_at_once_are_refused_over_the_form(signed_in, manager, settings):
    settings.EXPORTS_PER_PERSON = 1
    exported.waiting(manager)
    answer = signed_in.post(NEW, {"kind": "csv", "columns": "number"})
    assert (answer.status_code, "您已有 1 个导出正在进行" in answer.content.decode()) == (422, True)


def test_a_download_hands_out_the_file_and_is_noted_every_time(signed_in, manager):
    export = exported.ready(manager)
    for number in (1, 2):
        answer = signed_in.get(f"/exports/{export.pk}/file/")
        shown = answer["Content-Disposition"].startswith("attachment"), "no-store" in answer["Cache-Control"]
        assert (b"".join(answer), *shown) == (b"content", True, True)
        export.refresh_from_db()
        assert export.downloads == number
    assert [(event.actor, event.object_id, event.detail["sha256"]) for event in of("take")] == [
        (manager, export.pk, export.sha256)
    ] * 2


@pytest.mark.parametrize("verb", ["", "file/", "cancel/"])
@pytest.mark.parametrize("base", ["/exports/", "/api/v1/exports/"])
def test_another_persons_export_is_not_there(signed_in, verb, base):
    export = exported.ready(factories.user("PM"))
    send = signed_in.post if verb == "cancel/" else signed_in.get
    assert send(f"{base}{export.pk}/{verb}").status_code == 404
    assert of("take") == []


def test_an_expired_file_is_no_longer_handed_out(signed_in, manager):
    export = exported.ready(manager)
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    refused = signed_in.get(f"/exports/{export.pk}/file/")
    assert (refused.status_code, "无法取得该文件" in refused.content.decode()) == (409, True)
    page = signed_in.get(f"/exports/{export.pk}/").content.decode()
    assert (f"/exports/{export.pk}/file/" in page, "重新导出" in page) == (False, True)


def test_a_file_that_was_altered_on_the_disk_is_not_handed_out(signed_in, manager):
    export = exported.ready(manager)
    places.kept(export.kept).write_bytes(b"something else")
    assert signed_in.get(f"/exports/{export.pk}/file/").status_code == 409


def test_who_may_no_longer_see_the_list_gets_no_file(signed_in, manager):
    export = exported.ready(manager)
    User.objects.filter(pk=manager.pk).update(roles=["CLI"])
    assert signed_in.get(f"/exports/{export.pk}/file/").status_code == 403


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING, State.FAILED, State.CANCELLED])
def test_every_state_has_its_page_and_asks_again_only_while_something_moves(signed_in, manager, state):
    export = exported.waiting(manager)
    ended = None if state in (State.WAITING, State.RUNNING) else timezone.now()
    Export.objects.filter(pk=export.pk).update(state=state, total=200, done=50, ended_at=ended, sentence="查询超时。")
    page = signed_in.get(export.get_absolute_url())
    part = signed_in.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    words = page.content.decode()
    assert (page.status_code, part.status_code, 'id="export"' in part.content.decode()) == (200, 200, True)
    assert ("hx-get" in words, 'http-equiv="refresh"' in words) == ((ended is None),) * 2
    assert ("50" in words and "25%" in words) is (state == State.RUNNING)
    assert ("查询超时" in words) is (state == State.FAILED)
    assert signed_in.get("/exports/").status_code == 200


def test_the_own_exports_of_one_and_three_take_the_same_queries(signed_in, manager, django_assert_num_queries):
    exported.ready(manager)
    signed_in.get("/exports/")
    with django_assert_num_queries(4):
        signed_in.get("/exports/")
    exported.ready(manager), exported.ready(manager)
    with django_assert_num_queries(4):
        assert len(signed_in.get("/exports/").context["page"].rows) == 3


def test_nothing_exported_yet_says_where_to_begin(signed_in):
    assert "还没有导出过" in signed_in.get("/exports/").content.decode()


def test_cancelling_ends_it(signed_in, manager):
    export = exported.waiting(manager)
    assert signed_in.post(f"/exports/{export.pk}/cancel/").status_code == 302
    export.refresh_from_db()
    assert (export.state, len(of("cancel"))) == (State.CANCELLED, 1)
    assert signed_in.post(f"/exports/{export.pk}/cancel/").status_code == 409


# For programs


def test_a_program_asks_looks_and_fetches(signed_in, manager):
    body = {"source": "tickets", "kind": "csv", "query": "tab=all&state=closed", "columns": ["number"]}
    asked = signed_in.post("/api/v1/exports/", body, JSON)
    assert (asked.status_code, asked.json()["state"], asked.json()["asked"]) == (
        201, "waiting", {"tab": ["all"], "state": ["closed"]},
    )  # fmt: skip
    url = f"/api/v1/exports/{asked.json()['id']}/"
    assert signed_in.get(url).json()["done"] == 0
    assert signed_in.post(f"{url}cancel/").json()["state"] == "cancelled"
    export = exported.ready(manager)
    assert b"".join(signed_in.get(f"/api/v1/exports/{export.pk}/file/")) == b"content"
    listed = signed_in.get("/api/v1/exports/").json()["results"]
    assert [one["id"] for one in listed] == [export.pk, asked.json()["id"]]


@pytest.mark.parametrize("body", [{}, {"source": "nonsense", "kind": "csv"}, {"source": "tickets", "kind": "pdf"}])
def test_a_program_is_told_what_is_wrong(signed_in, body):
    assert signed_in.post("/api/v1/exports/", body, JSON).status_code == 422


def test_a_key_asks_once(signed_in):
    words = {"source": "tickets", "kind": "csv"}
    key = {"Idempotency-Key": "00000000-0000-0000-0000-00000000000b"}
    made = {signed_in.post("/api/v1/exports/", words, JSON, headers=key).json()["id"] for _ in range(2)}
    assert (len(made), Export.objects.count()) == (1, 1)


def test_reach_follows_roles_company_and_department(manager):
    marks = {jobs.reach_of(manager)}
    for field, value in (("roles", ["VND"]), ("vendor_id", 7), ("department_id", 7), ("sees_department", True)):
        setattr(manager, field, value)
        marks.add(jobs.reach_of(manager))
    assert len(marks) == 5
