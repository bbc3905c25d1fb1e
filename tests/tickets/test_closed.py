"""Ended tickets: whatever the way, nothing said on them changes; a correction stands beside them."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from itsm.accounts.roles import ROLES
from itsm.errors import FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.tickets.stages import Desk, last_event, later, reporter, written
from tickets import closed, conversation, freezing, lifecycle
from tickets.enums import FINAL_STATES
from tickets.models import Comment, Correction, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
WORDS = {"field": "location", "should_be": "二楼", "reason": "登记有误"}


def correct(ticket, by, **words):
    return closed.correct(ticket, by=by, at=later(90), **{**WORDS, **words})


def refused(sql, *values):
    """Whether the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


# What is frozen


def test_every_column_of_a_ticket_is_declared_frozen_or_free():
    columns = sorted(field.column for field in Ticket._meta.concrete_fields)
    assert sorted((*freezing.FROZEN, *freezing.FREE)) == columns


def test_the_database_knows_every_final_state():
    assert sorted(set(FINAL_STATES) - set(freezing.FINAL)) == []


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_delete_of_an_ended_ticket_is_refused_by_the_database(state):
    ticket = Desk().ticket(state)
    assert refused("DELETE FROM tickets_ticket WHERE id = %s", ticket.pk)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
@pytest.mark.parametrize(
    "column, value",
    [
        ("title", "改过"),
        ("description", "改过"),
        ("solution", "改过"),
        ("priority", "P1"),
        ("system_id", None),
        ("reported_at", "2026-09-01 00:00+08"),
        ("resolved_at", "2026-09-30 00:00+08"),
        ("closed_at", "2026-09-30 00:00+08"),
        ("state", "rejected"),
    ],
)
def test_raw_update_of_an_ended_ticket_is_refused(state, column, value):
    ticket = Desk().ticket(state, system=factories.system())
    assert refused(f"UPDATE tickets_ticket SET {column} = %s WHERE id = %s", value, ticket.pk)


def test_orm_update_of_a_closed_ticket_is_refused():
    ticket = Desk().ticket("closed")
    with pytest.raises(DatabaseError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(title="改过")
    ticket.refresh_from_db()
    assert ticket.title == "打印机打不出检验报告"


def test_save_of_a_closed_ticket_with_another_solution_is_refused():
    ticket = Desk().ticket("closed")
    ticket.solution = "改过"
    with pytest.raises(DatabaseError), transaction.atomic():
        ticket.save()


def test_edit_of_a_closed_ticket_is_refused_by_the_verb():
    desk = Desk()
    ticket = desk.ticket("closed")
    before = written()
    with pytest.raises(TransitionRefused):
        conversation.edit(ticket, by=desk.manager, at=later(90), version=ticket.version, changes={"title": "改过"})
    assert written() == before


def test_an_open_ticket_is_updated():
    ticket = Desk().ticket("in_progress")
    assert not refused("UPDATE tickets_ticket SET title = 'x' WHERE id = %s", ticket.pk)


def test_reopening_lets_the_ticket_change_again():
    desk = Desk()
    ticket = lifecycle.reopen(desk.ticket("closed"), by=desk.agent, at=later(90), reason="又坏了")
    assert not refused("UPDATE tickets_ticket SET title = 'x' WHERE id = %s", ticket.pk)


def test_a_note_on_a_closed_ticket_is_taken():
    desk = Desk()
    conversation.note(desk.ticket("closed"), by=desk.engineer, at=later(90), body="补充")
    assert Comment.objects.count() == 1


def test_a_rating_is_given_once_and_stays():
    desk = Desk()
    ticket = desk.ticket("closed")
    conversation.rate(ticket, by=reporter(ticket), at=later(90), rating=5)
    assert refused("UPDATE tickets_ticket SET rating = 1 WHERE id = %s", ticket.pk)


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM tickets_comment WHERE ticket_id = %s", "UPDATE tickets_comment SET body = 'x' WHERE ticket_id = %s"],
)
def test_comments_of_an_ended_ticket_stay(sql):
    desk = Desk()
    ticket = desk.ticket("closed")
    conversation.note(ticket, by=desk.engineer, at=later(90), body="补充")
    assert refused(sql, ticket.pk)


def test_particulars_of_an_ended_ticket_stay():
    ticket = Desk().ticket("rejected", kind="requirement")
    assert refused("UPDATE tickets_requirement SET benefit = 'x' WHERE ticket_id = %s", ticket.pk)


# correct


def test_correct_keeps_the_original_and_says_what_it_should_be():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    made = correct(ticket, desk.manager)
    ticket.refresh_from_db()
    said = (made.field, made.was, made.should_be, made.reason, made.by, made.by_name, made.at)
    assert said == ("location", "三楼", "二楼", "登记有误", desk.manager, "项目经理", later(90))
    assert ticket.location == "三楼"


def test_correct_is_told_in_the_audit_log():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    correct(ticket, desk.manager)
    detail = {"changes": {"location": ["三楼", "二楼"]}, "reason": "登记有误"}
    assert last_event(ticket) == ("tickets.correct", "项目经理", later(90), detail)


def test_correct_again_begins_at_the_last_correction():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    correct(ticket, desk.manager)
    assert correct(ticket, desk.manager, should_be="一楼").was == "二楼"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_correct_is_the_project_managers(role):
    ticket, before = Desk().ticket("closed"), Correction.objects.count()
    if role == "PM":
        correct(ticket, factories.user(role))
    else:
        with pytest.raises(NotAllowed):
            correct(ticket, factories.user(role))
    assert Correction.objects.count() - before == (role == "PM")


@pytest.mark.parametrize("state", ["new", "in_progress", "resolved"])
def test_correct_of_a_ticket_that_has_not_ended_is_refused(state):
    desk = Desk()
    ticket = desk.ticket(state)
    with pytest.raises(TransitionRefused):
        correct(ticket, desk.manager)
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "words",
    [
        {"field": "state"},
        {"should_be": " "},
        {"reason": " "},
        {"field": "title", "should_be": "长" * 121},
        {"field": "resolved_at", "should_be": "昨天"},
        {"field": "resolved_at", "should_be": "2099-01-01 00:00"},
        {"field": "priority", "should_be": "P9"},
        {"field": "system", "should_be": "没有的系统"},
    ],
)
def test_correct_refuses_what_the_column_cannot_hold(words):
    desk = Desk()
    ticket = desk.ticket("closed")
    before = written()
    with pytest.raises(FieldsRefused):
        correct(ticket, desk.manager, **words)
    assert (written(), Correction.objects.count()) == (before, 0)


def test_correct_that_changes_nothing_is_refused():
    desk = Desk()
    ticket = desk.ticket("closed", location="二楼")
    with pytest.raises(RuleBroken):
        correct(ticket, desk.manager)
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "field, text, kept",
    [
        ("resolved_at", "2026-09-24T09:30", "2026-09-24 09:30"),
        ("priority", "P1", "P1 特急"),
        ("title", " 打印机卡纸 ", "打印机卡纸"),
    ],
)
def test_correct_keeps_the_words_that_the_column_would_show(field, text, kept):
    desk = Desk()
    made = correct(desk.ticket("closed"), desk.manager, field=field, should_be=text)
    assert made.should_be == kept


@pytest.mark.parametrize(
    "sql",
    ["UPDATE tickets_correction SET should_be = 'x'", "DELETE FROM tickets_correction"],
)
def test_a_correction_stays(sql):
    desk = Desk()
    correct(desk.ticket("closed"), desk.manager)
    assert refused(sql)


# Pages and the API


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_page_shows_the_correction_beside_the_original():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    correct(ticket, desk.manager)
    page = signed_in(desk.agent).get(ticket.get_absolute_url()).content.decode()
    assert "<del>三楼</del> → <ins>二楼</ins>" in page


def test_page_masks_patient_data_in_a_correction():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    correct(ticket, desk.manager, should_be="住院号00821547床旁")
    assert "00821547" not in signed_in(desk.agent).get(ticket.get_absolute_url()).content.decode()


def test_sending_a_wrong_moment_brings_the_form_back():
    desk = Desk()
    ticket = desk.ticket("closed")
    words = {"field": "closed_at", "should_be": "昨天", "reason": "登记有误"}
    answer = signed_in(desk.manager).post(f"{ticket.get_absolute_url()}correct/", words)
    assert (answer.status_code, "昨天" in answer.content.decode()) == (422, True)


def test_api_shows_the_correction():
    desk = Desk()
    ticket = desk.ticket("closed", location="三楼")
    correct(ticket, desk.manager)
    shown = signed_in(desk.agent).get(f"/api/v1/tickets/{ticket.number}/").json()
    assert [(c["field"], c["was"], c["should_be"]) for c in shown["corrections"]] == [("location", "三楼", "二楼")]
