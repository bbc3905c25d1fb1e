"""The pages of the monthly reports, and who reads what of them."""

import io

import pytest
from django.test import Client
from docx import Document

from itsm.reports.monthly import canonical
from tests import factories
from tests.reports.monthly import made, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
PAGE = f"/reports/monthly/{made.MONTH}/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def client_of(role):
    return signed_in(factories.user(role))


def text(response):
    return response.content.decode()


# Who reads what


@pytest.mark.parametrize("role", ["ENG", "VND", "DSK", "CLI", "SYS", "SEC", "AUD"])
def test_reports_are_closed_to_others(role):
    made.edition("approved")
    client = client_of(role)
    paths = ("/reports/monthly/", PAGE, f"{PAGE}1/", f"{PAGE}1/report.docx", "/api/v1/reports/monthly/")
    assert [client.get(path).status_code for path in paths] == [403] * 5


@pytest.mark.parametrize(
    "state, readers",
    [
        ("draft", {"PM", "CTO"}),
        ("submitted", {"PM", "CTO", "HIT", "HLD"}),
        ("returned", {"PM", "CTO", "HIT", "HLD"}),
        ("approved", {"PM", "CTO", "HIT", "HLD", "EXE"}),
    ],
)
def test_edition_is_read_by_state(state, readers):
    made.edition(state)
    found = {role for role in ("PM", "CTO", "HIT", "HLD", "EXE") if client_of(role).get(f"{PAGE}1/").status_code == 200}
    assert found == readers


def test_report_before_the_submission_says_when_it_is_due():
    made.edition("draft")
    response = client_of("HLD").get(PAGE)
    assert (response.status_code, "尚未提交" in text(response)) == (200, True)


def test_returned_report_shows_the_hospital_what_was_sealed():
    edition = made.edition("returned", texts={"plan": "封存的计划"})
    edition.texts = {"plan": "正在改的计划"}
    edition.save()
    assert "封存的计划" in text(client_of("HLD").get(PAGE))
    assert "正在改的计划" in text(client_of("PM").get(PAGE))


def test_index_names_every_month_and_what_is_overdue():
    factories.work_calendar()
    made.edition("draft")
    page = text(client_of("HLD").get("/reports/monthly/"))
    assert ("2026年09月" in page or "2026年9月" in page, "逾期" in page, "起草月报" in page) == (True, True, False)


# Writing


def test_write_in_place_answers_with_the_section():
    made.edition("draft")
    client = client_of("PM")
    form = text(client.get(f"{PAGE}write/levels/", headers={"HX-Request": "true"}))
    assert form.lstrip().startswith("<form")
    words = {"text": told.WORDS, "version": canonical.digest("")}
    answer = client.post(f"{PAGE}write/levels/", words, headers={"HX-Request": "true"})
    assert (answer.status_code, told.WORDS in text(answer)) == (200, True)


def test_write_without_scripts_returns_to_the_report():
    made.edition("draft")
    words = {"text": told.WORDS, "version": canonical.digest("")}
    answer = client_of("PM").post(f"{PAGE}write/levels/", words)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_write_with_a_stale_version_shows_both_texts():
    edition = made.edition("draft")
    told.write(edition, factories.user("PM"), text="别人的文字")
    answer = client_of("PM").post(f"{PAGE}write/levels/", {"text": "我的文字", "version": canonical.digest("")})
    assert (answer.status_code, "别人的文字" in text(answer), "我的文字" in text(answer)) == (409, True, True)
    edition.refresh_from_db()
    assert edition.texts["levels"] == "别人的文字"


def test_write_masks_what_identifies_a_patient():
    edition = made.edition("draft")
    told.write(edition, factories.user("PM"), text="患者住院号00821547的申请未回传。")
    assert "00821547" not in text(client_of("PM").get(PAGE))


def test_return_without_a_reason_is_422():
    made.edition("submitted")
    assert client_of("HLD").post(f"{PAGE}return/", {"reason": ""}).status_code == 422


def test_draft_from_the_list_opens_the_report():
    factories.ticket()
    answer = client_of("PM").post("/reports/monthly/draft/", {"month": "2026-09"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "取数中" in text(client_of("PM").get(PAGE))


# Files


def test_docx_of_a_draft_says_that_it_is_one():
    made.edition("draft")
    word = Document(io.BytesIO(b"".join(client_of("PM").get(f"{PAGE}1/report.docx"))))
    assert "草稿，未提交" in word.sections[0].header.paragraphs[0].text
