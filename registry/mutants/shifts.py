"""Shifts: one stored value or one argument moved to where a tool may decide otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from envkit.calls import Json, JsonObject
from envkit.clock import from_wire, to_wire
from envkit.manifest import ArgumentSpec, FieldSpec, Manifest
from registry.case import Edit
from registry.checks.ground import target

_STEPS = (-1, 0, 1)
_BACK = 5
"""How many rows that point at a named row are looked at, by entity."""
_OTHERS = 4
"""How many other rows a reference is pointed at."""

Rows = Mapping[str, Sequence[JsonObject]]


@dataclass(frozen=True, slots=True)
class Ground:
    """A world about to be called: its rows, those the call bears on, and the gaps of what the tool compares."""

    manifest: Manifest
    rows: Rows
    near: tuple[tuple[str, JsonObject], ...]
    now: str
    arguments: JsonObject
    gaps: tuple[int, ...]


def ground_under(manifest: Manifest, rows: Rows, now: str, arguments: JsonObject, gaps: tuple[int, ...]) -> Ground:
    """Find the rows that the arguments name, what those point at, and what points at them."""
    return Ground(manifest, rows, tuple(_near(manifest, rows, arguments)), now, arguments, gaps)


def edits(ground: Ground, names: Collection[str]) -> list[Edit]:
    """List shifts of one stored value, in a column of these names, in the rows that a call bears on."""
    found: list[Edit] = []
    for entity, row in ground.near:
        for field in ground.manifest.entity(entity).fields:
            if field.name not in names:
                continue
            for value in _values(ground, entity, field, row[field.name]):
                if value != row[field.name]:
                    found.append(Edit.model_validate({"entity": entity, "id": row["id"], "set": {field.name: value}}))
    return found


def changed_arguments(ground: Ground, tool: str) -> list[JsonObject]:
    """List the arguments with one of them shifted, left out or added."""
    spec = ground.manifest.tool(tool)
    found: list[JsonObject] = []
    for argument in spec.arguments:
        if argument.role == "cursor":
            continue
        now = ground.arguments.get(argument.name)
        if now is not None and not argument.required:
            found.append({name: value for name, value in ground.arguments.items() if name != argument.name})
        for value in _asked(ground, argument, target(argument, spec), now):
            if value != now:
                found.append({**ground.arguments, argument.name: value})
    return found


def _near(manifest: Manifest, rows: Rows, arguments: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    texts = {str(text) for value in arguments.values() for text in (value if isinstance(value, list) else [value])}
    seen: set[str] = set()
    by_id = {str(row["id"]): (entity, row) for entity, each in rows.items() for row in each}
    wave = [by_id[text] for text in sorted(texts) if text in by_id]
    wave = wave or [(entity, row) for entity, each in rows.items() for row in each[:2]]
    for depth in range(4):
        following: list[tuple[str, JsonObject]] = []
        for entity, row in wave:
            if row["id"] in seen:
                continue
            seen.add(str(row["id"]))
            yield entity, row
            following += [by_id[str(row[each.name])] for each in _refs(manifest, entity) if row[each.name] in by_id]
            if depth < 2:
                following += _pointing(manifest, rows, entity, str(row["id"]))
        wave = following


def _refs(manifest: Manifest, entity: str) -> list[FieldSpec]:
    return [field for field in manifest.entity(entity).fields if field.type == "ref"]


def _pointing(manifest: Manifest, rows: Rows, entity: str, row_id: str) -> list[tuple[str, JsonObject]]:
    return [
        (other.name, row)
        for other in manifest.entities
        for field in other.fields
        if field.type == "ref" and field.to == entity
        for row in [row for row in rows[other.name] if row[field.name] == row_id][:_BACK]
    ]


def _values(ground: Ground, entity: str, field: FieldSpec, now: Json) -> list[Json]:
    nothing: list[Json] = [None] if field.optional else []
    same = [row[field.name] for row in ground.rows[entity] if row["id"] is not None]
    match field.type:
        case "int" | "money":
            return nothing + [value for value in _numbers(ground, now) if _fits(field, value)]
        case "time":
            return [*nothing, *_moments(ground, now)]
        case "bool":
            return [*nothing, not now]
        case "ref":
            return nothing + [row["id"] for row in ground.rows[field.to][:_OTHERS]]
        case "list":
            return [*nothing, [], *[value for value in same if value != now][:_OTHERS]]
        case _ if field.values:
            return [*nothing, *field.values]
        case _:
            return nothing + _texts(ground, same, now)


def _asked(ground: Ground, argument: ArgumentSpec, entity: str, now: Json) -> list[Json]:
    if entity:
        ids: list[Json] = [row["id"] for row in ground.rows[entity]]
        ids = [each for each in ids if any(row["id"] == each for _, row in ground.near)] + ids[:_OTHERS]
        if argument.many:
            whole = now if isinstance(now, list) else []
            return [[], whole[:1], [*whole, *whole], *([*whole, each] for each in ids), *([each] for each in ids)]
        return ids
    match argument.type:
        case "int" | "money":
            return list(_numbers(ground, now))
        case "time":
            return list(_moments(ground, now))
        case "bool":
            return [True, False]
        case "list":
            return [[], [*now, *now] if isinstance(now, list) else []]
        case _ if argument.values:
            return [*argument.values]
        case _:
            entity_name, _, column = argument.field.partition(".")
            same = [row.get(column) for row in ground.rows.get(entity_name, ())]
            texts = _texts(ground, same, now)
            return [[text] for text in texts] if argument.many else texts


def _numbers(ground: Ground, now: Json) -> Iterator[int]:
    """Yield neighbours of where a comparison tips: the value moved by each gap, and the gaps' own ends."""
    at = now if isinstance(now, int) and not isinstance(now, bool) else 0
    found = [at + sign * gap + step for gap in (0, *ground.gaps) for sign in (-1, 1) for step in _STEPS]
    yield from dict.fromkeys([*found, 0, 1])


def _moments(ground: Ground, now: Json) -> Iterator[str]:
    for moment in dict.fromkeys([now, ground.now]):
        if isinstance(moment, str):
            at = from_wire(moment)
            spans = [sign * gap + step for gap in (0, *ground.gaps) for sign in (-1, 1) for step in _STEPS]
            yield from (to_wire(at + timedelta(seconds=span)) for span in dict.fromkeys(spans) if abs(span) < 4 * 10**8)


def _texts(ground: Ground, same: Sequence[Json], now: Json) -> list[Json]:
    stored: list[Json] = [value for value in dict.fromkeys(map(str, same)) if value != now]
    given = [value for value in ground.arguments.values() if isinstance(value, str)]
    swapped = [now.swapcase()] if isinstance(now, str) else []
    return [*stored[:_OTHERS], *given, *swapped, ""]


def _fits(field: FieldSpec, value: int) -> bool:
    low, high = field.minimum, field.maximum
    return (low is None or value >= low) and (high is None or value <= high)
