"""docs/ticket-states.md is drawn from the transitions and in step with them."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from tickets import diagram
from tickets.enums import FINAL_STATES, State, Verb
from tickets.transitions import STEPS, ClockEffect, Step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ticket-states.md"


def test_page_is_in_step_with_the_transitions():
    assert PAGE.read_text(encoding="utf-8") == diagram.page()


def test_page_draws_one_arrow_for_each_step():
    arrows = [line.split(" --> ")[0].strip() for line in diagram.page().splitlines() if " --> " in line]
    assert sorted(arrows) == sorted([*(state for state, _verb in STEPS), "[*]", *FINAL_STATES])


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
    monkeypatch.setitem(STEPS, (State.CANCELLED, Verb.REOPEN), Step(State.NEW, ClockEffect.REOPEN))
    with pytest.raises(CommandError, match=r"states\.md is stale"):
        call_command("draw_states", check=True, path=tmp_path / "states.md")


def test_page_calls_the_states_as_the_product_does():
    with override("zh-hans"):
        drawn = [f"    {state.value}: {state.value} {state.label}" for state in State]
    assert diagram.page().splitlines()[6 : 6 + len(State)] == drawn
