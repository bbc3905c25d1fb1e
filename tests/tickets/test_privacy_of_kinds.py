"""Patient data in what only one kind says and in what is said about the work: marked, masked, kept as written."""

import pytest

from tests.tickets.stages import act, later
from tests.tickets.test_privacy import MASKED, SAID, leaked, signed_in
from tickets import revealing, work
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

BESIDE = [
    ("data_correction", {"scope": SAID, "reason": "重复计费"}),
    ("requirement", {"benefit": SAID}),
    ("bug", {"found_in": "5.2.1", "steps": SAID}),
    ("policy_interface", {"document_number": SAID, "issued_by": "国家医疗保障局"}),
    ("finding", {"level": "medium", "round_reference": SAID[:30]}),
]


@pytest.mark.parametrize("kind, particulars", BESIDE)
def test_particulars_with_patient_data_mark_and_are_shown_masked(desk, kind, particulars):
    ticket = Ticket.objects.get(pk=desk.ticket(kind=kind, particulars=particulars).pk)
    response = signed_in(desk.manager).get(ticket.get_absolute_url())
    edit = signed_in(desk.manager).get(f"{ticket.get_absolute_url()}edit/")
    assert (ticket.has_patient_data, leaked(response), leaked(edit)) == (True, [], [])
    assert [place.key.partition("-")[0] for place in revealing.places(ticket)] == ["detail"]


def test_saving_masked_particulars_keeps_the_original(desk):
    ticket = desk.ticket(kind="data_correction", particulars={"scope": SAID, "reason": "重复计费"})
    words = {
        "version": 1,
        "title": "改",
        "impact": 3,
        "urgency": 2,
        "detail-scope": MASKED,
        "detail-reason": "另一个原因",
    }
    response = signed_in(desk.manager).post(f"{ticket.get_absolute_url()}edit/", words)
    correction = Ticket.objects.get(pk=ticket.pk).datacorrection
    assert (response.status_code, correction.scope, correction.reason) == (302, SAID, "另一个原因")


def test_a_plan_that_was_sent_back_comes_masked_and_keeps_the_original(desk):
    ticket = act("submit", desk.ticket("in_progress", kind="data_correction"), by=desk.engineer, at=later(20),
                 plan=SAID, rollback="还原")  # fmt: skip
    ticket = act("send_back", ticket, by=desk.manager, at=later(30), reason="缺条件")
    client = signed_in(ticket.assignee)
    page = client.get(ticket.get_absolute_url())
    client.post(f"{ticket.get_absolute_url()}submit/", {"plan": MASKED, "rollback": "还原到昨天"})
    correction = Ticket.objects.get(pk=ticket.pk).datacorrection
    assert (leaked(page), correction.plan, correction.rollback) == ([], SAID, "还原到昨天")


def test_a_remote_log_with_patient_data_marks_and_is_shown_masked(desk):
    remote = work.Remote("desktop", later(10), later(20), SAID)
    ticket = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(30), solution="好了",
                 done=work.Done("remote", remote=remote))  # fmt: skip
    response = signed_in(desk.manager).get(ticket.get_absolute_url())
    assert (Ticket.objects.get(pk=ticket.pk).has_patient_data, leaked(response)) == (True, [])
    assert [place.text for place in revealing.places(ticket)] == [SAID]
