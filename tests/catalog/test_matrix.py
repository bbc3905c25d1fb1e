"""The priority matrix: one grid, changed as a whole."""

import pytest

from itsm.audit.models import Event
from itsm.catalog import matrix
from itsm.catalog.models import PriorityRule
from itsm.errors import Conflict, FieldsRefused, NotAllowed
from tests import factories

NOW = factories.at("2026-10-14 09:00")
ADDRESS = "/catalog/priorities/"


def sent(rules: matrix.Rules, **more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {"seen": matrix.mark(matrix.stored()), **{matrix.name(*cell): rules[cell] for cell in rules}, **more}


def altered() -> matrix.Rules:
    return {**matrix.stored(), (3, 3): "P3"}


def test_oddities_name_a_worse_cell_below_a_milder_one():
    rules = dict.fromkeys(matrix.CELLS, "P3") | {(1, 1): "P4"}
    assert list(matrix.oddities(rules)) == [((1, 1), (2, 1)), ((1, 1), (1, 2))]


def test_oddities_of_the_default_matrix_are_none(hospital):
    assert list(matrix.oddities(matrix.stored())) == []


def test_change_writes_the_cells_and_one_audit_event(hospital):
    manager = factories.user("PM")
    matrix.change(altered(), seen=matrix.mark(matrix.stored()), by=manager, at=NOW)
    assert PriorityRule.objects.get(impact=3, urgency=3).priority == "P3"
    event = Event.objects.get()
    assert (event.verb, event.detail) == ("catalog.change_matrix", {"changes": {"cell_3_3": ["P4", "P3"]}})


def test_change_by_the_desk_is_refused(hospital):
    with pytest.raises(NotAllowed):
        matrix.change(altered(), seen=matrix.mark(matrix.stored()), by=factories.user("DSK"), at=NOW)


def test_stale_change_is_refused_and_writes_nothing(hospital):
    with pytest.raises(Conflict):
        matrix.change(altered(), seen="P1" * 9, by=factories.user("PM"), at=NOW)
    assert (matrix.stored()[3, 3], Event.objects.count()) == ("P4", 0)


def test_change_with_a_missing_cell_is_refused(hospital):
    rules = altered()
    del rules[1, 2]
    with pytest.raises(FieldsRefused) as refusal:
        matrix.change(rules, seen=matrix.mark(matrix.stored()), by=factories.user("PM"), at=NOW)
    assert list(refusal.value.errors) == ["cell_1_2"]


def test_preview_shows_what_would_change_and_saves_nothing(hospital, client):
    client.force_login(factories.user("PM"))
    response = client.post(ADDRESS, sent(altered(), preview="1"))
    assert (response.status_code, response.context["changed"]) == (200, 1)
    assert "原为 P4" in response.content.decode()
    assert matrix.stored()[3, 3] == "P4"


def test_save_changes_the_matrix(hospital, client):
    client.force_login(factories.user("HIT"))
    assert client.post(ADDRESS, sent(altered())).status_code == 302
    assert matrix.stored()[3, 3] == "P3"


def test_stale_save_shows_what_was_typed_and_saves_on_the_second_sending(hospital, client):
    client.force_login(factories.user("PM"))
    mine = sent(altered())
    PriorityRule.objects.filter(impact=1, urgency=1).update(priority="P2")
    response = client.post(ADDRESS, mine)
    assert (response.status_code, response.context["changed"]) == (409, 2)
    again = {**mine, "seen": response.context["form"]["seen"].value()}
    assert client.post(ADDRESS, again).status_code == 302
    assert (matrix.stored()[1, 1], matrix.stored()[3, 3]) == ("P1", "P3")


def test_unknown_priority_is_refused_with_the_form(hospital, client):
    client.force_login(factories.user("PM"))
    response = client.post(ADDRESS, sent({**altered(), (2, 2): "P9"}))
    assert response.status_code == 422
    assert matrix.stored()[3, 3] == "P4"


def test_reader_sees_the_matrix_without_fields(hospital, client):
    client.force_login(factories.user("SYS"))
    assert "<select" not in client.get(ADDRESS).content.decode()
