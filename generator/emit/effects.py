"""What a tool touches: every expression in it, and the entities and columns it reads and writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.blueprint import (
    Blueprint,
    CreateEffect,
    DeleteEffect,
    EachEffect,
    Effect,
    ToolPart,
    UpdateEffect,
    WhenEffect,
)
from generator.expression import parse, parse_message
from generator.infer import Type, infer, reads, tool_types


@dataclass(frozen=True, slots=True)
class Touches:
    """The entities a tool reads and writes, and the columns it sets, in blueprint order."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sets: frozenset[tuple[str, str]]
    deletes: frozenset[str]


def touches(blueprint: Blueprint, name: str) -> Touches:
    """Name what a tool touches, as its expressions and effects say without running it."""
    tool = blueprint.tools[name]
    seen, written, deleted, columns = {tool.entity} if tool.entity else set[str](), set[str](), set[str](), []
    if tool.kind in ("create", "update"):
        written.add(tool.entity)
        fields = blueprint.entities[tool.entity].fields
        columns += [(tool.entity, column) for column in tool.set]
        seen |= {fields[column].to for column in tool.set if fields[column].type == "ref"}
    elif tool.kind == "delete":
        deleted |= {tool.entity, *tool.cascade}
    elif tool.kind == "action":
        types = tool_types(blueprint, tool)
        for tree, names in trees(blueprint, tool, types):
            seen |= reads(tree, names, blueprint)
        for effect, names in steps(tool.do, types):
            match effect:
                case UpdateEffect(update=target, set=values):
                    entity = infer(parse(target), names, blueprint).entity
                    written.add(entity)
                    columns += [(entity, column) for column in values]
                case CreateEffect(create=entity, set=values):
                    written.add(entity)
                    columns += [(entity, column) for column in values]
                case DeleteEffect(delete=target):
                    deleted.add(infer(parse(target), names, blueprint).entity)
                case _:
                    pass
    return Touches(
        tuple(entity for entity in blueprint.entities if entity in seen | deleted),
        tuple(entity for entity in blueprint.entities if entity in written | deleted),
        frozenset(columns),
        frozenset(deleted),
    )


def steps(effects: Sequence[Effect], types: Mapping[str, Type]) -> Iterator[tuple[Effect, Mapping[str, Type]]]:
    """Yield every effect, also those inside `when` and `each`, with the types of names."""
    for effect in effects:
        yield effect, types
        match effect:
            case WhenEffect(do=do, otherwise=otherwise):
                yield from steps([*do, *otherwise], types)
            case EachEffect(do=do):
                yield from steps(do, types)
            case _:
                pass


def trees(
    blueprint: Blueprint, tool: ToolPart, types: Mapping[str, Type]
) -> Iterator[tuple[ast.expr, Mapping[str, Type]]]:
    """Yield every expression of an action with the types of the names in it."""
    for text in texts(tool):
        yield parse(text), types
    for _, words in tool.require.values():
        for part in parse_message(words):
            if not isinstance(part, str):
                yield part, types


def texts(tool: ToolPart) -> Iterator[str]:
    """Yield every expression of an action as written, but for those in sentences."""
    yield from tool.let.values()
    for condition, _ in tool.require.values():
        yield condition
    for effect, _ in steps(tool.do, {}):
        match effect:
            case UpdateEffect(update=target, set=values):
                yield from (target, *values.values())
            case CreateEffect(set=values):
                yield from values.values()
            case DeleteEffect(delete=target):
                yield target
            case WhenEffect(when=condition):
                yield condition
            case EachEffect(over=over):
                yield over
    yield from tool.returns.values()
    if tool.advance:
        yield tool.advance


def stored_in(blueprint: Blueprint, tool: ToolPart) -> Mapping[str, str]:
    """Give, for each argument whose value an effect stores unchanged, the column as `entity.field`."""
    types = tool_types(blueprint, tool)
    homes: dict[str, str] = {}
    for effect, names in steps(tool.do, types):
        match effect:
            case UpdateEffect(update=target, set=values):
                entity = infer(parse(target), names, blueprint).entity
            case CreateEffect(create=entity, set=values):
                pass
            case _:
                continue
        for column, text in values.items():
            if text.strip() in tool.args:
                homes.setdefault(text.strip(), f"{entity}.{column}")
    return homes
