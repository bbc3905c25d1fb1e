"""Parameters and scope of a contract: the verbs."""

from datetime import date

import pytest

from itsm.catalog import contracts, parameters, scope
from itsm.catalog.models import Contract, ScopeRow
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from tests import factories
from tests.catalog.agreements import NOW, drafted, signed
from tests.catalog.test_contracts import allowed_roles, last_event, written

pytestmark = pytest.mark.django_db


# Parameters: what the tender leaves open


def test_draft_lists_what_the_tender_leaves_open_as_missing():
    contract = drafted()
    assert set(parameters.missing(contract).values_list("code", flat=True)) == {
        *("SYSTEM_COUNT", "PM_ONSITE_YEARS", "WATCH_INITIAL", "WATCH_TRIAL", "SURVEY_INDICATORS"),
        *("RESPONSE_FIRST", "RESPONSE_SECOND", "SHARE_ONLINE", "SHARE_INTERVIEW", "SHARE_PARTNERS", "FINE_AMOUNT"),
    }


def test_every_parameter_of_the_list_has_a_value_of_its_kind():
    for parameter in drafted().parameters.all():
        assert parameter.typed is not None or parameter.value == ""


def test_fill_gives_a_typed_value():
    contract = drafted()
    parameter = contract.parameters.get(code="SYSTEM_COUNT")
    parameters.fill(parameter, by=None, at=NOW, value=" 49 ", before="")
    assert parameters.value_of(contract, "SYSTEM_COUNT") == 49
    assert last_event()[2] == {"changes": {"SYSTEM_COUNT": ["", "49"]}}


def test_fill_with_a_value_of_another_kind_is_refused():
    parameter = drafted().parameters.get(code="SHARE_ONLINE")
    before = written()
    with pytest.raises(RuleBroken):
        parameters.fill(parameter, by=None, at=NOW, value="七成", before="")
    assert written() == before


def test_fill_over_another_persons_value_is_a_conflict():
    parameter = drafted().parameters.get(code="SYSTEM_COUNT")
    parameters.fill(parameter, by=None, at=NOW, value="49", before="")
    with pytest.raises(Conflict, match="49"):
        parameters.fill(parameter, by=None, at=NOW, value="50", before="")


def test_fill_empty_makes_it_missing_again():
    contract = drafted()
    parameter = contract.parameters.get(code="PM_PROJECT_YEARS")
    parameters.fill(parameter, by=None, at=NOW, value="", before="5")
    assert parameters.missing(contract).filter(code="PM_PROJECT_YEARS").exists()


def test_fill_after_the_end_is_refused():
    contract = contracts.end(signed(), by=None, at=NOW, reason="")
    with pytest.raises(TransitionRefused):
        parameters.fill(contract.parameters.get(code="SYSTEM_COUNT"), by=None, at=NOW, value="1", before="")


# R77: the scope


def changed(contract: Contract, *parts, included: bool, on: date) -> list[ScopeRow]:
    return scope.change(contract, by=None, at=NOW, parts=parts, is_included=included, from_on=on)


def test_a_module_follows_its_system_until_it_has_a_row_of_its_own():
    contract, system = signed(), factories.system()
    module, other = factories.module(system), factories.module(system)
    changed(contract, system, included=True, on=date(2026, 1, 5))
    changed(contract, module, included=False, on=date(2026, 7, 1))
    days = [date(2026, 6, 30), date(2026, 7, 1)]
    assert [scope.is_in_scope(module, on=day) for day in days] == [True, False]
    assert [scope.is_in_scope(other, on=day) for day in days] == [True, True]


def test_a_system_that_the_scope_does_not_name_is_outside():
    contract, system, other = signed(), factories.system(), factories.system()
    changed(contract, system, included=True, on=date(2026, 1, 5))
    assert scope.is_in_scope(other, on=date(2026, 6, 1)) is False


def test_without_a_contract_the_flags_count():
    system = factories.system()
    module = factories.module(factories.system(in_scope=False))
    assert [scope.is_in_scope(part, on=date(2026, 6, 1)) for part in (system, module)] == [True, False]


def test_change_ends_the_running_row_and_keeps_it():
    contract, system = signed(), factories.system()
    changed(contract, system, included=True, on=date(2026, 1, 5))
    changed(contract, system, included=False, on=date(2026, 7, 1))
    rows = list(contract.scope_rows.order_by("from_on").values_list("is_included", "from_on", "to_on"))
    assert rows == [(True, date(2026, 1, 5), date(2026, 6, 30)), (False, date(2026, 7, 1), None)]


def test_change_to_what_stands_already_adds_nothing():
    contract, system = signed(), factories.system()
    changed(contract, system, included=True, on=date(2026, 1, 5))
    assert changed(contract, system, included=True, on=date(2026, 7, 1)) == []


@pytest.mark.parametrize("day", [date(2026, 1, 4), date(2028, 1, 5)])
def test_change_outside_the_term_is_refused(day):
    contract, system = signed(), factories.system()
    with pytest.raises(RuleBroken):
        changed(contract, system, included=True, on=day)


def test_change_before_a_later_agreement_is_refused_whole():
    contract, first, second = signed(), factories.system(), factories.system()
    changed(contract, second, included=False, on=date(2026, 8, 1))
    before = written()
    with pytest.raises(RuleBroken, match=second.name):
        changed(contract, first, second, included=True, on=date(2026, 7, 1))
    assert written() == before


def test_the_scope_of_a_day_is_read_once_for_all(django_assert_num_queries):
    contract, systems = signed(), [factories.system() for _ in range(3)]
    changed(contract, *systems, included=True, on=date(2026, 1, 5))
    with django_assert_num_queries(2):
        today = scope.Scope(date(2026, 6, 1))
        assert [today.covers(system) for system in systems] == [True, True, True]


def test_change_scope_by():
    contract, system = signed(), factories.system()
    act = {"at": NOW, "parts": [system], "is_included": True, "from_on": date(2026, 7, 1)}
    assert allowed_roles(lambda person: scope.change(contract, by=person, **act)) == "HIT HLD"
