"""The assessment on the screen: the way of a month through its pages, refusals beside what was typed, who sees what."""

from decimal import Decimal

import pytest
from django.urls import reverse

from itsm.accounts.models import User
from itsm.reports.assessment import lifecycle
from itsm.reports.assessment.models import Appeal, Assessment, Scheme
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def browse(client):
    """Open or send an address as a person."""

    def go(person: User, name: str, *args, send: dict | None = None, query: str = ""):
        client.force_login(person)
        address = reverse(f"assessments:{name}", args=args) + query
        return client.get(address) if send is None else client.post(address, send)

    return go


def said(response) -> str:
    return response.content.decode()


def test_month_from_scheme_to_seal(cast, browse):
    """Story: the scheme is drafted and published by two people; a month is drawn, appealed against and sealed."""
    assert browse(cast.staff, "draft", send={}).status_code == 302
    scheme = Scheme.objects.get()
    assert "100.00 / 100" in said(browse(cast.staff, "scheme", scheme.number))
    publishing = {"month": "2026-09", "note": "首次发布"}
    assert browse(cast.staff, "publish", scheme.number, send=publishing).status_code == 403
    assert browse(cast.head, "publish", scheme.number, send=publishing).status_code == 302
    assert browse(cast.staff, "draw", send={"month": "2026-09", "vendor": ""}).status_code == 302
    one = Assessment.objects.get()
    rule = scheme.rules.get(code="D09")
    charged = {"rule": rule.pk, "reason": "值班人员脱岗", "version": one.version}
    assert browse(cast.staff, "charge", one.pk, send=charged).status_code == 302
    assert browse(cast.manager, "assessment", one.pk).status_code == 404  # a draft is the hospital's
    assert browse(cast.staff, "submit", one.pk, send={}).status_code == 302
    deduction = one.deductions.get()
    page = said(browse(cast.manager, "assessment", one.pk))
    assert f"/deductions/{deduction.pk}/appeal/" in page
    appeal = {"grounds": "已办理换班手续"}
    assert browse(cast.manager, "appeal", one.pk, deduction.pk, send=appeal).status_code == 302
    assert browse(cast.head, "confirm", one.pk, send={}).status_code == 409
    made_appeal = Appeal.objects.get()
    decided = {"decision": "upheld", "points": "0.5", "reason": "换班手续属实，未交接"}
    assert browse(cast.head, "decide", one.pk, made_appeal.pk, send=decided).status_code == 302
    assert browse(cast.head, "confirm", one.pk, send={}).status_code == 302
    one.refresh_from_db()
    assert one.is_confirmed
    assert one.deducted == Decimal("0.50")
    assert one.sha256[:12] in said(browse(cast.manager, "assessment", one.pk))


def test_draw_of_month_not_over_keeps_choice(cast, browse):
    made.scheme()
    response = browse(cast.staff, "draw", send={"month": "2099-01"})
    assert response.status_code == 422
    assert "月份结束后才能考核" in said(response)
    assert 'value="2099-01"' in said(response)


def test_charge_of_unknown_ticket_keeps_words(cast, browse):
    one = made.drawn(cast)
    rule = one.scheme.rules.get(code="D09")
    sent = {"rule": rule.pk, "number": "GD20260901-9999", "reason": "值班人员脱岗"}
    response = browse(cast.staff, "charge", one.pk, send=sent)
    assert response.status_code == 422
    assert "值班人员脱岗" in said(response)
    assert not one.deductions.exists()


def test_stale_charge_is_409_and_keeps_words(cast, browse):
    one = made.drawn(cast)
    seen = one.version
    made.charged(cast, one)
    sent = {"rule": one.scheme.rules.get(code="D09").pk, "reason": "未交接班", "version": seen}
    response = browse(cast.staff, "charge", one.pk, send=sent)
    assert response.status_code == 409
    assert "未交接班" in said(response)


def test_appeal_against_what_the_month_does_not_hold_is_404(cast, browse):
    one = made.submitted(cast)
    other = made.charged(cast, made.drawn(cast, vendor=cast.vendor))
    assert browse(cast.manager, "appeal", one.pk, other.pk).status_code == 404
    assert browse(cast.manager, "appeal_item", one.pk, "K99").status_code == 404


def test_vendor_reads_own_company_alone(cast, browse):
    whole, own = made.submitted(cast), made.drawn(cast, vendor=cast.vendor)
    assert browse(cast.contact, "assessment", whole.pk).status_code == 404
    assert browse(cast.contact, "assessment", own.pk).status_code == 404
    lifecycle.submit(own, by=cast.staff, at=made.AT)
    assert browse(cast.contact, "assessment", own.pk).status_code == 200
    page = said(browse(cast.contact, "index"))
    assert own.get_absolute_url() in page
    assert whole.get_absolute_url() not in page


def test_list_is_narrowed_by_who_is_assessed(cast, browse):
    whole, own = made.submitted(cast), made.submitted(cast, vendor=cast.vendor)
    page = said(browse(cast.head, "index", query=f"?whose={cast.vendor.pk}"))
    assert f'class="title" href="{own.get_absolute_url()}"' in page
    assert f'class="title" href="{whole.get_absolute_url()}"' not in page
    assert browse(cast.head, "index", query="?whose=nobody").status_code == 200


@pytest.mark.parametrize("name, most", [("index", 14), ("assessment", 18)])
def test_queries_do_not_grow(cast, browse, django_assert_max_num_queries, name, most):
    one = made.submitted(cast)
    for number in range(3):
        vendor = factories.vendor(name=f"厂商{number}")
        made.submitted(cast, vendor=vendor)
    args = [one.pk] if name == "assessment" else []
    browse(cast.head, name, *args)
    with django_assert_max_num_queries(most):
        browse(cast.head, name, *args)


# The scheme


def test_row_is_changed_and_fault_is_named(cast, browse):
    browse(cast.staff, "draft", send={})
    scheme = Scheme.objects.get()
    item = scheme.items.get(code="K2")
    sent = {"code": "K2", "weight": "12", "goal": "96", "loss": "1", "seen": scheme.version}
    assert browse(cast.staff, "part", scheme.number, "item", item.pk, send=sent).status_code == 302
    page = said(browse(cast.head, "scheme", scheme.number))
    assert "102.00" in page
    published = browse(cast.head, "publish", scheme.number, send={"month": "2026-09", "note": "调整"})
    assert published.status_code == 422


def test_stale_row_is_409_and_keeps_what_was_typed(cast, browse):
    browse(cast.staff, "draft", send={})
    scheme = Scheme.objects.get()
    item = scheme.items.get(code="K2")
    sent = {"code": "K2", "weight": "12", "goal": "96", "loss": "1", "seen": scheme.version}
    browse(cast.staff, "part", scheme.number, "item", item.pk, send=sent)
    response = browse(cast.staff, "part", scheme.number, "item", item.pk, send={**sent, "weight": "13"})
    assert response.status_code == 409
    assert 'value="13"' in said(response)


@pytest.mark.parametrize(
    "part, words",
    [
        ("item", {"code": "K5", "weight": "1", "goal": "60", "loss": "0.1"}),
        ("band", {"name": "警示", "floor": "60", "colour": "red"}),
        ("rule", {"code": "D10", "name": "擅自变更", "source": "manual", "points": "2", "cap": "4", "amount": "500"}),
    ],
)
def test_row_is_added_and_removed(cast, browse, part, words):
    browse(cast.staff, "draft", send={})
    scheme = Scheme.objects.get()
    rows = {"item": scheme.items, "band": scheme.bands, "rule": scheme.rules}[part]
    before = rows.count()
    assert browse(cast.staff, "part_new", scheme.number, part, send=words).status_code == 302
    assert rows.count() == before + 1
    last = rows.order_by("-pk").first()
    assert browse(cast.staff, "part_remove", scheme.number, part, last.pk, send={}).status_code == 302
    assert rows.count() == before


def test_unknown_part_is_404(cast, browse):
    browse(cast.staff, "draft", send={})
    assert browse(cast.staff, "part_new", Scheme.objects.get().number, "nonsense").status_code == 404


def test_discard_leaves_published(cast, browse):
    made.scheme()
    browse(cast.staff, "draft", send={})
    assert browse(cast.staff, "discard", 2, send={}).status_code == 302
    assert list(Scheme.objects.values_list("number", flat=True)) == [1]


# The ranking


@pytest.mark.parametrize("of", ["vendor", "system"])
def test_ranking_opens_with_points_and_ways_on(cast, browse, of):
    made.scheme()
    page = said(browse(cast.head, "ranking", query=f"?of={of}&period=2026-09"))
    assert 'aria-current="page"' in page
    assert browse(cast.contact, "ranking").status_code == 403


def test_ranking_without_scheme_says_so(cast, browse):
    assert "没有已发布的考核方案" in said(browse(cast.head, "ranking", query="?period=2026-09"))


def test_ranking_of_nonsense_is_422(cast, browse):
    assert browse(cast.head, "ranking", query="?period=nonsense").status_code == 422
