"""Drift: how a source differs from what an environment was made from, and which of its elements that concerns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.blueprint import Blueprint
from generator.emit.effects import touches
from generator.outline import OperationOutline, SourceOutline, ValueOutline, origins
from generator.resource import Resource, resolve


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a sentence, and where the changed part stood before; no place for what is new."""

    sentence: str
    at: str = ""


def changes(before: SourceOutline, after: SourceOutline) -> tuple[Change, ...]:
    """Compare two outlines of one source; of what the blueprint does not use, only operations come and go."""
    return (*_operations(before.operations, after.operations), *_schemas(before, after))


def lost_pointers(blueprint: Blueprint, resource: Resource) -> tuple[Change, ...]:
    """Find the elements whose pointers lead nowhere: all that can be told where no outline was kept."""
    lost = (
        origin for origin in origins(blueprint).values() if origin.startswith("/") and not _is_there(resource, origin)
    )
    return tuple(Change(f"nothing stands at {origin} any more", origin) for origin in dict.fromkeys(lost))


def concerned(blueprint: Blueprint, change: Change) -> tuple[str, ...]:
    """Name the elements of a blueprint that a change concerns: what came from there, and the tools that use it."""
    if not change.at:
        return ()
    known = origins(blueprint)
    found = [path for path, origin in known.items() if origin == change.at or origin.startswith(f"{change.at}/")]
    found = found or _enclosing(known, change.at)
    outermost = [path for path in found if not any(path.startswith(f"{other}.") for other in found)]
    columns = [(path.split(".")[1], path.split(".")[3]) for path in found if ".fields." in path]
    users = [
        f"tools.{tool}"
        for tool in blueprint.tools
        if any(_uses(blueprint, tool, entity, column) for entity, column in columns)
    ]
    return tuple(dict.fromkeys([*outermost, *users]))


def _operations(before: Mapping[str, OperationOutline], after: Mapping[str, OperationOutline]) -> Iterator[Change]:
    for name, one in before.items():
        if name not in after:
            yield Change(f"operation {_called(name, one)} is gone", one.at)
    for name, one in after.items():
        if name not in before:
            yield Change(f"operation {_called(name, one)} is new")
    for name, one in before.items():
        if name in after and (one.is_used or one.call != after[name].call):
            yield from _operation(name, one, after[name])


def _operation(name: str, before: OperationOutline, after: OperationOutline) -> Iterator[Change]:
    if before.call != after.call:
        yield Change(
            f"operation {name} was {before.call or 'a procedure'}, is now {after.call or 'a procedure'}", before.at
        )
    if not after.is_used:
        return
    demanded, let = _apart(before.demands, after.demands)
    if demanded:
        yield Change(f"operation {name} now requires {', '.join(demanded)}", before.at)
    if let:
        yield Change(f"operation {name} no longer requires {', '.join(let)}", before.at)
    yield from _values(before.parameters, after.parameters, f"parameter {{}} of operation {name}", before.at)


def _schemas(before: SourceOutline, after: SourceOutline) -> Iterator[Change]:
    for name, one in before.schemas.items():
        if name not in after.schemas:
            yield Change(f"schema {name} is gone", one.at)
        else:
            yield from _values(one.properties, after.schemas[name].properties, f"property {{}} of {name}", one.at)


def _values(
    before: Mapping[str, ValueOutline], after: Mapping[str, ValueOutline], naming: str, owner: str
) -> Iterator[Change]:
    for name, one in before.items():
        said = naming.format(name)
        if name not in after:
            yield Change(f"{said} is gone", one.at)
            continue
        now = after[name]
        if one.type != now.type:
            yield Change(f"{said} was {one.type or 'of no type'}, is now {now.type or 'of no type'}", one.at)
        come, gone = _apart(one.values, now.values)
        if come or gone:
            parts = [f"{word} {', '.join(values)}" for word, values in (("gone:", gone), ("new:", come)) if values]
            yield Change(f"values of {said}: {'; '.join(parts)}", one.at)
    for name in after:
        if name not in before:
            yield Change(f"{naming.format(name)} is new", owner)


def _apart(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    """Give what came and what went, each in its own order."""
    old, new = [*before], [*after]
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _called(name: str, one: OperationOutline) -> str:
    return f"{name} ({one.call})" if one.call else name


def _is_there(resource: Resource, origin: str) -> bool:
    try:
        resolve(resource.document, origin)
    except LookupError:
        return False
    return True


def _enclosing(known: Mapping[str, str], at: str) -> list[str]:
    """Name the elements that come from the innermost part around a place."""
    around = {path: len(origin) for path, origin in known.items() if at.startswith(f"{origin}/")}
    innermost = max(around.values(), default=0)
    return [path for path, length in around.items() if length == innermost]


def _uses(blueprint: Blueprint, name: str, entity: str, column: str) -> bool:
    tool = blueprint.tools[name]
    if tool.kind != "action":
        taken = (*tool.filter, *tool.range, *tool.search, *tool.sort, *tool.set)
        return tool.entity == entity and column in taken
    touched = touches(blueprint, name)
    written = tool.model_dump_json(include={"let", "require", "do", "returns", "advance"})
    return (entity, column) in touched.sets or (
        entity in touched.reads and re.search(rf"\.{column}\b", written) is not None
    )
