"""The text of `cast.json`: who and what the first rows name, and what else they may be called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from envkit.calls import JsonObject
from envkit.cast import CastSpec, Things
from generator.blueprint import Blueprint
from generator.pools import PATTERNS


def cast_text(blueprint: Blueprint, rows: Iterable[tuple[str, JsonObject]]) -> str:
    """Write the cast of a blueprint's first rows; an empty text if it has none."""
    rows = tuple(rows)
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
    if not people and not things:
        return ""
    spec = CastSpec(people=tuple(people), things=tuple(things))
    return orjson.dumps(spec.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode() + "\n"


def _names(rows: Iterable[tuple[str, JsonObject]], entity: str, column: str) -> Iterator[str]:
    for table, row in rows:
        value = row.get(column) if table == entity else None
        if isinstance(value, str) and value:
            yield value
