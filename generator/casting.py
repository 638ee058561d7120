"""The cast of a blueprint's first rows: whom and what they name, what else that may be called, and rows so renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from envkit.calls import Json
from envkit.cast import FREE_TEXT, Cast, CastSpec, Things
from generator.blueprint import Blueprint
from generator.pools import PATTERNS

Rows = Sequence[tuple[str, Mapping[str, Json]]]
"""Rows, each with its table before it."""


def cast_spec(blueprint: Blueprint, rows: Rows) -> CastSpec:
    """Say whom and what the first rows name in the columns that have a cast."""
    people: dict[str, None] = {}
    things: list[Things] = []
    for entity, part in blueprint.entities.items():
        for column, field in part.fields.items():
            names = dict.fromkeys(_names(rows, entity, column))
            if field.cast == "person":
                people.update(names)
            elif field.cast:
                patterns = PATTERNS[field.cast]() if isinstance(field.cast, str) else field.cast
                things.append(Things(names=tuple(names), patterns=patterns))
    return CastSpec(people=tuple(people), things=tuple(things))


def recast(blueprint: Blueprint, rows: Rows, seed: int) -> Rows:
    """Return the first rows as worlds of that seed have them."""
    columns = {
        entity: tuple(name for name, field in part.fields.items() if field.type in FREE_TEXT)
        for entity, part in blueprint.entities.items()
    }
    cast = Cast(cast_spec(blueprint, rows), rows, columns)
    edits = {(entity, row_id): values for entity, row_id, values in cast.edits(seed)}
    return tuple((entity, {**row, **edits.get((entity, str(row["id"])), {})}) for entity, row in rows)


def _names(rows: Rows, entity: str, column: str) -> Iterator[str]:
    for table, row in rows:
        value = row.get(column) if table == entity else None
        if isinstance(value, str) and value:
            yield value
