"""Whether a blueprint's laws notice its own mistakes: weakened tools walked until an invariant or a sum gives way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL
from generator.blueprint import Blueprint
from generator.casebook import Call, Rows
from generator.draw import draw_arguments
from generator.interpret import Interpreter
from generator.weaken import Weakening, weakenings
from registry.mutants.mutant import Operator

OPERATORS: frozenset[Operator] = frozenset({"effect_delete", "guard_remove", "arithmetic", "constant"})
_MOST = 10
"""Trajectories played for each tool, the shortest first."""
_CALLS = 25

Trajectories = Mapping[str, Sequence[Sequence[Call]]]
"""For each tool, calls from a fresh world among which it succeeds."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the laws said of one weakened tool.

    `by` names the law that gave way (`internal`: a stored value left its bounds). `is_owed`: money or a counter is
    at stake, so a law should have given way.
    """

    weakening: Weakening
    status: Literal["caught", "missed"]
    is_owed: bool
    by: str = ""


def trajectories(cases: Iterable[JsonObject]) -> Trajectories:
    """Gather from cases, as `generator.cases` writes them, the calls that lead to successes of each tool."""
    found: dict[str, list[Sequence[Call]]] = {}
    for case in cases:
        calls = [*_successes(case)] if not case.get("edits") and not case.get("seed") else []
        for tool in dict.fromkeys(tool for tool, _ in calls):
            found.setdefault(tool, []).append(calls)
    return {tool: sorted(each, key=len)[:_MOST] for tool, each in found.items()}


def _successes(case: JsonObject) -> Iterator[Call]:
    """Yield the calls of a case that give content, those that follow a cursor apart."""
    steps = case["steps"]
    assert isinstance(steps, Sequence)
    for step in steps:
        assert isinstance(step, Mapping)
        tool, arguments, expect = step["tool"], step["arguments"], step["expect"]
        assert isinstance(tool, str)
        assert isinstance(arguments, Mapping)
        assert isinstance(expect, Mapping)
        if "content" in expect and "cursor" not in arguments:
            yield tool, arguments


def notices(blueprint: Blueprint, rows: Rows, known: Trajectories) -> Iterator[Notice]:
    """Judge each weaker form of each action by the laws alone, over known trajectories and seeded walks."""
    for tool in blueprint.tools:
        for weakening in weakenings(blueprint, tool):
            if weakening.operator in OPERATORS:
                by = _given_way(weakening, blueprint, rows, known.get(tool, ()))
                owed = _is_owed(weakening, blueprint)
                yield Notice(weakening, "caught" if by else "missed", owed, by)


def _given_way(weakening: Weakening, blueprint: Blueprint, rows: Rows, known: Sequence[Sequence[Call]]) -> str:
    """Return the first law to give way, in any of the trajectories or in a walk that goes on from one."""
    fresh = Interpreter(weakening.within(blueprint), rows)
    sums = fresh.conserved()
    for number, calls in enumerate([*known, (), ()]):
        chance = Random(derive(blueprint.name, "laws", weakening.tool, number))
        world = fresh.copy()
        told = [_law_broken_by(world, call, sums) for call in calls]
        told += _walked(world, weakening.tool, sums, chance) if not calls else []
        if any(told):
            return next(filter(None, told))
    return ""


def _walked(world: Interpreter, tool: str, sums: Mapping[str, int], chance: Random) -> list[str]:
    told: list[str] = []
    for _ in range(_CALLS):
        name = tool if chance.random() < 0.7 else chance.choice([*world.blueprint.tools])
        arguments = draw_arguments(world, name, chance)
        told += [_law_broken_by(world, (name, arguments), sums)] if arguments is not None else []
    return told


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
    """Say whether an effect on money or on a counter was changed, or dropped."""
    if ".do[" not in weakening.path:
        return False
    fields = {
        name
        for entity in blueprint.entities.values()
        for name, field in entity.fields.items()
        if field.type == "money" or field.counter
    }
    column = weakening.path.rpartition(".set.")[2] if ".set." in weakening.path else ""
    return column in fields if column else any(f'"{name}"' in weakening.before for name in fields)
