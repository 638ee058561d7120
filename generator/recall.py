"""What the calls in a lock reach today: the oracle judges each anew, and what it no longer bears out is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from envkit.errors import INTERNAL, INVALID_ARGUMENT
from generator.blueprint import Blueprint
from generator.case_lists import list_calls
from generator.casebook import Edit
from generator.interpret import Interpreter
from generator.lock import Hint, Lock, digest_of
from generator.search import Goal, Witness, conditions_of
from generator.tables import rule_problem, typed_value


def recalled(root: Interpreter, lock: Lock) -> dict[Goal, Witness]:
    """Give a witness for each goal that calls in the lock reach."""
    found: dict[Goal, Witness] = {}
    listed = _listed(root)
    for hint in lock.witnesses:
        goal = _reached(root, hint) if hint.name not in listed else None
        if goal is not None and goal not in found:
            found[goal] = Witness(goal, hint.calls)
    return found


def joined(known: Mapping[Goal, Witness], fresh: Mapping[Goal, Witness]) -> dict[Goal, Witness]:
    """Add to known witnesses what fresh ones reach beyond them: a goal, or a way that no known success goes."""
    found = dict(known)
    gone = {goal.tool: _gone(known, goal.tool) for goal in known if not goal.code}
    for goal, witness in fresh.items():
        is_new = goal.tool not in gone or not goal.ways <= gone[goal.tool]
        if goal not in found and (goal.code or is_new):
            found[goal] = witness
            if goal.tool in gone:
                gone[goal.tool] |= goal.ways
    return found


def open_goals(blueprint: Blueprint, known: Iterable[Goal]) -> tuple[Goal, ...]:
    """List the guards that nothing makes fire and the tools that never succeed."""
    reached = {(goal.tool, goal.code) for goal in known}
    every = [(name, code) for name, tool in blueprint.tools.items() for code in ("", *tool.require)]
    return tuple(Goal(tool, code) for tool, code in every if (tool, code) not in reached)


def ways_left(blueprint: Blueprint, known: Mapping[Goal, Witness]) -> str:
    """Digest the ways that no success goes, and how many successes of each tool there are."""
    return digest_of(_ways_left(blueprint, known))


def stands(world: Interpreter, edits: Iterable[Edit]) -> bool:
    """Say whether edits are of rows and columns that there are, to values those may have."""
    return all(_fits(world, edit) for edit in edits)


def _ways_left(blueprint: Blueprint, known: Mapping[Goal, Witness]) -> Iterator[str]:
    for name, tool in blueprint.tools.items():
        gone = _gone(known, name)
        yield f"{name} {sum(1 for goal in known if goal.tool == name)}"
        yield from (
            f"{name} {holds} {text}"
            for text in conditions_of(tool)
            for holds in (True, False)
            if (text, holds) not in gone
        )


def _gone(known: Iterable[Goal], tool: str) -> set[tuple[str, bool]]:
    return {way for goal in known if goal.tool == tool for way in goal.ways}


def _listed(root: Interpreter) -> frozenset[str]:
    """Name the cases that list tools have without a search."""
    tools = root.blueprint.tools
    return frozenset(
        scene.name for name, tool in tools.items() if tool.kind == "list" for scene, _ in list_calls(root, name)
    )


def _reached(root: Interpreter, hint: Hint) -> Goal | None:
    """Say what the last of the calls reaches, if all before it succeed."""
    world = root.copy()
    if hint.calls[-1][0] != hint.tool or any(world.attempt(*call) is not None for call in hint.calls[:-1]):
        return None
    refused = world.attempt(*hint.calls[-1])
    if refused is None:
        return Goal(hint.tool, "", world.ways)
    return None if refused.code in (INTERNAL, INVALID_ARGUMENT) else Goal(hint.tool, refused.code or "")


def _fits(world: Interpreter, edit: Edit) -> bool:
    entity = world.blueprint.entities.get(edit.entity)
    if entity is None or world.tables.find(edit.entity, edit.id) is None or not entity.fields.keys() >= {*edit.values}:
        return False
    for name, value in edit.values.items():
        part = entity.fields[name]
        try:
            is_broken = bool(rule_problem(part, typed_value(part, value)))
        except (TypeError, ValueError):
            return False
        if is_broken or (part.type == "ref" and value is not None and world.tables.find(part.to, str(value)) is None):
            return False
    return True
