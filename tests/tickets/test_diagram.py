"""docs/ticket-states.md is drawn from the transitions and in step with them."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from tickets import diagram
from tickets.enums import FINAL_STATES, Kind, State, Verb
from tickets.transitions import FLOWS, ClockEffect, Step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ticket-states.md"


def test_page_is_in_step_with_the_transitions():
    assert PAGE.read_text(encoding="utf-8") == diagram.page()


def test_page_draws_one_arrow_for_each_step():
    arrows = [line.split(" --> ")[0].strip() for line in diagram.page().splitlines() if " --> " in line]
    expected = []
    for kinds in diagram.flows():
        flow = FLOWS[kinds[0]]
        ends = [state for state in FINAL_STATES if state in {step.state for step in flow.values()}]
        expected += [*(state for state, _verb in flow), "[*]", *ends]
    assert sorted(arrows) == sorted(expected)


def test_page_draws_every_kind_once():
    assert sorted(kind for kinds in diagram.flows() for kind in kinds) == sorted(Kind)


def test_draw_writes_the_page(tmp_path):
    call_command("draw_states", path=tmp_path / "states.md", verbosity=0)
    assert (tmp_path / "states.md").read_text(encoding="utf-8") == diagram.page()


def test_check_of_a_fresh_page_passes(tmp_path):
    (tmp_path / "states.md").write_text(diagram.page(), encoding="utf-8")
    call_command("draw_states", check=True, path=tmp_path / "states.md")


def test_check_of_a_missing_page_fails(tmp_path):
    with pytest.raises(CommandError, match=r"states\.md is stale"):
        call_command("draw_states", check=True, path=tmp_path / "states.md")


def test_check_after_a_new_transition_fails(tmp_path, monkeypatch):
    (tmp_path / "states.md").write_text(diagram.page(), encoding="utf-8")
    monkeypatch.setitem(FLOWS[Kind.INCIDENT], (State.CANCELLED, Verb.REOPEN), Step(State.NEW, ClockEffect.REOPEN))
    with pytest.raises(CommandError, match=r"states\.md is stale"):
        call_command("draw_states", check=True, path=tmp_path / "states.md")


def test_page_calls_the_states_as_the_product_does():
    with override("zh-hans"):
        states = {f"    {state.value}: {state.value} {state.label}" for state in State}
        arrows = {(f"{verb.value} {verb.label}") for verb in Verb}
        kinds = {f"{kind.value} {kind.label}" for kind in Kind}
    lines = diagram.page().splitlines()
    assert {line for line in lines if line.startswith("    ") and " --> " not in line} == states
    assert {line.rpartition(": ")[2] for line in lines if line.startswith("    ") and ": " in line} >= arrows - states
    assert {kind for line in lines if line.startswith("## ") for kind in line[3:].split(", ")} == kinds
