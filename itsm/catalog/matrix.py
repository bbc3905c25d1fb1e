"""The priority matrix: reading, checking and changing its nine cells."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import registry
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.catalog.models import PriorityRule
from itsm.errors import Conflict, FieldsRefused, NotAllowed

Rules = dict[tuple[int, int], str]
CELLS = [(int(impact), int(urgency)) for impact in Impact for urgency in Urgency]


def stored() -> Rules:
    """The matrix as it stands; a cell that was never set is missing."""
    found = PriorityRule.objects.values_list("impact", "urgency", "priority")
    return {(impact, urgency): priority for impact, urgency, priority in found}


def name(impact: int, urgency: int) -> str:
    """A cell's field."""
    return f"cell_{int(impact)}_{int(urgency)}"


def mark(rules: Mapping[tuple[int, int], str]) -> str:
    """The whole matrix in one word, by which a stale form is noticed: P1P1P2…"""
    return "".join(rules.get(cell, "--") for cell in CELLS)


def oddities(rules: Mapping[tuple[int, int], str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Neighbours of which the worse one is less urgent than the milder one: (worse, milder)."""
    for impact, urgency in CELLS:
        for milder in ((impact + 1, urgency), (impact, urgency + 1)):
            if milder in rules and (impact, urgency) in rules and rules[impact, urgency] > rules[milder]:
                yield (impact, urgency), milder


@transaction.atomic
def change(rules: Rules, *, seen: str, by: User | None, at: datetime) -> Rules:
    """修改矩阵: set every cell. seen: the mark of the matrix that the editor saw.

    Tickets keep their priority; new and changed ones follow. Raises NotAllowed, Conflict (somebody
    saved meanwhile) or FieldsRefused (a cell is missing or no priority), with nothing written.
    """
    kept = {(rule.impact, rule.urgency): rule for rule in PriorityRule.objects.select_for_update().order_by("pk")}
    if by is not None and not by.may(registry.EDIT):
        raise NotAllowed(_("Your role does not allow this."))
    before = {cell: rule.priority for cell, rule in kept.items()}
    if mark(before) != seen:
        raise Conflict(_("Somebody else has changed the matrix meanwhile."))
    wrong = [cell for cell in CELLS if rules.get(cell) not in Priority.values]
    if wrong:
        raise FieldsRefused({name(*cell): [_("Choose a priority.")] for cell in wrong})
    changes = {name(*cell): [before.get(cell, ""), rules[cell]] for cell in CELLS if before.get(cell) != rules[cell]}
    for cell in CELLS:
        rule = kept.get(cell) or PriorityRule(impact=cell[0], urgency=cell[1])
        rule.priority = rules[cell]
        rule.save()
    if changes:
        log.record("catalog.change_matrix", None, by=by, at=at, label=mark(rules), detail={"changes": changes})
    return rules


class MatrixForm(forms.Form):
    """Nine selects; `seen` is the matrix that the editor saw."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = rules
        self.initial["seen"] = mark(rules)
        for cell in CELLS:
            impact, urgency = Impact(cell[0]), Urgency(cell[1])
            self.fields[name(*cell)] = forms.ChoiceField(
                choices=Priority.choices, initial=rules.get(cell), label=f"{impact.label} × {urgency.label}"
            )

    @property
    def rules(self) -> Rules:
        """What was chosen, as far as it can be read."""
        chosen = getattr(self, "cleaned_data", {})
        return {cell: chosen[name(*cell)] for cell in CELLS if name(*cell) in chosen}

    def renew(self, rules: Rules) -> None:
        """Compare with the matrix as it stands now, and let the next sending replace that one."""
        self.kept = rules
        self.data = self.data.copy()
        self.data["seen"] = mark(rules)
