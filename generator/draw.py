"""Arguments drawn by chance that fit a tool and speak of rows that are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from envkit.calls import Json, JsonObject
from generator.blueprint import Blueprint
from generator.interpret import Interpreter
from generator.parameters import Parameter
from generator.pools import POOLS, draw, made_from
from generator.tables import Record, wire
from generator.value_types import Type

_TEXT_BY_WORD = (
    ("email", "email"),
    ("phone", "phone"),
    ("city", "city"),
    ("country", "country"),
    ("address", "address"),
    ("company", "company"),
    ("full_name", "person"),
    ("title", "topic"),
    ("subject", "topic"),
)
_SENTENCE_WORDS = ("note", "reason", "comment", "description", "message", "body", "text", "summary", "content")
_NO_TEXTS = ("bool", "int", "money", "time", "list")
_SPAN_DAYS = (-2, 12)
_HOURS = range(8, 18)


def draw_arguments(
    world: Interpreter, tool: str, chance: Random, favoured: frozenset[str] = frozenset()
) -> JsonObject | None:
    """Draw arguments that pass the tool's schema; None if a row it needs does not exist.

    Rows whose ids are `favoured` are chosen, or followed, half the time.
    """
    part = world.blueprint.tools[tool]
    if part.kind == "list":
        return _list_arguments(world, tool, chance)
    drawn: dict[str, Json] = {}
    chosen: list[Record] = []
    hot = favoured if chance.random() < 0.7 else frozenset()
    for each in world.parameters(tool):
        if not each.is_required and chance.random() < 0.4:
            continue
        value = _value(world, each, each.type, chosen, hot, chance)
        if value is None and each.is_required:
            return None
        if value is not None:
            drawn[each.name] = value
    return drawn


def draw_text(blueprint: Blueprint, name: str, chance: Random) -> str:
    """Draw a text that suits a name: as the column of that name is seeded, else by the words in the name."""
    hint = _hint_of(blueprint, name)
    if hint:
        return hint if ":" not in hint and hint not in POOLS else draw(hint, chance)
    for word, pool in _TEXT_BY_WORD:
        if word in name:
            return made_from("email", draw("person", chance), 0, chance) if pool == "email" else draw(pool, chance)
    if any(word in name for word in _SENTENCE_WORDS):
        return draw("sentence", chance)
    return f"{draw('word', chance)} {draw('word', chance)}".capitalize()


def _hint_of(blueprint: Blueprint, name: str) -> str:
    for entity in blueprint.entities.values():
        field = entity.fields.get(name)
        if field is None or field.type not in ("str", "text"):
            continue
        if isinstance(field.seed, str) and (field.seed in POOLS or field.seed.startswith("pattern:")):
            return field.seed
    return ""


def _value(
    world: Interpreter, each: Parameter, kind: Type, chosen: list[Record], hot: frozenset[str], chance: Random
) -> Json:
    match kind.kind:
        case "ref":
            row = _row(world, kind.entity, chosen, hot, chance)
            return row.id if row else None
        case "list":
            assert kind.item is not None
            items = [_value(world, each, kind.item, chosen, hot, chance) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
            return list(dict.fromkeys(item for item in items if item is not None)) or None
        case "bool":
            return chance.random() < 0.5
        case "time":
            return wire(_moment(world, chance))
        case "int" | "money":
            return _number(world, each, chance)
        case _ if kind.values:
            return chance.choice(kind.values)
        case _:
            return draw_text(world.blueprint, each.name, chance)


def _row(world: Interpreter, entity: str, chosen: list[Record], hot: frozenset[str], chance: Random) -> Record | None:
    """Choose a row, mostly a hot one or one that refers to a row chosen before or is referred to by it."""
    rows = world.tables.all(entity)
    if not rows:
        return None
    favoured = [row for row in rows if row.id in hot]
    if favoured and chance.random() < 0.6:
        chosen.append(chance.choice(favoured))
        return chosen[-1]
    is_new = _related(world, rows, chosen) if chosen else []
    row = chance.choice(is_new if is_new and chance.random() < 0.5 else rows)
    chosen.append(row)
    return row


def _related(world: Interpreter, rows: Sequence[Record], chosen: Sequence[Record]) -> list[Record]:
    """List the rows, none of them chosen, that name a chosen one; then those that one of them names."""
    ids = {row.id for row in chosen}
    fields = world.blueprint.entities[rows[0].entity].fields
    texts = [name for name, field in fields.items() if field.type not in _NO_TEXTS]
    named = {value for row in chosen for value in row.values.values() if isinstance(value, str)}
    others = [row for row in rows if row.id not in ids]
    naming = [row for row in others if not ids.isdisjoint([row.values[name] for name in texts])]
    return [*naming, *(row for row in others if row.id in named)]


def _moment(world: Interpreter, chance: Random) -> datetime:
    if chance.random() < 0.35:
        stored = _stored(world, ("time",))
        if stored:
            return _as_moment(chance.choice(stored)) + timedelta(hours=chance.choice((-24, -2, -1, 0, 0, 1, 2, 24)))
    day = world.now.replace(minute=0, second=0) + timedelta(days=chance.randint(*_SPAN_DAYS))
    hour = chance.choice(_HOURS) if chance.random() < 0.8 else chance.randrange(24)
    return day.replace(hour=hour) + timedelta(minutes=chance.choice((0, 0, 15, 30, 45)))


def _as_moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def _number(world: Interpreter, each: Parameter, chance: Random) -> int:
    low = each.low if each.low is not None else (0 if each.type.kind == "money" else 1)
    if each.high is not None:
        top = each.high if chance.random() < 0.3 else min(each.high, low + max(4, (each.high - low) // 10))
        step = 5 if low % 5 == 0 and top - low >= 20 else 1
        return chance.randrange(low, max(low, top) + 1, step)
    stored = [value for value in _stored(world, (each.type.kind,)) if isinstance(value, int) and value >= low]
    if stored and chance.random() < 0.6:
        value = chance.choice(stored)
        return max(low, chance.choice((value, value, value // 2, value // 4, value + 1)))
    return low + chance.choice((0, 1, 2, 3, 5, 8) if each.type.kind == "int" else (0, 100, 500, 1500, 5000, 20000))


def _stored(world: Interpreter, kinds: tuple[str, ...]) -> list[object]:
    found: list[object] = []
    for name, entity in world.blueprint.entities.items():
        columns = [column for column, field in entity.fields.items() if field.type in kinds]
        if columns:
            found += [row.values[column] for row in world.tables.all(name)[:40] for column in columns]
    return [value for value in found if value is not None]


def _list_arguments(world: Interpreter, tool: str, chance: Random) -> JsonObject:
    part = world.blueprint.tools[tool]
    rows = world.tables.all(part.entity)
    drawn: dict[str, Json] = {}
    model = chance.choice(rows) if rows else None
    for name in part.filter:
        if model and model.values[name] is not None and chance.random() < 0.4:
            drawn[name] = wire(model.values[name])
    for name in part.range:
        drawn |= _range(name, rows, chance) if chance.random() < 0.4 else {}
    if part.search and model and chance.random() < 0.5:
        piece = piece_of(str(model.values[part.search[0]] or ""))
        drawn |= {"query": piece} if piece else {}
    orders = [each for each in world.parameters(tool) if each.name == "sort"]
    if orders and chance.random() < 0.5:
        drawn["sort"] = chance.choice(orders[0].type.values)
    drawn["limit"] = chance.randint(1, min(5, part.page_sizes[1]))
    return drawn


def _range(name: str, rows: Sequence[Record], chance: Random) -> dict[str, Json]:
    values = sorted(row.values[name] for row in rows if row.values[name] is not None)
    if not values:
        return {}
    low, high = sorted((chance.choice(values), chance.choice(values)))
    ends: dict[str, Json] = {f"{name}_from": wire(low), f"{name}_to": wire(high)}
    return dict(chance.sample([*ends.items()], chance.randint(1, 2)))


def piece_of(text: str) -> str:
    """Give a piece of a text to search for: its first word in the other case."""
    return text.split(" ")[0][:8].swapcase() if text else ""
