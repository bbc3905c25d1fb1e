"""The public form under load: honest wards pass, floods are slowed, and nothing typed is lost."""

import re
import uuid

import pytest
from django.conf import settings
from django.test import Client

from itsm.limits.models import Bucket
from itsm.limits.rates import Rate
from tests import factories
from tests.tickets.stages import Desk
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _allowances(settings):
    settings.LIMITS = {
        "address": Rate(120, 40), "bare": Rate(12, 6), "device": Rate(12, 5), "department": Rate(60, 20),
        "user": Rate(240, 60), "guesses": Rate(60, 20),
    }  # fmt: skip


@pytest.fixture
def wards(hospital) -> list[int]:
    return [factories.department().pk for _ in range(10)]


def fields(ward: int) -> dict:
    return {
        "name": "值班护士", "phone": "2316", "department": ward, "description": "三楼打印机卡纸。",
        "impact": "3", "urgency": "2", "key": str(uuid.uuid4()),
    }  # fmt: skip


def device(address: str = "10.0.0.1") -> Client:
    """A device that has opened the form."""
    client = Client(REMOTE_ADDR=address)
    client.get("/report/")
    return client


def statuses(posts: list[tuple[Client, int]]) -> list[int]:
    return [client.post("/report/", fields(ward)).status_code for client, ward in posts]


def test_forty_nurses_behind_one_address_all_pass(wards):
    assert statuses([(device(), wards[n % 10]) for n in range(40)]) == [302] * 40


def test_a_flood_from_one_device_is_slowed_to_its_burst(wards):
    client = device()
    assert statuses([(client, wards[n % 10]) for n in range(100)]).count(302) == 5


def test_a_flood_from_one_device_takes_nothing_from_its_ward(wards):
    flooder = device()
    statuses([(flooder, wards[0])] * 60)
    assert statuses([(device(), wards[0]) for _ in range(10)]) == [302] * 10


def test_a_flood_that_changes_cookies_is_caught_by_the_department(wards):
    assert statuses([(device(), wards[0]) for _ in range(50)]).count(302) == 20


def test_a_flood_that_changes_cookies_and_departments_is_caught_by_the_address(wards):
    assert statuses([(device(), wards[n % 10]) for n in range(60)]).count(302) == 40


def test_a_flood_without_cookies_is_caught_sooner(wards):
    assert statuses([(Client(), wards[n % 10]) for n in range(30)]).count(302) == 6


def test_a_forged_cookie_counts_as_none(wards):
    def forged() -> Client:
        client = Client()
        client.cookies["device"] = f"{uuid.uuid4().hex}:made:up"
        return client

    assert statuses([(forged(), wards[n % 10]) for n in range(30)]).count(302) == 6


def test_staff_are_counted_by_person(wards):
    nurses = [Client() for _ in range(2)]
    for nurse in nurses:
        nurse.force_login(factories.user("CLI"))
    assert statuses([(nurses[n % 2], wards[0]) for n in range(50)]) == [302] * 50
    assert {int(tokens) for tokens in Bucket.objects.values_list("tokens", flat=True)} == {60 - 25}


def test_the_refused_form_comes_back_filled_with_the_phone_and_the_wait(wards, settings):
    settings.DESK_PHONE = "8120"
    client, sent = device(), fields(wards[0])
    statuses([(client, wards[0])] * 5)
    response = client.post("/report/", {**sent, "location": "护士站东侧"})
    page = response.content.decode()
    assert (response.status_code, int(response["Retry-After"]) > 200) == (429, True)
    assert [word in page for word in ("三楼打印机卡纸。", "护士站东侧", sent["key"], "8120")] == [True] * 4
    assert Ticket.objects.count() == 5


def test_a_saved_report_that_is_sent_again_comes_to_its_receipt_even_when_refused(wards):
    client, sent = device(), fields(wards[0])
    first = client.post("/report/", sent)
    statuses([(client, wards[0])] * 10)
    again = client.post("/report/", sent)
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_wrong_input_is_not_counted(wards):
    client = device()
    for _ in range(20):
        client.post("/report/", {**fields(wards[0]), "name": ""})
    assert Bucket.objects.count() == 0


def test_the_device_cookie_is_signed_and_closed_to_scripts_and_other_sites(hospital):
    client = Client()
    cookie = client.get("/report/").cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", settings.BEHIND_TLS)
    assert "device" not in client.get("/report/").cookies


@pytest.mark.parametrize(
    "is_behind, forwarded, counted",
    [(True, "1.1.1.1, 10.9.9.9", "10.9.9.9"), (True, "", "10.0.0.1"), (False, "10.9.9.9", "10.0.0.1")],
)
def test_the_address_is_the_proxys_word_only_behind_a_proxy(wards, settings, is_behind, forwarded, counted):
    settings.BEHIND_PROXY = is_behind
    device().post("/report/", fields(wards[0]), headers={"X-Forwarded-For": forwarded})
    assert Bucket.objects.filter(pk=f"report:address:{counted}").exists()


# The tracking pages


@pytest.fixture
def desk(hospital) -> Desk:
    return Desk()


@pytest.mark.parametrize("path", ["/track/{}/", "/report/{}/"])
def test_wrong_malformed_and_missing_tokens_read_the_same(desk, path):
    tokens = ["a" * 22, "x", "中文", "x" * 500, desk.ticket().token[:-1], "GD20260924-0001", "a%20b"]
    answers = [Client().get(path.format(token)) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(rb'data-now="\d+"', b"", answer.content) for answer in answers}) == 1


def test_wrong_and_malformed_tokens_take_the_same_queries(desk, django_assert_num_queries):
    for token in ("a" * 22, "x"):
        with django_assert_num_queries(5):  # the limit, the ticket, and the count within its savepoint
            Client().get(f"/track/{token}/")


def test_who_guesses_too_often_waits_and_others_do_not(desk):
    ticket = desk.ticket()
    guesser, ward = Client(), device()
    answers = [guesser.get(f"/track/{n:022d}/").status_code for n in range(30)]
    assert (answers, guesser.get(ticket.track_path).status_code) == ([404] * 20 + [429] * 10, 429)
    elsewhere = Client(REMOTE_ADDR="10.0.0.2")
    assert [client.get(ticket.track_path).status_code for client in (ward, elsewhere)] == [200, 200]


def test_looking_at_the_own_ticket_is_not_counted(desk):
    ticket = desk.ticket()
    assert {Client().get(ticket.track_path).status_code for _ in range(30)} == {200}
    assert Bucket.objects.count() == 0


def test_a_flood_of_replies_is_slowed_and_writes_no_audit_row(desk):
    from itsm.audit.models import Event

    ticket, client = desk.ticket("in_progress"), device()
    answers = [client.post(f"{ticket.track_path}reply/", {"body": f"第{n}次"}) for n in range(12)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 7
    assert "Retry-After" in answers[-1]
    assert (ticket.comments.count(), Event.objects.filter(outcome="refused").count()) == (5, 0)
