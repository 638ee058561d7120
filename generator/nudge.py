"""Edits of stored values that make a guard fire which no calls from the seed were found to reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from envkit.calls import JsonObject
from generator.blueprint import FieldPart
from generator.casebook import Edit
from generator.draw import draw_arguments
from generator.evaluate import Value
from generator.interpret import Interpreter
from generator.search import Goal
from generator.tables import Record, rule_problem, wire
from generator.value_types import state_values

_TRIES = 700
_DRAWS = 6
_FAR_DAYS = (-400, -91, -31, -15, -2, -1, 1, 2, 15, 31, 91, 400)


def nudge(root: Interpreter, goal: Goal, known: JsonObject | None, chance: Random) -> tuple[Edit, JsonObject] | None:
    """Find one edit of the seed and arguments with which the goal's guard is the first to fail; None if none is found.

    `known`: the arguments that got past the most guards so far.
    """
    drawn = [draw_arguments(root, goal.tool, chance) for _ in range(_DRAWS)]
    tries = 0
    for arguments in [known, *drawn]:
        if arguments is None:
            continue
        world = root.copy()
        for record in _near(world, arguments):
            for edit in _edits(world, record):
                tries += 1
                if tries > _TRIES:
                    return None
                old = {name: wire(record.values[name]) for name in edit.values}
                world.tables.edit(edit.entity, edit.id, edit.values)
                refused = world.attempt(goal.tool, arguments)
                world.undo()
                world.tables.edit(edit.entity, edit.id, old)
                if refused is not None and refused.code == goal.code:
                    return edit, arguments
    return None


def _near(world: Interpreter, arguments: JsonObject) -> list[Record]:
    """List the rows that the arguments name, the rows those refer to, and some that refer to them."""
    texts = {text for value in arguments.values() for text in (value if isinstance(value, list) else [value])}
    every = [row for entity in world.blueprint.entities for row in world.tables.all(entity)]
    named = [row for row in every if row.id in texts]
    ids = {row.id for row in named}
    targets = {value for row in named for value in row.values.values() if isinstance(value, str)}
    beyond = [row for row in every if row.id in targets and row.id not in ids]
    back = [row for row in every if row.id not in ids | targets and ids & set(map(str, row.values.values()))]
    return [*named, *beyond, *back[:6]]


def _edits(world: Interpreter, record: Record) -> Iterator[Edit]:
    for name, field in world.blueprint.entities[record.entity].fields.items():
        if field.unique:
            continue
        for value in _values(world, field, record.values[name]):
            if value != record.values[name] and not rule_problem(field, value):
                yield Edit(record.entity, record.id, {name: wire(value)})


def _values(world: Interpreter, field: FieldPart, now: Value) -> list[Value]:
    match field.type:
        case "state":
            return [*state_values(field)]
        case "enum":
            return [*field.values]
        case "bool":
            return [True, False]
        case "int" | "money":
            ends = [end for end in (field.min, field.max) if end is not None]
            return [*ends, 0, 1, 2, *([now - 1, now + 1, now * 10] if now is not None else []), 10**7]
        case "time":
            return [*(world.now + timedelta(days=days) for days in _FAR_DAYS), *([None] if field.optional else [])]
        case "ref":
            return [row.id for row in world.tables.all(field.to)[:6]]
        case _:
            return []
