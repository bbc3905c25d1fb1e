"""Opening, changing and closing accounts, and granting roles: who may, what is refused, what is written."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from itsm.accounts import people
from itsm.accounts.enums import Scope
from itsm.accounts.models import User
from itsm.accounts.roles import ROLES, SEPARATED, check_roles, scopes_of
from itsm.audit.models import Event
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.accounts.signing import acts

pytestmark = pytest.mark.django_db
NOW = factories.at("2026-10-14 09:00")
WIDE = sorted(code for code in ROLES if scopes_of([code]) != {Scope.OWN})


def grant(person: User, roles: list[str], *, by: User | None = None, sees_department: bool = False) -> User:
    return people.grant(
        person,
        by=by or factories.user("SEC"),
        at=NOW,
        roles=roles,
        sees_department=sees_department,
        reason="调岗",
    )


def close(person: User, *, by: User | None = None, left_on=None) -> User:
    return people.deactivate(person, by=by or factories.user("SYS"), at=NOW, left_on=left_on, reason="离职")


def verbs(person: User) -> dict[str, object]:
    return {
        "create": lambda by: people.create(by=by, at=NOW, work_number="fresh", name="新人"),
        "edit": lambda by: people.edit(person, by=by, at=NOW, version=1, name="新名"),
        "deactivate": lambda by: close(person, by=by),
        "restore": lambda by: people.restore(person, by=by, at=NOW, reason="返聘"),
        "grant": lambda by: grant(person, ["CLI"], by=by),
    }


MAY = {"create": "SYS", "edit": "SYS", "deactivate": "SYS", "restore": "SYS", "grant": "SEC"}


@pytest.mark.parametrize("verb", list(MAY))
def test_only_one_role_may(verb):
    allowed = []
    for role in ROLES:
        person = factories.user("ENG", is_active=verb != "restore")
        with transaction.atomic():
            try:
                verbs(person)[verb](factories.user(role))
                allowed.append(role)
            except NotAllowed:
                pass
            transaction.set_rollback(True)
    assert allowed == [MAY[verb]]


@pytest.mark.parametrize("verb, role", [("deactivate", "SYS"), ("restore", "SYS"), ("grant", "SEC")])
def test_nobody_does_it_to_the_own_account(verb, role):
    person = factories.user(role)
    factories.user(role)
    with pytest.raises(NotAllowed):
        verbs(person)[verb](person)


def test_create_opens_an_account_with_the_first_role_and_a_temporary_password():
    person, password = people.create(by=factories.user("SYS"), at=NOW, work_number="g1001", name="单晓明")
    assert (person.roles, person.must_change_password, person.check_password(password), person.initials) == (
        ["CLI"],
        True,
        True,
        "sxm",
    )


def test_create_is_audited_without_the_password():
    _person, password = people.create(by=factories.user("SYS"), at=NOW, work_number="g1001", name="单晓明")
    event = Event.objects.get(verb="accounts.create")
    assert (event.object_label, event.detail["after"]["name"], password in str(event.detail)) == (
        "g1001",
        "单晓明",
        False,
    )


def test_create_of_a_taken_number_is_refused():
    factories.user(work_number="g1001")
    with pytest.raises(ValidationError):
        people.create(by=factories.user("SYS"), at=NOW, work_number="g1001", name="单晓明")


def test_edit_writes_before_and_after_of_what_changed():
    person, system = factories.user("ENG", name="甲", phone="1"), factories.user("SYS")
    people.edit(person, by=system, at=NOW, version=1, name="甲", phone="2")
    detail = Event.objects.get(verb="accounts.edit").detail
    assert detail == {"before": {"phone": "1"}, "after": {"phone": "2"}}


def test_edit_of_a_stale_page_is_refused_and_writes_nothing():
    person, system = factories.user("ENG", name="甲"), factories.user("SYS")
    people.edit(person, by=system, at=NOW, version=1, name="乙")
    with pytest.raises(Conflict):
        people.edit(person, by=system, at=NOW, version=1, name="丙")
    person.refresh_from_db()
    assert (person.name, len(acts("edit"))) == ("乙", 1)


def test_grant_writes_before_after_and_reason():
    person = factories.user("CLI", department=factories.department())
    grant(person, ["DSK", "CLI"], sees_department=True)
    person.refresh_from_db()
    detail = Event.objects.get(verb="accounts.grant").detail
    assert (person.roles, detail) == (
        ["CLI", "DSK"],
        {
            "before": {"roles": ["CLI"], "sees_department": False},
            "after": {"roles": ["CLI", "DSK"], "sees_department": True},
            "reason": "调岗",
        },
    )


@pytest.mark.parametrize("one", sorted(SEPARATED))
@pytest.mark.parametrize("other", sorted(ROLES))
def test_an_administrator_holds_no_other_office(one, other):
    person = factories.user("CLI")
    allowed = other == one or other not in {*SEPARATED, *WIDE}
    if allowed:
        assert set(grant(person, [one, other]).roles) == {one, other}
        return
    with pytest.raises(RuleBroken):
        grant(person, [one, other])
    person.refresh_from_db()
    assert (person.roles, acts("grant")) == (["CLI"], [])


@pytest.mark.parametrize("one", sorted(SEPARATED))
def test_an_administrator_sees_no_department(one):
    with pytest.raises(RuleBroken):
        grant(factories.user("CLI", department=factories.department()), [one], sees_department=True)


def test_department_sight_needs_a_department():
    with pytest.raises(RuleBroken):
        grant(factories.user("CLI"), ["CLI"], sees_department=True)


def test_grant_of_an_unknown_role_is_refused():
    with pytest.raises(RuleBroken):
        grant(factories.user("CLI"), ["CLI", "XXX"])


@pytest.mark.parametrize("roles", [["SYS", "SEC"], ["SYS", "AUD"], ["SEC", "AUD"], ["AUD", "CLI", "SEC"]])
def test_the_database_refuses_two_of_the_three_in_one_person(roles):
    person = factories.user("CLI")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(roles=roles)


def test_the_database_refuses_department_sight_of_an_administrator():
    person = factories.user("AUD")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(sees_department=True)


def test_check_roles_lets_ordinary_roles_combine():
    assert check_roles(["PM", "DSK", "ENG"], sees_department=True) is None


@pytest.mark.parametrize("verb", ["deactivate", "grant"])
def test_the_last_administrator_stays(verb):
    only = factories.user("AUD")
    with pytest.raises(RuleBroken):
        close(only) if verb == "deactivate" else grant(only, ["CLI"])
    only.refresh_from_db()
    assert (only.is_active, only.roles) == (True, ["AUD"])


def test_one_of_two_administrators_may_go():
    one, _other = factories.user("AUD"), factories.user("AUD")
    assert close(one).is_active is False


@pytest.mark.parametrize("days, is_active", [(-1, False), (0, True), (30, True)])
def test_deactivate_with_a_last_day_closes_after_it(days, is_active):
    last = timezone.localdate(NOW) + timedelta(days=days)
    person = close(factories.user("ENG"), left_on=last)
    assert (person.is_active, person.left_on) == (is_active, last)


def test_deactivate_of_a_closed_account_is_refused():
    person = close(factories.user("ENG"))
    with pytest.raises(TransitionRefused):
        close(person)


def test_restore_opens_without_an_end_and_asks_for_a_new_password():
    person = close(factories.user("ENG"), left_on=timezone.localdate(NOW) - timedelta(days=1))
    person = people.restore(person, by=factories.user("SYS"), at=NOW, reason="返聘")
    assert (person.is_active, person.left_on, person.must_change_password, person.enabled_at) == (
        True,
        None,
        True,
        NOW,
    )


def test_restore_of_an_open_account_is_refused():
    with pytest.raises(TransitionRefused):
        people.restore(factories.user("ENG"), by=factories.user("SYS"), at=NOW, reason="x")


def idle(days: int, **columns) -> User:
    """Somebody who joined long ago and signed in so many days ago."""
    person = factories.user("ENG")
    User.objects.filter(pk=person.pk).update(
        joined_at=NOW - timedelta(days=500), last_login=NOW - timedelta(days=days), **columns
    )
    return person


def test_close_due_closes_who_left_and_who_is_idle(settings):
    settings.IDLE_ACCOUNT_DAYS = 90
    today = timezone.localdate(NOW)
    left, last_day = factories.user("ENG", left_on=today - timedelta(days=1)), factories.user("ENG", left_on=today)
    User.objects.filter(pk__in=[left.pk, last_day.pk]).update(joined_at=NOW)
    old, fresh = idle(91), idle(90)
    reopened = idle(200, enabled_at=NOW - timedelta(days=5))
    closed = people.close_due(at=NOW)
    assert {person.pk for person in closed} == {left.pk, old.pk}
    assert {last_day.pk, fresh.pk, reopened.pk} <= set(User.objects.open(today).values_list("pk", flat=True))


def test_close_due_keeps_the_last_administrator(settings):
    settings.IDLE_ACCOUNT_DAYS = 90
    person = idle(400, roles=["SYS"])
    people.close_due(at=NOW)
    person.refresh_from_db()
    assert person.is_active


def test_close_due_twice_closes_once(settings):
    settings.IDLE_ACCOUNT_DAYS = 90
    person = idle(91)
    people.close_due(at=NOW)
    assert (people.close_due(at=NOW), acts("deactivate")) == ([], [(person.work_number, "done")])


def test_close_due_is_off_at_zero_days(settings):
    settings.IDLE_ACCOUNT_DAYS = 0
    idle(900)
    assert people.close_due(at=NOW) == []


def test_create_administrators_opens_each_office_once(capsys):
    call_command("create_administrators")
    call_command("create_administrators")
    offices = list(User.objects.order_by("work_number").values_list("work_number", "roles", "must_change_password"))
    lines = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert (offices, lines) == (
        [("auditor", ["AUD"], True), ("secadmin", ["SEC"], True), ("sysadmin", ["SYS"], True)],
        ["sysadmin", "secadmin", "auditor"],
    )


def test_reset_password_on_the_server_opens_an_administrators_account(capsys):
    person = factories.user("SEC", is_active=False)
    call_command("reset_password", person.work_number)
    person.refresh_from_db()
    assert (person.is_active, person.check_password(capsys.readouterr().out.strip())) == (True, True)
