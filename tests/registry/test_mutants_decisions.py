"""Every condition of a tool is watched, and nothing else about the tool changes."""

import ast
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from registry.mutants.decisions import Decision, Taken, watched_decisions

Tool = Callable[..., Any]  # Any: whatever the watched source answers


def defined(source: str) -> tuple[Tool, tuple[Decision, ...], Taken]:
    """Define the one function of a source, watched."""
    (function,) = ast.parse(dedent(source)).body
    assert isinstance(function, ast.FunctionDef)
    before = ast.dump(function)
    twin, decisions = watched_decisions(function)
    assert ast.dump(function) == before
    taken = Taken()
    scope: dict[str, Any] = {"_decided": taken.decided, "_looped": taken.looped, "require": lambda *_: None}
    exec(compile(ast.Module([twin], []), "<watched>", "exec"), scope)
    return scope[function.name], decisions, taken


def shown(decisions: tuple[Decision, ...], taken: Taken) -> set[tuple[str, bool]]:
    return {(decisions[place].source, holds) for place, holds in taken.ways}


@pytest.mark.parametrize(
    ("body", "sources"),
    [
        ("if x > 0: pass", ["x > 0"]),
        ("return 1 if x else 2", ["x"]),
        ("return [y for y in x if y > 1 if y < 9]", ["y > 1", "y < 9"]),
        ("for y in x: pass", ["x"]),
        ("require(x > 0, 'code', f'{x if x else 1}')", ["x > 0", "x"]),
        ("require(x > 0 and x < 9, 'code', 'no')", ["x > 0", "x < 9"]),
        ("return x and (x > 1 or x < 9)", ["x", "x > 1"]),
        ("if not (x and x > 1): pass", ["not (x and x > 1)", "x"]),
        ("world.update(x, y=x)", []),
    ],
)
def test_what_a_decision_is(body: str, sources: list[str]):
    _, decisions, _ = defined(f"def tool(x):\n    {body}")

    assert [each.source for each in decisions] == sources


def test_each_way_out_is_noted_and_the_answer_stays():
    tool, decisions, taken = defined("def tool(x): return 'more' if x > 1 and x < 9 else 'less'")

    assert (tool(0), shown(decisions, taken)) == ("less", {("x > 1", False)})
    assert (tool(3), shown(decisions, taken)) == ("more", {("x > 1", False), ("x > 1", True), ("x < 9", True)})


def test_a_loop_holds_when_there_is_anything_to_loop_over():
    source = """
    def tool(x):
        seen = []
        for each in x:
            seen.append(each)
        return seen
    """
    tool, decisions, taken = defined(source)

    assert (tool([]), shown(decisions, taken)) == ([], {("x", False)})
    assert (tool([1, 2]), shown(decisions, taken)) == ([1, 2], {("x", False), ("x", True)})
