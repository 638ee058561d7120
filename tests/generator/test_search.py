"""The search leads every tool to success each way its conditions can go, and every guard to fire."""

from pathlib import Path

import pytest

from generator.load import load
from generator.search import Found, Goal, Search, conditions_of, looked_at, touched_by
from tests.generator.emitting import lending, lending_world

LIBRARY = load(Path(__file__).parent / "library.yaml")
WORK = 6_000_000


def searched(work: int = WORK) -> Found:
    return Search(lending(), lending_world(), work).run()


@pytest.fixture(scope="module")
def found() -> Found:
    return searched()


def test_the_same_blueprint_gives_the_same_witnesses(found: Found) -> None:
    assert searched().witnesses == found.witnesses


def test_every_guard_and_every_tool_has_a_witness(found: Found) -> None:
    reached = {(goal.tool, goal.code) for goal in found.witnesses}

    assert found.unreached == ()
    for name, tool in lending().tools.items():
        assert {(name, code) for code in ["", *tool.require]} <= reached


def test_every_condition_is_seen_to_go_both_ways(found: Found) -> None:
    for name, tool in lending().tools.items():
        gone = {way for goal in found.witnesses if goal.tool == name for way in goal.ways}
        assert gone == {(text, holds) for text in conditions_of(tool) for holds in (True, False)}


def test_a_witness_reaches_its_goal_when_its_calls_are_made_again(found: Found) -> None:
    root = lending_world()

    for goal, witness in found.witnesses.items():
        world = root.copy()
        *before, (tool, arguments) = witness.calls
        assert all(world.call(*call).code is None for call in before)
        code = world.call(tool, arguments).code or ""
        assert Goal(tool, code, frozenset() if code else world.ways) == goal


def test_a_search_without_work_says_what_it_did_not_reach() -> None:
    found = searched(0)

    assert Goal("bring_back", "replaced") in found.unreached


def test_conditions_of_a_tool_are_those_of_lets_guards_whens_and_loops() -> None:
    assert conditions_of(lending().tools["bring_back"]) == (
        "o.replaces_id is None",
        "lost and i.copies > o.copies",
    )
    assert conditions_of(LIBRARY.tools["return_all"]) == ("outs",)
    assert conditions_of(LIBRARY.tools["return_book"]) == ("now - l.lent_at > days(14)", "charged > 0")


def test_a_tool_looks_at_columns_through_its_lets_and_touches_what_it_sets() -> None:
    tool = LIBRARY.tools["return_book"]

    assert looked_at(tool, "not_out") == {"status"}
    assert {"lent_at", "credit", "now"} <= looked_at(tool, "")
    assert touched_by(tool) == {"status", "charged", "copies_left", "credit", "loan_id", "amount"}
    assert touched_by(LIBRARY.tools["wait"]) == {"now"}
