"""Calls of a lock are taken for what they reach today."""

from __future__ import annotations

from generator.casebook import Edit
from generator.lock import Hint, Lock
from generator.recall import joined, open_goals, recalled, stands, ways_left
from generator.search import Goal, Witness
from tests.generator.emitting import lending, lending_world

ROOT = lending_world()
ITEM = next(row.id for row in ROOT.tables.all("item") if row.values["free"])
LEND = ("lend", {"item_id": ITEM, "borrower": "Ada Lovelace"})
A, B = ("a", True), ("b", True)


def witness(*ways: tuple[str, bool], code: str = "") -> Witness:
    return Witness(Goal("lend", code, frozenset(ways)), (LEND,))


def by_goal(*witnesses: Witness) -> dict[Goal, Witness]:
    return {each.goal: each for each in witnesses}


def test_a_hint_is_filed_under_what_it_reaches_whatever_its_name() -> None:
    missing = ("lend", {**LEND[1], "item_id": "itm_zzzzzz"})

    found = recalled(ROOT, Lock((Hint("lend/none_left", "lend", (LEND,)), Hint("lend/ok", "lend", (LEND, missing)))))

    assert [(goal.tool, goal.code) for goal in found] == [("lend", ""), ("lend", "not_found")]


def test_a_hint_that_no_longer_fits_is_dropped() -> None:
    misfit = ("lend", {"nobody": 1})

    assert recalled(ROOT, Lock((Hint("lend/ok", "lend", (misfit,)), Hint("lend/ok", "lend", (misfit, LEND))))) == {}


def test_the_cases_of_a_list_are_not_taken_for_witnesses() -> None:
    assert recalled(ROOT, Lock((Hint("list_items/all", "list_items", (("list_items", {}),)),))) == {}


def test_fresh_witnesses_are_joined_where_they_go_a_way_that_no_known_one_goes() -> None:
    known = by_goal(witness(A))

    assert joined(known, by_goal(witness(), witness(A, B), witness(B))) == by_goal(witness(A), witness(A, B))
    assert joined(known, by_goal(witness(code="too_many"))) == by_goal(witness(A), witness(code="too_many"))


def test_all_fresh_witnesses_of_a_tool_are_taken_that_has_none() -> None:
    fresh = by_goal(witness(A), witness(), witness(B))

    assert list(joined({}, fresh)) == list(fresh)


def test_guards_and_tools_that_nothing_reaches_are_open() -> None:
    every = open_goals(lending(), ())

    assert Goal("lend") in every
    assert Goal("lend", "too_many") in open_goals(lending(), [Goal("lend"), Goal("lend", "none_left")])
    assert open_goals(lending(), every) == ()


def test_what_is_left_tells_how_many_successes_there_are() -> None:
    assert ways_left(lending(), by_goal(witness())) != ways_left(lending(), by_goal(witness(), witness(A)))


def test_an_edit_stands_only_on_a_row_that_is_there_with_a_value_it_may_have() -> None:
    assert stands(ROOT, [Edit("item", ITEM, {"deposit": 5})])
    for edit in (
        Edit("item", "itm_zzzzzz", {"deposit": 5}),
        Edit("shelf", ITEM, {"deposit": 5}),
        Edit("item", ITEM, {"weight": 5}),
        Edit("item", ITEM, {"deposit": -1}),
        Edit("item", ITEM, {"deposit": "much"}),
        Edit("loan", ROOT.tables.all("loan")[0].id, {"item_id": "itm_zzzzzz"}),
    ):
        assert not stands(ROOT, [edit])
