"""Patient data in what only one kind has to say, in the work, in files' names and over the API: marked and masked."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.notifications.models import Message
from tests import factories
from tests.documents import makers
from tests.tickets.stages import PARTICULARS, act, later
from tests.tickets.test_privacy import HIDDEN_MOBILE, MASKED, MOBILE, SAID, SECRETS, signed_in
from tickets import conversation, revealing
from tickets.enums import Answer, Mode, Tool
from tickets.models import Check, RemoteLog, Ticket
from tickets.texts import BELOW, FREE_TEXT, UNMARKED
from tickets.texts import PARTICULARS as DETAILS
from tickets.work import Done, Remote, Reply

pytestmark = pytest.mark.django_db

ID = SECRETS[0]
SHORT = f"证件{ID}"
AS_OPENED = {
    "requirement": {"benefit": SAID},
    "policy_interface": {"document_number": SHORT, "issued_by": SHORT},
    "bug": {"found_in": SHORT, "steps": SAID},
    "data_correction": {"scope": SAID, "reason": SAID},
    "complaint": {"severity": "general"},
    "finding": {"level": "low", "round_reference": SHORT},
    "alert": {"source": SHORT, "fingerprint": SHORT},
}
TEXTS = {name for model in DETAILS for name in FREE_TEXT[model]}
OPENED_TEXTS = [(kind, name) for kind, said in AS_OPENED.items() for name in said if name in TEXTS]
REMOTE = Remote(Tool.DESKTOP, later(10), later(20), SAID)
# What is said on the way: state, verb, who, words.
SPOKEN: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("requirement", "evaluating", "plan", "engineer", {"evaluation": SAID}),
    ("policy_interface", "evaluating", "reject", "manager", {"reason": SAID}),
    ("bug", "in_progress", "resolve", "engineer", {"fixed_in": SHORT}),
    ("data_correction", "in_progress", "submit", "engineer", {"plan": SAID, "rollback": SAID}),
    ("complaint", "investigating", "conclude", "manager", {"conclusion": SAID}),
    ("incident", "in_progress", "resolve", "engineer", {"done": Done(Mode.REMOTE, remote=REMOTE)}),
]
NOT_APPLICABLE = {item: Reply(Answer.NOT_APPLICABLE, SAID) for item in ("permit", "protection", "signs")}


def leaked(client: Client, path: str) -> list[str]:
    response = client.get(path)
    text = response.content.decode() + str(response.headers)
    return [secret for secret in SECRETS if secret in text]


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


# The mark


def test_every_row_with_free_text_marks_its_ticket():
    tables = {Ticket._meta.get_field(name).related_model._meta.model_name for name in BELOW}
    assert {"ticket", *tables, *UNMARKED} == set(FREE_TEXT)


@pytest.mark.parametrize(
    "kind, name",
    [(kind, name) for kind, said in AS_OPENED.items() for name in said if name not in ("severity", "level")],
)
def test_opening_marks_for_each_particular(desk, kind, name):
    said = {**PARTICULARS[kind], name: SHORT}
    tickets = [desk.ticket(kind=kind, particulars=words) for words in (said, PARTICULARS[kind])]
    assert [fresh(ticket).has_patient_data for ticket in tickets] == [True, False]


@pytest.mark.parametrize("kind, state, verb, by, words", SPOKEN)
def test_what_a_verb_writes_below_the_ticket_marks_it(desk, kind, state, verb, by, words):
    ticket = desk.ticket(state, kind=kind)
    act(verb, ticket, by=getattr(desk, by), at=later(40), **words)
    assert fresh(ticket).has_patient_data is True


def test_a_reason_on_the_checklist_marks(desk):
    ticket = desk.ticket("in_progress", is_risky=True)
    act("secure", ticket, by=desk.engineer, at=later(40), replies=NOT_APPLICABLE)
    assert fresh(ticket).has_patient_data is True


def test_editing_a_particular_sets_and_lifts_the_mark(desk):
    ticket, marks = desk.ticket(kind="requirement"), []
    for version, text in enumerate((SAID, "少跑一趟"), start=1):
        changes = {"benefit": text}
        conversation.edit(ticket, by=desk.agent, at=later(9), version=version, changes=changes)
        marks.append(fresh(ticket).has_patient_data)
    assert marks == [True, False]


def test_another_kind_drops_the_particulars_and_their_mark(desk):
    ticket = desk.ticket(kind="requirement", particulars={"benefit": SAID})
    act("convert", ticket, by=desk.agent, at=later(9))
    assert fresh(ticket).has_patient_data is False


def test_the_migration_marks_what_was_there(desk):
    tickets = [desk.ticket(kind=kind, particulars=AS_OPENED[kind]) for kind in ("bug", "alert", "complaint")]
    remote = act(
        "resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(40), done=Done("remote", remote=REMOTE)
    )
    Ticket.objects.update(has_patient_data=False)
    RemoteLog.objects.update(has_patient_data=False)
    importlib.import_module("tickets.migrations.0009_marks").mark(apps, None)
    marks = [fresh(ticket).has_patient_data for ticket in (*tickets, remote)]
    assert (marks, RemoteLog.objects.get().has_patient_data) == ([True, True, False, True], True)


# What is shown


def spill(desk) -> list[Ticket]:
    """A ticket of every kind with patient data in every text of its own, and a file with it in its name."""
    system = factories.system(primary_owner=desk.engineer)
    tickets = [
        desk.ticket(
            *([state] if state else []),
            kind=kind,
            particulars=AS_OPENED.get(kind, {}),
            reporter=desk.clinician,
            system=system,
            title=SAID,
            reporter_phone=MOBILE,
        )
        for kind, state in {**dict.fromkeys(AS_OPENED, ""), **{row[0]: row[1] for row in SPOKEN}}.items()
    ]
    ways = {row[0]: row[2:] for row in SPOKEN}
    for ticket in tickets:
        if ticket.kind in ways:
            verb, by, words = ways[ticket.kind]
            act(verb, ticket, by=getattr(desk, by), at=later(40), **words)
    risky = desk.ticket("in_progress", is_risky=True, reporter=desk.clinician, system=system)
    act("secure", risky, by=desk.engineer, at=later(40), replies=NOT_APPLICABLE)
    attach(risky, desk.engineer)
    return [*tickets, risky]


def attach(ticket: Ticket, by) -> Any:
    upload = factories.upload(f"病人_{ID}.png", makers.picture())
    return factories.attachment(ticket, upload, by=by)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_and_no_answer_shows_it_to_any_role(desk, media, role):
    tickets = spill(desk)
    person = desk.clinician if role == "CLI" else factories.user(role)
    client = signed_in(person)
    callers = ["CTO", "DSK", "ENG", "EXP", "HIT", "PLT", "PM"]
    paths = ["/api/v1/tickets/", "/tickets/", "/inbox/", "/audit/"]
    for ticket in tickets:
        url = ticket.get_absolute_url()
        paths += [url, f"{url}edit/", f"/track/{ticket.token}/", f"/api/v1{url}", f"/api/v1{url}comments/"]
    told = {path: [one for one in leaked(client, path) if one != MOBILE or role not in callers] for path in paths}
    assert {path: secrets for path, secrets in told.items() if secrets} == {}


def test_the_pages_of_the_walk_show_what_they_mask(desk, media):
    client = signed_in(desk.manager)
    hidden, shown = ID[:3] + "*" * 11 + ID[-4:], []
    for ticket in spill(desk):
        section = "work" if ticket.kind == "incident" else "particulars"
        page = client.get(ticket.get_absolute_url()).content.decode()
        shown.append(hidden in page.split(f'id="{section}"')[1].split("</section>")[0])
    assert shown == [True] * (len(AS_OPENED) + 2)


def test_what_is_kept_for_good_holds_none_of_it(desk, media):
    spill(desk)
    kept = str(list(Event.objects.values())) + str(list(Message.objects.values()))
    assert [secret for secret in SECRETS if secret in kept] == []


def test_a_files_name_is_masked_where_it_is_said(desk, media, client):
    added = attach(desk.ticket(), desk.agent)
    stored = f"病人_{ID[:3]}{'*' * 11}{ID[-4:]}.png"
    client.force_login(desk.agent)
    response = client.get(f"{added.path}")
    b"".join(response)
    assert (str(added.file), ID in response["Content-Disposition"]) == (stored, False)


# The original


@pytest.mark.parametrize("kind, state, verb, by, words", SPOKEN)
def test_what_was_said_is_a_place_of_its_own(desk, kind, state, verb, by, words):
    ticket = desk.ticket(state, kind=kind)
    act(verb, ticket, by=getattr(desk, by), at=later(40), **words)
    said = {place.text for place in revealing.places(fresh(ticket))}
    assert said == {SHORT if "fixed_in" in words else SAID}


def test_a_particular_is_handed_out_with_its_reason_audited(desk):
    ticket = desk.ticket(kind="requirement", particulars={"benefit": SAID})
    place = revealing.reveal(ticket, by=desk.agent, at=later(20), what="detail-benefit", reason="核对")
    kept = Event.objects.about(ticket).last()
    assert (place.text, kept.verb, kept.detail["what"]) == (SAID, "tickets.reveal", "detail-benefit")


def test_another_tickets_checklist_is_no_place_of_this_one(desk):
    ticket, other = (desk.ticket("in_progress", is_risky=True) for _ in range(2))
    act("secure", other, by=desk.engineer, at=later(40), replies=NOT_APPLICABLE)
    places = [place.key for place in revealing.places(fresh(other))]
    assert (len(places), revealing.places(fresh(ticket))) == (3, [])
    assert places == [f"check-{pk}" for pk in Check.objects.order_by("pk").values_list("pk", flat=True)]


# Forms


def test_edit_offers_the_masked_particular_and_keeps_the_stored_one(desk):
    text = f"{SAID}\n第二行"
    ticket, client = desk.ticket(kind="requirement", particulars={"benefit": text}), signed_in(desk.agent)
    url = f"{ticket.get_absolute_url()}edit/"
    offered = client.get(url).context["sheet"]["benefit"].value()
    sent = {"title": ticket.title, "location": "三楼", "impact": "2", "urgency": "2", "version": "1"}
    client.post(url, {**sent, "detail-benefit": offered.replace("\n", "\r\n")})
    after = fresh(ticket)
    assert (offered, after.requirement.benefit, after.location) == (f"{MASKED}\n第二行", text, "三楼")


def test_a_plan_sent_back_is_offered_masked_and_stays_as_it_was(desk):
    ticket = desk.ticket("in_progress", kind="data_correction")
    act("submit", ticket, by=desk.engineer, at=later(20), plan=SAID, rollback=SAID)
    act("send_back", ticket, by=desk.hospital, at=later(30))
    client, url = signed_in(desk.engineer), ticket.get_absolute_url()
    page = client.get(url).content.decode()
    client.post(f"{url}submit/", {"plan": MASKED, "rollback": "按备份还原"})
    correction = fresh(ticket).datacorrection
    assert (ID in page, correction.plan, correction.rollback) == (False, SAID, "按备份还原")


def test_a_patch_of_one_field_keeps_the_stored_particulars(desk):
    ticket = desk.ticket(kind="requirement", particulars={"benefit": SAID}, title=SAID)
    client = signed_in(desk.agent)
    sent = {"location": "四楼", "version": ticket.version}
    response = client.patch(f"/api/v1{ticket.get_absolute_url()}", sent, "application/json")
    after = fresh(ticket)
    assert (response.status_code, response.json()["title"]) == (200, MASKED)
    assert (after.title, after.requirement.benefit, after.location) == (SAID, SAID, "四楼")


def test_who_registers_a_particular_with_patient_data_is_told(desk):
    sent = {"name": "护士", "phone": "2316", "description": "要报表", "impact": 3, "urgency": 2, "kind": "requirement"}
    more = {"department": factories.department().pk, "requirement-benefit": SAID}
    key = "5f2b7c1e-2d70-4c58-9a35-0f6ce4c1a001"
    page = signed_in(desk.agent).post("/tickets/new/", {**sent, **more, "key": key}, follow=True).content.decode()
    assert "疑似含患者信息（身份证号、手机号、患者就诊号）" in page


def test_a_reason_on_the_checklist_with_patient_data_is_told(desk):
    ticket = desk.ticket("in_progress", is_risky=True)
    words = {f"{item}{end}": value for item in NOT_APPLICABLE for end, value in (("", "na"), ("_reason", SHORT))}
    page = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}secure/", words, follow=True).content.decode()
    assert "疑似含患者信息（身份证号）" in page


def test_a_single_line_of_a_particular_is_looked_through_while_typing(desk):
    page = signed_in(desk.agent).get("/tickets/new/").context["sheets"].forms
    guarded = {
        name for form in page.values() for name, field in form.fields.items() if "data-guard" in field.widget.attrs
    }
    own = {name for model in DETAILS for name in FREE_TEXT[model]}
    assert guarded == own & {name for form in page.values() for name in form.fields}


# Over the API


@pytest.mark.parametrize("role, number", [("DSK", MOBILE), ("EXE", HIDDEN_MOBILE)])
def test_the_callers_number_over_the_api(desk, role, number):
    ticket = desk.ticket(reporter_phone=MOBILE)
    answer = signed_in(factories.user(role)).get(f"/api/v1{ticket.get_absolute_url()}")
    assert answer.json()["reporter_phone"] == number


def test_a_refusal_over_the_api_is_masked(desk):
    answer = signed_in(desk.agent).get(f"/api/v1/tickets/?priority={ID}")
    assert (answer.status_code, ID in answer.content.decode()) == (422, False)
