"""What a contract's page shows: today's position, phases, years, parameters, scope, versions."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from itsm.catalog import coverage, scope
from itsm.catalog.contract_forms import DecideForm, EvaluateForm, ItemForm, NoteForm, ReasonForm, ValueForm
from itsm.catalog.enums import ContractState, Progress
from itsm.catalog.models import ChecklistItem, Contract, ContractYear, Interface, Module, Parameter, Phase, System
from itsm.catalog.terms import Span
from itsm.pages import exports

Bound = dict[tuple[str, int], forms.Form]
WIDTH = 1000  # of the drawn timeline


class Bar(NamedTuple):
    """A part of the drawn timeline, in its own units."""

    x: int
    width: int
    colour: str


@dataclass(frozen=True)
class Check:
    """A checklist item with the forms that settle it."""

    item: ChecklistItem
    tick_form: forms.Form
    waive_form: forms.Form


@dataclass(frozen=True)
class PhaseCard:
    """A phase with its progress and its checklist."""

    phase: Phase
    progress: Progress
    percent: int
    checks: list[Check]
    done: int
    waiting: int
    item_form: forms.Form

    @property
    def is_open(self) -> bool:
        """Whether the page shows its checklist at once."""
        return self.progress in (Progress.RUNNING, Progress.OVERDUE) or bool(self.item_form.errors)


@dataclass(frozen=True)
class YearRow:
    """A contract year with the forms of its evaluation and decision."""

    year: ContractYear
    is_running: bool
    evaluate_form: forms.Form
    decide_form: forms.Form


@dataclass(frozen=True)
class ParameterRow:
    """A parameter with the form that fills it in."""

    parameter: Parameter
    form: forms.Form


def context(request: HttpRequest, contract: Contract, bound: Bound | None = None) -> dict[str, Any]:
    """What the page shows; `bound` brings back a refused form by its verb and record."""
    bound, today, may = bound or {}, timezone.localdate(), request.user.may
    phases = _phases(contract, today, bound)
    years = _years(contract, today, bound)
    parameters = _parameters(contract, bound)
    return {
        "contract": contract,
        "today": today,
        "days_left": max(0, (contract.end_on - today).days),
        "percent": contract.span.percent_at(today),
        "phases": phases,
        "years": years,
        "phase_bars": [_bar(contract.span, card.phase.span, card.phase.kind_badge.colour) for card in phases],
        "year_bars": [_bar(contract.span, row.year.span, "secondary") for row in years],
        "today_x": _x(contract.span, today) if contract.span.holds(today) else None,
        "parameters": parameters,
        "missing_count": sum(row.parameter.is_missing for row in parameters),
        "amendments": list(contract.amendments.select_related("recorded_by")),
        "scope_counts": scope_counts(contract, today),
        "end_form": bound.get(("end", contract.pk)) or ReasonForm(auto_id="end_%s"),
        "is_draft": contract.state == ContractState.DRAFT,
        "is_in_force": contract.state == ContractState.IN_FORCE,
        "may_draft": may("catalog.draft_contract"),
        "may_sign": may("catalog.sign_contract"),
        "may_evaluate": may("catalog.evaluate_year"),
        "may_decide": may("catalog.decide_year"),
        "sees_amounts": may("catalog.amounts"),
        "files": exports.links(request, "catalog:parameters", contract.pk),
    }


def _phases(contract: Contract, today: date, bound: Bound) -> list[PhaseCard]:
    cards = []
    for phase in contract.phases.prefetch_related("items__done_by"):
        checks = [_check(item, bound) for item in phase.items.all()]
        cards.append(
            PhaseCard(
                phase=phase,
                progress=phase.progress(today),
                percent=phase.span.percent_at(today),
                checks=checks,
                done=sum(check.item.done_at is not None for check in checks),
                waiting=sum(check.item.is_mandatory and check.item.done_at is None for check in checks),
                item_form=bound.get(("add_item", phase.pk)) or ItemForm(auto_id=f"item_{phase.pk}_%s"),
            )
        )
    return cards


def _check(item: ChecklistItem, bound: Bound) -> Check:
    tick = bound.get(("tick", item.pk)) or NoteForm(auto_id=f"tick_{item.pk}_%s")
    waive = bound.get(("waive", item.pk)) or ReasonForm(auto_id=f"waive_{item.pk}_%s")
    return Check(item, tick, waive)


def _years(contract: Contract, today: date, bound: Bound) -> list[YearRow]:
    rows = []
    for year in contract.years.select_related("evaluated_by", "decided_by"):
        known = {"evaluation": year.evaluation, "score": year.score, "note": year.evaluation_note}
        evaluate = EvaluateForm(auto_id=f"evaluate_{year.pk}_%s", initial=known)
        decide = DecideForm(auto_id=f"decide_{year.pk}_%s")
        rows.append(
            YearRow(
                year=year,
                is_running=year.span.holds(today),
                evaluate_form=bound.get(("evaluate", year.pk)) or evaluate,
                decide_form=bound.get(("decide", year.pk)) or decide,
            )
        )
    return rows


def _parameters(contract: Contract, bound: Bound) -> list[ParameterRow]:
    """The missing ones first."""
    rows = [ParameterRow(parameter, _value_form(parameter, bound)) for parameter in contract.parameters.all()]
    return sorted(rows, key=lambda row: not row.parameter.is_missing)


def _value_form(parameter: Parameter, bound: Bound) -> forms.Form:
    if form := bound.get(("fill", parameter.pk)):
        return form
    known = {"value": parameter.value or parameter.suggestion, "before": parameter.value}
    return ValueForm(auto_id=f"fill_{parameter.pk}_%s", initial=known)


def scope_counts(contract: Contract, on: date) -> dict[str, int]:
    """How many systems, modules and interfaces in use this contract covers on that day."""
    rows = [scope.row_of(row) for row in contract.scope_rows.all()]

    def counted(parts: Any) -> int:
        return sum(bool(coverage.covered(rows, scope.target_of(part), on)) for part in parts)

    return {
        "systems": counted(System.objects.filter(is_active=True)),
        "modules": counted(Module.objects.filter(is_active=True, system__is_active=True)),
        "interfaces": counted(Interface.objects.filter(is_active=True, system__is_active=True)),
    }


def _x(whole: Span, day: date) -> int:
    return (day - whole.start).days * WIDTH // whole.days


def _bar(whole: Span, part: Span, colour: str) -> Bar:
    x = _x(whole, part.start)
    return Bar(x, part.days * WIDTH // whole.days - 3, colour)
