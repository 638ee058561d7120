"""Reading answers: the rows a tool returned and the values at a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from envkit.calls import Json, JsonObject
from envkit.manifest import ToolSpec
from registry.case import CURSOR


def rows_in(tool: ToolSpec, content: Json) -> tuple[tuple[str, JsonObject], ...]:
    """Return (entity, row) for each row in what a tool answered."""
    if not isinstance(content, Mapping):
        return ()
    if tool.kind in ("get", "create", "update"):
        return ((tool.entity, content),)
    found: list[tuple[str, JsonObject]] = []
    for part in tool.returns:
        value = content.get(part.name)
        if part.type == "row" and isinstance(value, Mapping):
            found.append((part.entity, value))
        elif part.type == "rows" and isinstance(value, Sequence):
            found.extend((part.entity, row) for row in value if isinstance(row, Mapping))
    return tuple(found)


def values_at(content: Json, path: str) -> tuple[str, ...]:
    """Return the different strings at a path (`items[].id`, `booking.id`), in their order."""
    here: list[Json] = [content]
    for part in path.split("."):
        name = part.removesuffix("[]")
        here = [each[name] for each in here if isinstance(each, Mapping) and name in each]
        if part.endswith("[]"):
            here = [item for each in here if isinstance(each, list) for item in each]
    flat = (item for each in here for item in (each if isinstance(each, list) else [each]))
    return tuple(dict.fromkeys(item for item in flat if isinstance(item, str)))


def without_cursors(content: Json) -> Json:
    """Return content with every page cursor replaced by the mark that cases use."""
    if isinstance(content, Mapping):
        return {
            name: CURSOR if name == "next_cursor" and value is not None else without_cursors(value)
            for name, value in content.items()
        }
    return [without_cursors(item) for item in content] if isinstance(content, list) else content
