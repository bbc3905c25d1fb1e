"""Contracts, years, phases, parameters and scope: the verbs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.catalog import contracts, phases, years
from itsm.catalog.models import Amendment, ChecklistItem, Contract, ContractYear, Parameter, Phase, ScopeRow
from itsm.errors import Conflict, FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.catalog.agreements import NOW, drafted, signed

pytestmark = pytest.mark.django_db
TABLES = (Contract, Amendment, ContractYear, Phase, ChecklistItem, Parameter, ScopeRow, Event)


def written() -> list[list[dict]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def last_event() -> tuple[str, str, dict]:
    event = Event.objects.latest("pk")
    return event.verb, event.object_label, event.detail


def spans(rows) -> list[tuple[str, str]]:
    return [(row.start_on.isoformat(), row.end_on.isoformat()) for row in rows]


# R99, R100, R101: the term, its years and phases


def test_sign_lays_out_the_years_and_ends_after_24_months():
    contract = signed()
    assert contract.end_on == date(2028, 1, 4)
    assert spans(contract.years.all()) == [("2026-01-05", "2027-01-04"), ("2027-01-05", "2028-01-04")]


def test_sign_lays_out_the_phases():
    contract = signed()
    assert [
        (phase.kind, *span) for phase, span in zip(contract.phases.all(), spans(contract.phases.all()), strict=True)
    ] == [
        ("initial", "2026-01-05", "2026-03-04"),
        ("trial", "2026-03-05", "2026-06-04"),
        ("operation", "2026-06-05", "2028-01-04"),
    ]


def test_sign_lists_the_checklist_of_every_phase():
    contract = signed()
    assert [phase.items.count() for phase in contract.phases.all()] == [6, 7, 7]


def test_a_draft_has_no_years():
    assert drafted().years.count() == 0


def test_sign_a_signed_contract_is_refused():
    contract = signed()
    before = written()
    with pytest.raises(TransitionRefused):
        contracts.sign(contract, by=None, at=NOW)
    assert written() == before


def test_sign_while_another_contract_is_in_force_is_refused():
    first = signed()
    second = drafted(signed_on=first.end_on)
    before = written()
    with pytest.raises(RuleBroken, match=first.number):
        contracts.sign(second, by=None, at=NOW)
    assert written() == before


def test_sign_the_following_contract():
    first = signed()
    second = signed(signed_on=date(2028, 1, 5))
    assert (first.end_on, second.signed_on, second.state) == (date(2028, 1, 4), date(2028, 1, 5), "in_force")


def test_draft_with_a_term_shorter_than_its_phases_is_refused():
    with pytest.raises(FieldsRefused):
        drafted(months=5)
    assert Contract.objects.count() == 0


def test_revise_a_draft_says_what_it_was():
    contract = drafted(title="旧")
    contract = contracts.revise(contract, by=None, at=NOW, version=contract.version, changes={"title": "新"})
    assert contract.title == "新"
    assert last_event() == (
        "catalog.revise_contract",
        contract.number,
        {"reason": "", "changes": {"title": ["旧", "新"]}},
    )


def test_revise_a_stale_draft_is_a_conflict():
    contract = drafted()
    contracts.revise(contract, by=None, at=NOW, version=1, changes={"title": "甲"})
    before = written()
    with pytest.raises(Conflict):
        contracts.revise(contract, by=None, at=NOW, version=1, changes={"title": "乙"})
    assert written() == before


def test_revise_a_signed_contract_is_refused():
    contract = signed()
    with pytest.raises(TransitionRefused):
        contracts.revise(contract, by=None, at=NOW, version=contract.version, changes={"title": "新"})


def amended(contract: Contract, **changes) -> Contract:
    return contracts.amend(
        contract,
        by=None,
        at=NOW,
        version=contract.version,
        agreed_on=date(2026, 6, 1),
        reason="补充协议",
        changes=changes,
    )


def test_amend_keeps_what_was_agreed_before():
    contract = amended(signed(), amount=Decimal("1300000.00"))
    rows = list(contract.amendments.values_list("number", "agreed_on", "amount"))
    assert rows == [
        (1, date(2026, 1, 5), Decimal("1258000.00")),
        (2, date(2026, 6, 1), Decimal("1300000.00")),
    ]


def test_amend_a_longer_term_adds_a_year_and_moves_the_last_phase():
    contract = amended(signed(), months=36)
    assert spans(contract.years.all())[-1] == ("2028-01-05", "2029-01-04")
    assert contract.phases.get(kind="operation").end_on == date(2029, 1, 4)


def test_amend_leaves_a_finished_phase_as_it_was():
    contract = signed()
    phase = contract.phases.get(kind="initial")
    for item in phase.items.all():
        phases.tick(item, by=None, at=NOW)
    phases.finish(phase, by=None, at=NOW)
    amended(contract, initial_months=4)
    assert spans(contract.phases.filter(kind="initial")) == [("2026-01-05", "2026-03-04")]


def test_amend_a_term_that_cuts_off_an_evaluated_year_is_refused():
    contract = signed()
    later = factories.at("2027-06-01 09:00")
    years.evaluate(contract.years.get(index=2), by=None, at=later, evaluation="qualified", note="")
    before = written()
    with pytest.raises(RuleBroken):
        amended(contract, months=12)
    assert written() == before


def test_amend_with_a_date_before_the_signing_is_refused():
    contract = signed()
    with pytest.raises(RuleBroken):
        contracts.amend(
            contract, by=None, at=NOW, version=contract.version, agreed_on=date(2026, 1, 4), reason="", changes={}
        )


@pytest.mark.parametrize("sql", ["UPDATE catalog_amendment SET reason = ''", "DELETE FROM catalog_amendment"])
def test_an_amendment_is_never_overwritten(sql):
    signed()
    with pytest.raises((ProgrammingError, InternalError), match="insert-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_end_closes_the_contract():
    contract = contracts.end(signed(), by=None, at=NOW, reason="协商终止")
    assert (contract.state, last_event()[2]) == ("ended", {"reason": "协商终止"})


# R100: every year is signed for after its evaluation


def test_decide_without_an_evaluation_is_refused():
    year = signed().years.get(index=1)
    before = written()
    with pytest.raises(TransitionRefused):
        years.decide(year, by=None, at=NOW, decision="renewed")
    assert written() == before


def test_the_database_refuses_a_decision_without_an_evaluation():
    year = signed().years.get(index=1)
    with pytest.raises(IntegrityError, match="evaluated_before_decision"), transaction.atomic():
        ContractYear.objects.filter(pk=year.pk).update(decision="renewed", decided_at=NOW)


def test_decide_renews_an_evaluated_year():
    head = factories.user("HLD")
    year = signed().years.get(index=1)
    years.evaluate(year, by=head, at=NOW, evaluation="qualified", note="达标", score=Decimal("92.5"))
    year = years.decide(year, by=head, at=NOW, decision="renewed", note="续签")
    assert (year.evaluation, year.score, year.decision, year.decided_by, year.decided_at) == (
        "qualified",
        Decimal("92.5"),
        "renewed",
        head,
        NOW,
    )


def test_decide_twice_is_refused_unless_rectification_was_asked_for():
    year = signed().years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="basic", note="")
    years.decide(year, by=None, at=NOW, decision="rectify")
    years.decide(year, by=None, at=NOW, decision="renewed")
    with pytest.raises(TransitionRefused):
        years.decide(year, by=None, at=NOW, decision="ended")
    assert ContractYear.objects.get(pk=year.pk).decision == "renewed"


def test_evaluate_a_decided_year_is_refused():
    year = signed().years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")
    years.decide(year, by=None, at=NOW, decision="renewed")
    with pytest.raises(TransitionRefused):
        years.evaluate(year, by=None, at=NOW, evaluation="unqualified", note="")


@pytest.mark.parametrize("score", ["-0.01", "100.01"])
def test_evaluate_with_a_score_out_of_range_is_refused(score):
    year = signed().years.get(index=1)
    with pytest.raises(RuleBroken):
        years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="", score=Decimal(score))


def test_evaluate_a_year_that_has_not_begun_is_refused():
    year = signed().years.get(index=2)
    with pytest.raises(RuleBroken):
        years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")


def test_running_is_the_year_of_the_day():
    contract = signed()
    days = [date(2026, 1, 4), date(2027, 1, 4), date(2027, 1, 5), date(2028, 1, 5)]
    assert [getattr(years.running(contract, day), "index", None) for day in days] == [None, 1, 2, None]


# Phases


def test_finish_with_an_open_mandatory_item_is_refused():
    phase = signed().phases.get(kind="initial")
    for item in phase.items.all()[1:]:
        phases.tick(item, by=None, at=NOW)
    with pytest.raises(RuleBroken, match="1"):
        phases.finish(phase, by=None, at=NOW)
    assert Phase.objects.get(pk=phase.pk).finished_at is None


def test_finish_after_ticking_and_waiving():
    head = factories.user("HLD")
    phase = signed().phases.get(kind="initial")
    first, *rest = phase.items.all()
    phases.waive(first, by=head, at=NOW, reason="院方同意延后")
    for item in rest:
        phases.tick(item, by=head, at=NOW, note="见附件")
    assert phases.finish(phase, by=head, at=NOW).finished_by == head


def test_finish_needs_no_optional_item():
    phase = signed().phases.get(kind="initial")
    for item in phase.items.filter(is_mandatory=True):
        phases.tick(item, by=None, at=NOW)
    assert phases.finish(phase, by=None, at=NOW).finished_at == NOW


def test_waive_without_a_reason_is_refused():
    item = signed().phases.get(kind="initial").items.first()
    with pytest.raises(RuleBroken):
        phases.waive(item, by=None, at=NOW, reason=" ")


def test_untick_opens_the_item_again():
    item = signed().phases.get(kind="initial").items.first()
    phases.tick(item, by=None, at=NOW, note="误点")
    item = phases.untick(item, by=None, at=NOW)
    assert (item.done_at, item.note) == (None, "")


def test_tick_twice_is_refused():
    item = signed().phases.get(kind="initial").items.first()
    phases.tick(item, by=None, at=NOW)
    with pytest.raises(TransitionRefused):
        phases.tick(item, by=None, at=NOW)


def test_tick_in_a_finished_phase_is_refused():
    phase = signed().phases.get(kind="initial")
    optional = phase.items.get(is_mandatory=False)
    for item in phase.items.filter(is_mandatory=True):
        phases.tick(item, by=None, at=NOW)
    phases.finish(phase, by=None, at=NOW)
    with pytest.raises(TransitionRefused):
        phases.tick(optional, by=None, at=NOW)


def test_add_item_twice_is_refused():
    phase = signed().phases.get(kind="trial")
    phases.add_item(phase, by=None, at=NOW, text="机房钥匙移交")
    with pytest.raises(RuleBroken):
        phases.add_item(phase, by=None, at=NOW, text="机房钥匙移交")


# Who may


def refused(act, role: str) -> bool:
    try:
        with transaction.atomic():
            act(factories.user(role))
            transaction.set_rollback(True)
    except NotAllowed:
        return True
    return False


def allowed_roles(act) -> str:
    return " ".join(sorted(role for role in ROLES if not refused(act, role)))


def test_draft_by():
    vendor = factories.vendor()
    agreed = {"number": "X", "title": "X", "hospital": "X", "contractor": vendor, "signed_on": date(2026, 1, 5)}
    assert allowed_roles(lambda person: contracts.draft(by=person, at=NOW, **agreed)) == "HIT HLD PM"


def test_sign_by():
    contract = drafted()
    assert allowed_roles(lambda person: contracts.sign(contract, by=person, at=NOW)) == "HLD"


def test_evaluate_by():
    year = signed().years.get(index=1)
    act = {"at": NOW, "evaluation": "qualified", "note": ""}
    assert allowed_roles(lambda person: years.evaluate(year, by=person, **act)) == "HIT HLD"


def test_decide_by():
    year = signed().years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")
    assert allowed_roles(lambda person: years.decide(year, by=person, at=NOW, decision="renewed")) == "HLD"


def test_tick_by():
    item = signed().phases.get(kind="initial").items.first()
    assert allowed_roles(lambda person: phases.tick(item, by=person, at=NOW)) == "HIT HLD PM"


def test_waive_by():
    item = signed().phases.get(kind="initial").items.first()
    assert allowed_roles(lambda person: phases.waive(item, by=person, at=NOW, reason="缓")) == "HLD"
