"""Who sees which tickets, what the search finds, and the numbers over the queue's tabs."""

import pytest

from itsm.accounts.roles import ROLES
from tests import factories
from tests.tickets.stages import act, later
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

SEES_ALL = {"DSK", "PM", "CTO", "HIT", "HLD", "EXE"}
SEES_SYSTEMS = {"ENG", "INS", "PLT", "EXP"}
RELATIONS = ["reporter", "assignee", "primary_owner", "backup_owner", "vendor", "none"]


def reach(code: str) -> set[str]:
    """The relations that make a ticket visible to a role."""
    if code in SEES_ALL:
        return set(RELATIONS)
    wider = {"assignee", "primary_owner", "backup_owner"} if code in SEES_SYSTEMS else set()
    return {"reporter"} | wider | ({"vendor"} if code == "VND" else set())


def related(relation: str, person) -> Ticket:
    """A ticket that stands to the person in that relation only."""
    if relation == "reporter":
        return factories.ticket(reporter=person)
    if relation in ("primary_owner", "backup_owner"):
        return factories.ticket(system=factories.system(**{relation: person}))
    if relation == "vendor":
        return factories.ticket(system=factories.system(vendor=person.vendor))
    ticket = factories.ticket()
    if relation == "assignee":
        Ticket.objects.filter(pk=ticket.pk).update(assignee=person)
    return ticket


@pytest.mark.parametrize("code", ROLES)
def test_visible_to_reaches_as_far_as_the_role(hospital, code):
    person = factories.user(code, vendor=factories.vendor())
    tickets = {related(relation, person).pk: relation for relation in RELATIONS}
    visible = Ticket.objects.visible_to(person).values_list("pk", flat=True)
    assert {tickets[pk] for pk in visible} == reach(code)


def test_visible_to_of_two_roles_is_their_union(hospital):
    person = factories.user("VND", "INS", vendor=factories.vendor())
    tickets = {related(relation, person).pk: relation for relation in RELATIONS}
    visible = Ticket.objects.visible_to(person).values_list("pk", flat=True)
    assert {tickets[pk] for pk in visible} == set(RELATIONS) - {"none"}


def test_visible_to_a_vendors_contact_without_a_vendor_shows_no_ticket_without_vendor(hospital):
    factories.ticket()
    assert list(Ticket.objects.visible_to(factories.user("VND"))) == []


def test_visible_to_shows_a_ticket_once_though_reached_twice(hospital):
    person = factories.user("ENG")
    ticket = factories.ticket(reporter=person, system=factories.system(primary_owner=person))
    assert list(Ticket.objects.visible_to(person)) == [ticket]


# Search


@pytest.fixture
def printer(hospital) -> Ticket:
    ticket = factories.ticket(
        title="检验报告打印失败",
        description="护士站的 HP-1020 打印机卡纸，LIS 界面提示 Timeout。",
        reporter_name="采血窗口技师",
        location="门诊楼三层",
    )
    Ticket.objects.filter(pk=ticket.pk).update(solution="更换搓纸轮")
    factories.ticket(title="登录缓慢", description="早上八点最慢。", reporter_name="护士站")
    return ticket


@pytest.mark.parametrize(
    "words",
    [
        "打印",  # two characters
        "纸",  # one character
        "败",  # the last of a run
        "检",  # the first
        "印",  # in the middle
        "技师",  # the caller
        "三层",  # the place
        "搓纸",  # the solution
        "检验报告打印失败",  # the whole title
        "lis",  # Latin in lower case
        "LIS",
        "timeout",
        "hp-1020",
        "打印 采血",  # two words of two fields
        "卡纸 LIS 门诊",
        "的HP-1020打印机",  # Chinese, Latin and digits in one word
        "站的HP-1020打印",
        "打印，",  # with punctuation
        "GD20260924-0001",
        "gd20260924-0001",
        " GD20260924-0001 ",
    ],
)
def test_matching_finds_the_ticket(printer, words):
    assert list(Ticket.objects.matching(words)) == [printer]


@pytest.mark.parametrize(
    "words",
    [
        "失败护士",  # the end of the title and the beginning of the description
        "印打",  # turned round
        "打印 登录",  # two words of two tickets
        "打失",  # characters that do not stand together
        "GD20260924-9999",
        "HP-10",  # part of a Latin word
        "。。。",
    ],
)
def test_matching_finds_nothing(printer, words):
    assert list(Ticket.objects.matching(words)) == []


@pytest.mark.parametrize("words", ["", "  "])
def test_matching_without_words_narrows_nothing(printer, words):
    assert Ticket.objects.matching(words).count() == 2


@pytest.mark.parametrize("words", ["'", "& | !", "a:*", "\\", "%", "打印'; drop table x; --", "(" * 50, "1:1:1", "<->"])
def test_matching_of_strange_characters_is_answered(printer, words):
    assert Ticket.objects.matching(words).count() in (0, 1)


# States


def test_open_unassigned_and_overdue(desk):
    states = ("new", "accepted", "in_progress", "on_hold", "resolved", "closed", "cancelled")
    tickets = {desk.ticket(state).pk: state for state in states}

    def states_of(rows) -> list[str]:
        return [tickets[ticket.pk] for ticket in rows.order_by("pk")]

    found = (
        states_of(Ticket.objects.open()),
        states_of(Ticket.objects.unassigned()),
        states_of(Ticket.objects.overdue(later(31))),
        states_of(Ticket.objects.overdue(later(481))),
    )
    assert found == (
        ["new", "accepted", "in_progress", "on_hold"],
        ["new", "accepted"],
        ["new"],
        ["new", "accepted", "in_progress"],
    )


def test_counts_agree_with_the_lists_behind_them(desk):
    for state in ("new", "new", "accepted", "in_progress", "on_hold", "resolved", "closed", "cancelled"):
        desk.ticket(state)
    act("assign", desk.ticket(), by=desk.agent, at=later(5), assignee=desk.colleague)
    rows, at = Ticket.objects.all(), later(31)
    assert rows.counts(at, desk.engineer) == {
        "open": rows.open().count(),
        "unassigned": rows.unassigned().count(),
        "mine": 2,
        "overdue": rows.overdue(at).count(),
        "on_hold": 1,
    }


@pytest.mark.parametrize("sees, of_department, seen", [(True, True, True), (True, False, False), (False, True, False)])
def test_visible_to_reaches_the_own_department_where_granted(hospital, sees, of_department, seen):
    department = factories.department()
    head_nurse = factories.user("CLI", department=department, sees_department=sees)
    ticket = factories.ticket(department=department if of_department else factories.department())
    assert list(Ticket.objects.visible_to(head_nurse)) == ([ticket] if seen else [])


def test_visible_to_without_a_department_reaches_no_ticket(hospital):
    factories.ticket()
    assert list(Ticket.objects.visible_to(factories.user("CLI", sees_department=True))) == []
