"""Other values an argument could take: the ends of its range, stored values and their neighbours, every row."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from envkit.calls import Json
from generator.draw import draw_text
from generator.interpret import Interpreter
from generator.parameters import Parameter
from generator.tables import wire
from generator.value_types import Type

_MOST_ROWS = 60
_MOST_NUMBERS = 24
_MOST_MOMENTS = 30
_FAR_DAYS = (-400, -31, -8, -2, 2, 8, 31, 100, 400)
_NEAR_MINUTES = (-1440, -60, -1, 0, 1, 60, 1440)


def alternatives(world: Interpreter, of: Parameter, chance: Random) -> list[Json]:
    """List values of the parameter's type worth trying, within its bounds; a ref to nothing is the last."""
    found = _of_type(world, of, of.type, chance)
    return [value for at, value in enumerate(found) if value not in found[:at]]


def missing_id(world: Interpreter, entity: str) -> str:
    """Give an id of the entity's form that no row has."""
    return f"{world.blueprint.entities[entity].prefix}_zzzzzz"


def _of_type(world: Interpreter, of: Parameter, kind: Type, chance: Random) -> list[Json]:
    match kind.kind:
        case "ref":
            ids: list[Json] = [row.id for row in world.tables.all(kind.entity)]
            return [*chance.sample(ids, min(_MOST_ROWS, len(ids))), missing_id(world, kind.entity)]
        case "bool":
            return [True, False]
        case "int" | "money":
            return [*_numbers(world, of, chance)]
        case "time":
            return [*_moments(world, chance)]
        case "list":
            assert kind.item is not None
            items = _of_type(world, of, kind.item, chance)
            several = chance.sample(items[:-1], min(4, len(items[:-1])))
            return [[], several, several[:2], *([item] for item in items)]
        case _ if kind.values:
            return [*kind.values]
        case _:
            return _texts(world, of, chance)


def _numbers(world: Interpreter, of: Parameter, chance: Random) -> list[int]:
    low = of.low if of.low is not None else -1
    high = of.high if of.high is not None else 10**9
    stored = set()
    for name, entity in world.blueprint.entities.items():
        columns = [column for column, field in entity.fields.items() if field.type in ("int", "money")]
        stored |= {row.values[column] for row in world.tables.all(name)[-60:] for column in columns}
    near = sorted({value + step for value in stored if value is not None for step in (-1, 0, 1)})
    picked = chance.sample(near, min(_MOST_NUMBERS, len(near)))
    wanted = [low, low + 1, low + 2, high, high - 1, 0, 1, 2, 3, 10, 100, *picked]
    return [value for value in wanted if low <= value <= high]


def _moments(world: Interpreter, chance: Random) -> list[Json]:
    stored: set[datetime] = set()
    for name, entity in world.blueprint.entities.items():
        columns = [column for column, field in entity.fields.items() if field.type == "time"]
        stored |= {row.values[column] for row in world.tables.all(name)[-60:] for column in columns} - {None}
    moments = [world.now + timedelta(days=days) for days in _FAR_DAYS]
    moments += [world.now + timedelta(minutes=minutes) for minutes in _NEAR_MINUTES]
    near = sorted({moment + timedelta(minutes=minutes) for moment in stored for minutes in _NEAR_MINUTES})
    return [wire(moment) for moment in [*moments, *chance.sample(near, min(_MOST_MOMENTS, len(near)))]]


def _texts(world: Interpreter, of: Parameter, chance: Random) -> list[Json]:
    stored: list[str] = []
    for name, entity in world.blueprint.entities.items():
        for column, field in entity.fields.items():
            if column == of.name and field.type in ("str", "text"):
                stored += [str(row.values[column]) for row in world.tables.all(name)[-20:] if row.values[column]]
    drawn = [draw_text(world.blueprint, of.name, chance) for _ in range(2)]
    codes = [text for text in _codes(world) if text]
    return [*drawn, *stored, *chance.sample(codes, min(8, len(codes))), "", " ", "x" * 300]


def _codes(world: Interpreter) -> list[str]:
    """List the values of unique text columns: a caller may type a code, a number or an address."""
    found: list[str] = []
    for name, entity in world.blueprint.entities.items():
        columns = [column for column, field in entity.fields.items() if field.unique and field.type == "str"]
        found += [str(row.values[column] or "") for row in world.tables.all(name)[:20] for column in columns]
    return found
