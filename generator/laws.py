"""Whether a blueprint's laws notice its own mistakes: weakened tools walked until an invariant or a sum gives way."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL
from generator.blueprint import Blueprint
from generator.casebook import Call, Rows
from generator.draw import draw_arguments
from generator.expression import parse
from generator.interpret import Interpreter
from generator.search import touched_by, variations
from generator.weaken import Weakening, weakenings
from registry.mutants.mutant import Operator
from registry.mutants.verdict import LawVerdict

OPERATORS: frozenset[Operator] = frozenset({"effect_delete", "guard_remove", "arithmetic", "constant"})
_MOST = 10
"""Trajectories played for each tool, the shortest first."""
_CALLS = 25
_WALKS, _FEW_WALKS = 12, 2
"""Walks of `_CALLS` calls in search of a law that gives way, where one must and where one may."""
_VARIED = 40

Trajectories = Mapping[str, Sequence[Sequence[Call]]]
"""For each tool, calls from a fresh world among which it succeeds, or the last of which it refuses."""


def trajectories(cases: Iterable[JsonObject]) -> Trajectories:
    """Gather from cases, as `generator.cases` writes them, calls that lead to successes and refusals of each tool."""
    found: dict[str, list[Sequence[Call]]] = {}
    refused: dict[str, list[Sequence[Call]]] = {}
    for case in cases:
        if case.get("edits") or case.get("seed"):
            continue
        calls = [*_successes(case)]
        for tool in dict.fromkeys(tool for tool, _ in calls):
            found.setdefault(tool, []).append(calls)
        if case["about"] == "refusal":
            *_, (tool, arguments) = _calls(case)
            refused.setdefault(tool, []).append([*calls, (tool, arguments)])
    return {
        tool: [*sorted(found.get(tool, ()), key=len)[:_MOST], *refused.get(tool, ())]
        for tool in dict.fromkeys([*found, *refused])
    }


def _successes(case: JsonObject) -> Iterator[Call]:
    """Yield the calls of a case that give content, those that follow a cursor apart."""
    for (tool, arguments), step in zip(_calls(case), _steps(case), strict=True):
        expect = step["expect"]
        assert isinstance(expect, Mapping)
        if "content" in expect and "cursor" not in arguments:
            yield tool, arguments


def _calls(case: JsonObject) -> Iterator[Call]:
    for step in _steps(case):
        tool, arguments = step["tool"], step["arguments"]
        assert isinstance(tool, str)
        assert isinstance(arguments, Mapping)
        yield tool, arguments


def _steps(case: JsonObject) -> Iterator[JsonObject]:
    steps = case["steps"]
    assert isinstance(steps, Sequence)
    for step in steps:
        assert isinstance(step, Mapping)
        yield step


def notices(blueprint: Blueprint, rows: Rows, known: Trajectories) -> Iterator[LawVerdict]:
    """Judge each weaker form of each action by the laws alone, over known trajectories and seeded walks."""
    for tool in blueprint.tools:
        for weakening in weakenings(blueprint, tool):
            if weakening.operator in OPERATORS:
                owed = _is_owed(weakening, blueprint)
                by = _given_way(weakening, blueprint, rows, known.get(tool, ()), _WALKS if owed else _FEW_WALKS)
                yield LawVerdict(
                    tool=tool,
                    operator=weakening.operator,
                    path=weakening.path,
                    before=weakening.before,
                    after=weakening.after,
                    status="caught" if by else "missed",
                    is_owed=owed,
                    by=by,
                )


def _given_way(
    weakening: Weakening, blueprint: Blueprint, rows: Rows, known: Sequence[Sequence[Call]], walks: int
) -> str:
    """Return the first law to give way, in any of the trajectories or in one of the walks."""
    fresh = Interpreter(weakening.within(blueprint), rows)
    sums = fresh.conserved()
    chance = Random(derive(blueprint.name, "laws", weakening.tool))
    lines: list[Sequence[Call]] = [*known]
    if weakening.operator == "guard_remove" and walks > _FEW_WALKS:
        lines += [like for calls in known if calls[-1][0] == weakening.tool for like in _alike(fresh, calls, chance)]
    for calls in lines:
        world = fresh.copy()
        told = next(filter(None, (_law_broken_by(world, call, sums) for call in calls)), "")
        if told:
            return told
    told_in_walks = (_walked(fresh.copy(), weakening.tool, sums, chance) for _ in range(walks))
    return next(filter(None, told_in_walks), "")


def _alike(fresh: Interpreter, calls: Sequence[Call], chance: Random) -> Iterator[Sequence[Call]]:
    """Yield a trajectory with the arguments of its last call varied: past one guard, another may refuse the first."""
    *before, (tool, arguments) = calls
    varied = [*variations(fresh, tool, arguments, chance)]
    for each in chance.sample(varied, min(_VARIED, len(varied))):
        yield [*before, (tool, each)]


def _walked(world: Interpreter, tool: str, sums: Mapping[str, int], chance: Random) -> str:
    for _ in range(_CALLS):
        name = tool if chance.random() < 0.7 else chance.choice([*world.blueprint.tools])
        arguments = draw_arguments(world, name, chance)
        told = "" if arguments is None else _law_broken_by(world, (name, arguments), sums)
        if told:
            return told
    return ""


def _law_broken_by(world: Interpreter, call: Call, sums: Mapping[str, int]) -> str:
    """Make a call and name the law it broke, or "internal" if a value left its bounds; "" if nothing gave way."""
    outcome = world.call(*call)
    if outcome.code == INTERNAL:
        return INTERNAL
    return _broken(world, sums) if outcome.diff.to_json() else ""


def _broken(world: Interpreter, sums: Mapping[str, int]) -> str:
    laws = (name for name, holds in world.invariants().items() if not holds)
    moved = (name for name, value in world.conserved().items() if value != sums[name])
    return next(laws, "") or next(moved, "")


def _is_owed(weakening: Weakening, blueprint: Blueprint) -> bool:
    """Say whether a law must give way: money, a counter or an interval is changed wrongly, or no longer guarded.

    A tool that is left without any effect is for the oracle to notice: doing nothing breaks no law.
    """
    if not weakening.part.do:
        return False
    amounts, times = _amounts(blueprint), _interval_ends(blueprint)
    if weakening.operator == "guard_remove":
        return bool(_attributes(weakening.before) & amounts & touched_by(weakening.part))
    if ".do[" not in weakening.path:
        return False
    fields = amounts if weakening.operator == "constant" else amounts | times
    column = weakening.path.rpartition(".set.")[2] if ".set." in weakening.path else ""
    return column in fields if column else any(f'"{name}"' in weakening.before for name in amounts)


def _amounts(blueprint: Blueprint) -> frozenset[str]:
    """Name the fields that are money or counters."""
    fields = ((name, field) for entity in blueprint.entities.values() for name, field in entity.fields.items())
    return frozenset(name for name, field in fields if field.type == "money" or field.counter)


def _interval_ends(blueprint: Blueprint) -> frozenset[str]:
    """Name the moments that an invariant compares with each other: the ends of intervals."""
    entities = blueprint.entities.values()
    moments = {name for entity in entities for name, field in entity.fields.items() if field.type == "time"}
    compared = (
        _attributes(ast.unparse(node)) & moments
        for text in blueprint.invariants.values()
        for node in ast.walk(parse(text))
        if isinstance(node, ast.Compare)
    )
    return frozenset(name for names in compared if len(names) > 1 for name in names)


def _attributes(text: str) -> frozenset[str]:
    return frozenset(node.attr for node in ast.walk(parse(text)) if isinstance(node, ast.Attribute))
