"""The golden October: every figure that the hospital's definitions give beforehand, by every way of asking."""

import re

import pytest
from django.urls import reverse

from itsm.reports import readings, words
from itsm.reports.kpis import Reading
from itsm.reports.scopes import Scope
from tests import factories
from tests.reports.golden import DRAWN_AT, EXPECTED, OCTOBER, shown
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PERIOD = "?period=2026-10"
# What each list opens, by the names of the hospital's table.
LISTS = {
    ("K1", "denominator"): {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T13"},
    ("K2", "numerator"): {"T1", "T2", "T4", "T5", "T7", "T8", "T13"},
    ("K4", "numerator"): {"T1", "T2", "T3", "T4", "T5", "T7", "T8"},
    ("K4", "denominator"): {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"},
    ("K6", "numerator"): {"T1", "T2", "T3", "T4", "T5", "T6", "T8"},
    ("K7", "numerator"): {"T3"},
    ("K8", "numerator"): {"T7"},
    ("K9", "denominator"): {"T13"},
    ("K9", "numerator"): set(),
    ("K10", "numerator"): {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"},
    ("K10", "denominator"): {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"},
    ("K11", "numerator"): {"T1", "T2", "T3", "T4", "T6", "T7"},
    ("K20", "numerator"): {"T12", "F2", "F3", "F4"},
}


@pytest.fixture
def client(client, october):
    client.force_login(october.manager)
    return client


def test_read_gives_every_figure(october):
    found = readings.read(OCTOBER, at=DRAWN_AT)
    said = {code: (found[code].numerator, found[code].denominator, str(found[code].value)) for code in EXPECTED}
    assert said == EXPECTED


@pytest.mark.parametrize("code, half", LISTS)
def test_records_are_the_tickets_of_the_table(october, code, half):
    found = readings.records(code, half, OCTOBER, at=DRAWN_AT, user=october.manager)
    assert set(found.values_list("number", flat=True)) == october.numbers(*LISTS[code, half])


def test_availability_of_the_platform_and_the_time_to_restore_it(october):
    platform = october.tickets["T1"].system_id
    found = readings.read(OCTOBER, at=DRAWN_AT, scope=Scope(system=platform))
    said = [(found[code].numerator, found[code].denominator, str(found[code].value)) for code in ("K12", "K13")]
    assert said == [((44_640 - 68) * 60, 44_640 * 60, "99.85"), (68 * 60, 1, "68.00")]


@pytest.mark.parametrize("code", ["K12", "K13"])
def test_an_outage_opens_its_ticket(october, code):
    found = readings.records(code, "numerator", OCTOBER, at=DRAWN_AT, user=october.manager)
    assert set(found.values_list("number", flat=True)) == october.numbers("T1")


def test_by_priority_gives_each_its_own(october):
    found = {key: figures for key, _name, figures in readings.by("priority", OCTOBER, at=DRAWN_AT)}
    said = {key: (figures["K2"].numerator, figures["K2"].denominator) for key, figures in found.items()}
    assert said == {"P1": (1, 1), "P2": (1, 2), "P3": (5, 6), "P4": (0, 0)}


def test_by_kind_speaks_of_each_kind(october):
    found = {key: figures["K4"] for key, _name, figures in readings.by("kind", OCTOBER, at=DRAWN_AT)}
    said = {key: (reading.numerator, reading.denominator) for key, reading in found.items()}
    assert said == {"incident": (7, 8), "request": (1, 1), "finding": (0, 4)}


def test_the_month_before_and_after_hold_nothing_of_october(october):
    months = [readings.read(period, at=DRAWN_AT) for period in (OCTOBER.previous(), OCTOBER.following())]
    assert [(found["N"].numerator, found["R"].numerator, found["K2"].value) for found in months] == [(0, 0, None)] * 2


# The page


def values_of(page: str) -> dict[str, str]:
    """The shown value of each figure."""
    rows = re.findall(r'<tr id="(\w+)">.*?<strong>([^<]*)</strong>', page, re.S)
    return dict(rows)


def test_the_page_shows_every_figure(client):
    values = values_of(client.get(reverse("reports:kpis") + PERIOD).content.decode())
    said = {code: values[code].split(" ")[0] for code in EXPECTED if code != "K7O"}
    assert said == {code: str(shown(code)) for code in EXPECTED if code != "K7O"}


def test_the_page_of_one_system_shows_its_own(client, october):
    system = october.tickets["T6"].system_id
    values = values_of(client.get(reverse("reports:kpis") + f"{PERIOD}&system={system}").content.decode())
    assert (values["K2"], values["K4"], values["N"]) == ("0.00 %", "0.00 %", "1")


@pytest.mark.parametrize("code, half", [("K4", "denominator"), ("K2", "numerator"), ("K10", "denominator")])
def test_a_figure_opens_its_tickets(client, october, code, half):
    page = client.get(reverse("reports:records", args=[code, half]) + PERIOD)
    assert {ticket.number for ticket in page.context["tickets"]} == october.numbers(*LISTS[code, half])


def test_a_vendors_contact_counts_and_opens_only_the_companys_tickets(client, october):
    vendor = factories.vendor()
    Ticket.objects.filter(pk=october.tickets["T13"].pk).update(vendor=vendor)
    client.force_login(factories.user("VND", vendor=vendor))
    values = values_of(client.get(reverse("reports:kpis") + PERIOD).content.decode())
    listed = client.get(reverse("reports:records", args=["K2", "denominator"]) + PERIOD).context["tickets"]
    assert (values["N"], values["K2"], {t.number for t in listed}) == ("1", "100.00 %", october.numbers("T13"))


@pytest.mark.parametrize("role", ["SYS", "SEC", "AUD", "CLI"])
def test_who_works_with_no_tickets_reads_no_figures(client, role):
    client.force_login(factories.user(role))
    addresses = [reverse("reports:kpis"), reverse("reports:records", args=["K2", "numerator"]), reverse("api:kpis")]
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]


@pytest.mark.parametrize("code", ["K12", "K13"])
def test_availability_opens_the_outages_that_it_is_counted_from(client, october, code):
    page = client.get(reverse("reports:records", args=[code, "denominator"]) + PERIOD)
    out = [(row.system_id, row.seconds) for row in page.context["outages"]]
    assert out == [(october.tickets["T1"].system_id, 68 * 60.0)]


def test_the_outages_behind_a_figure_are_those_that_the_reader_may_see(client):
    client.force_login(factories.user("VND", vendor=factories.vendor()))
    page = client.get(reverse("reports:records", args=["K12", "denominator"]) + PERIOD)
    assert list(page.context["outages"]) == []


def test_days_of_ones_own_choice_are_a_period(client):
    page = client.get(reverse("reports:kpis"), {"from": "2026-10-01", "to": "2026-10-15", "priority": "P3"})
    assert (page.context["period"].slug, page.context["asked"].kept) == ("2026-10-01..2026-10-15", {"priority": "P3"})


def test_days_the_wrong_way_round_are_refused(client):
    assert client.get(reverse("reports:kpis"), {"from": "2026-10-15", "to": "2026-10-01"}).status_code == 422


@pytest.mark.parametrize(
    "reading, shown",
    [
        (Reading("K12", 99_999, 100_000), "> 99.99 %"),
        (Reading("K12", 9_999, 10_000), "99.99 %"),
        (Reading("K12", 10_000, 10_000), "100.00 %"),
    ],
)
def test_only_the_whole_reads_as_the_whole(reading, shown):
    assert words.value(reading) == shown


@pytest.mark.parametrize("period", ["2026-13", "x", "2026-10-15..2026-10-01", "0000", "\x00"])
def test_a_period_that_is_none_is_refused_with_a_sentence(client, period):
    answers = [client.get(reverse(name), {"period": period}) for name in ("reports:kpis", "api:kpis")]
    assert [(answer.status_code, "2026-Q4" in answer.content.decode()) for answer in answers] == [(422, True)] * 2


@pytest.mark.parametrize("word", ["999999999", "99999999999999999999", "x", "-1", "\x00", "none", "P1' OR 1=1"])
@pytest.mark.parametrize("name", ["system", "priority", "engineer"])
def test_a_scope_that_makes_no_sense_finds_nothing(client, name, word):
    answer = client.get(reverse("api:kpis"), {"period": "2026-10", name: word})
    found = {figure["code"]: figure["numerator"] for figure in answer.json()["figures"]}
    assert (answer.status_code, found["N"] in (0, 14)) == (200, True)
    assert found["N"] == 0 or (name, word) == ("engineer", "none")


# The API


def test_the_api_gives_every_figure(client):
    answer = client.get(reverse("api:kpis") + PERIOD).json()
    found = {one["code"]: (one["numerator"], one["denominator"], one["value"]) for one in answer["figures"]}
    said = {code: found[code] for code in EXPECTED if code != "K7O"}
    assert said == {c: (n, d, float(value)) for c, (n, d, value) in EXPECTED.items() if c != "K7O"}


def test_the_api_gives_nothing_to_divide_by_as_null(client):
    answer = client.get(reverse("api:kpis") + "?period=2025-01").json()
    values = {one["value"] for one in answer["figures"] if one["unit"] != "count" and one["code"] != "K12"}
    assert values == {None}


def test_the_api_tells_figures_apart_by_a_dimension(client, october):
    answer = client.get(reverse("api:kpis_by", args=["system"]) + PERIOD).json()
    found = {group["key"]: {one["code"]: one for one in group["figures"]} for group in answer["groups"]}
    lis = found[str(october.tickets["T3"].system_id)]
    assert (lis["N"]["numerator"], lis["K7"]["value"], lis["K2"]["value"]) == (3, 50.0, 50.0)


def test_the_api_opens_the_tickets_behind_a_figure(client, october):
    answer = client.get(reverse("api:kpi_tickets", args=["K4", "denominator"]) + PERIOD).json()
    assert {one["number"] for one in answer["results"]} == october.numbers(*LISTS["K4", "denominator"])


@pytest.mark.parametrize("path", ["kpis/K99/numerator/", "kpis/K2/half/", "kpis/by/weather/"])
def test_what_there_is_not_is_not_found(client, path):
    assert client.get(f"/api/v1/reports/{path}").status_code == 404


# The late ticket


def test_a_ticket_entered_later_changes_the_month_by_one(october):
    with_late = factories.ticket(by=october.manager, moment=DRAWN_AT)
    Ticket.objects.filter(pk=with_late.pk).update(reported_at=OCTOBER.start_at)
    assert readings.read(OCTOBER, at=DRAWN_AT)["N"].numerator == EXPECTED["N"][0] + 1
