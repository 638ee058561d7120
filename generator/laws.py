"""Whether a blueprint's laws notice its own mistakes: weakened tools walked until an invariant or a sum gives way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL
from generator.blueprint import Blueprint
from generator.casebook import Rows
from generator.draw import draw_arguments
from generator.interpret import Interpreter
from generator.weaken import Weakening, weakenings
from registry.mutants.mutant import Operator

OPERATORS: frozenset[Operator] = frozenset({"effect_delete", "guard_remove", "arithmetic", "constant"})
_WALKS = 2
_CALLS = 12
_TRIES = 6

Calls = Mapping[str, Sequence[JsonObject]]
"""Arguments with which tools are known to succeed somewhere."""


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


def notices(blueprint: Blueprint, rows: Rows, known: Calls) -> Iterator[Notice]:
    """Judge each weaker form of each action by the laws alone, over seeded walks that lean on the changed tool."""
    for tool in blueprint.tools:
        for weakening in weakenings(blueprint, tool):
            if weakening.operator in OPERATORS:
                by = _given_way(weakening, blueprint, rows, known)
                owed = _is_owed(weakening, blueprint)
                yield Notice(weakening, "caught" if by else "missed", owed, by)


def _given_way(weakening: Weakening, blueprint: Blueprint, rows: Rows, known: Calls) -> str:
    fresh = Interpreter(weakening.within(blueprint), rows)
    sums = fresh.conserved()
    for walk in range(_WALKS):
        chance = Random(derive(blueprint.name, "laws", weakening.tool, walk))
        world = fresh.copy()
        for _ in range(_CALLS):
            tool = weakening.tool if chance.random() < 0.7 else chance.choice([*blueprint.tools])
            code, is_changed = _step(world, tool, known.get(tool, ()), chance)
            if code == INTERNAL:
                return INTERNAL
            broken = _broken(world, sums) if is_changed else ""
            if broken:
                return broken
    return ""


def _step(world: Interpreter, tool: str, known: Sequence[JsonObject], chance: Random) -> tuple[str | None, bool]:
    """Make one call that succeeds, if one is found in a few tries."""
    code: str | None = None
    for _ in range(_TRIES):
        drawn = chance.choice(known) if known and chance.random() < 0.5 else draw_arguments(world, tool, chance)
        if drawn is None:
            return code, False
        outcome = world.call(tool, drawn)
        code = outcome.code
        if code is None or code == INTERNAL:
            return code, bool(outcome.diff.to_json())
    return code, False


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
