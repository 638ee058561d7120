"""The text of manifest.json: what an environment offers, as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from envkit.clock import to_wire
from envkit.manifest import (
    ClockSpec,
    EntitySpec,
    FieldSpec,
    Manifest,
    RefusalSpec,
    ReturnSpec,
    ToolSpec,
)
from generator.blueprint import Blueprint, EntityPart, ToolPart
from generator.emit.edges import edges
from generator.emit.effects import Touches, touches
from generator.emit.module import Module
from generator.emit.parameters import column_words, values_of
from generator.emit.returns import members
from generator.emit.words import article, sentence, spoken


def manifest(blueprint: Blueprint) -> Manifest:
    """Describe a blueprint's environment; its edges are all that fit by type, proven or not."""
    module = Module(blueprint)
    tools = tuple(_tool(module, name) for name in blueprint.tools)
    entities = tuple(_entity(module, name, part) for name, part in blueprint.entities.items())
    start = datetime.fromisoformat(blueprint.clock.start)
    return Manifest(
        slug=blueprint.name,
        domain=blueprint.domain,
        title=blueprint.title,
        summary=blueprint.summary,
        version=blueprint.version,
        blueprint_digest=blueprint.digest,
        sources=blueprint.source,
        clock=ClockSpec(
            start=to_wire(start if start.tzinfo else start.replace(tzinfo=UTC)), tick_s=blueprint.clock.tick_seconds
        ),
        entities=entities,
        tools=tools,
        edges=tuple(edges(entities, tools)),
        invariants=blueprint.invariants,
        conserved=blueprint.conserved,
        policies=blueprint.policies,
    )


def manifest_text(made: Manifest) -> str:
    """Write a manifest, defaults left out."""
    text = {"manifest": 1, **made.model_dump(mode="json", exclude_defaults=True)}
    return orjson.dumps(text, option=orjson.OPT_INDENT_2).decode() + "\n"


def _entity(module: Module, name: str, part: EntityPart) -> EntitySpec:
    fields = tuple(
        FieldSpec(
            name=column,
            type=field.type,
            description=column_words(column, field),
            optional=field.optional,
            unique=field.unique,
            generated=field.generated or bool(field.counter),
            counter=bool(field.counter),
            values=values_of(field),
            moves=field.moves,
            to=field.to,
            minimum=field.min,
            maximum=field.max,
        )
        for column, field in part.fields.items()
    )
    words = part.doc or f"{article(spoken(name)).capitalize()}."
    return EntitySpec(name=name, title=module.classes[name], prefix=part.prefix, description=words, fields=fields)


def _tool(module: Module, name: str) -> ToolSpec:
    tool = module.blueprint.tools[name]
    touched = touches(module.blueprint, name)
    return ToolSpec(
        name=name,
        kind=tool.kind,
        title=tool.title or sentence(name),
        description=" ".join(tool.doc.split()),
        entity=tool.entity,
        arguments=tuple(parameter.spec for parameter in module.parameters[name]),
        returns=tuple(_returns(module.blueprint, tool)),
        reads=touched.reads,
        writes=touched.writes,
        read_only=not (touched.writes or tool.advance),
        destructive=tool.destructive or tool.kind == "delete",
        idempotent=tool.idempotent or tool.kind == "update",
        refusals=tuple(_refusals(module, name, touched)),
        phrases=tool.phrases,
    )


def _returns(blueprint: Blueprint, tool: ToolPart) -> Iterator[ReturnSpec]:
    """List the members of an answer; a row's own columns are not listed, its member is named after the entity."""
    match tool.kind:
        case "list":
            yield ReturnSpec(name="items", type="rows", entity=tool.entity)
            yield ReturnSpec(name="total", type="int")
            yield ReturnSpec(name="next_cursor", type="str")
        case "get" | "create" | "update":
            yield ReturnSpec(name="", type="row", entity=tool.entity)
        case "delete":
            yield ReturnSpec(name="id", type="ref", entity=tool.entity)
            yield ReturnSpec(name="deleted", type="bool")
        case "action":
            for member in members(blueprint, tool):
                kind = member.of.kind
                if kind == "gen" or kind == "span" or kind == "none":
                    raise AssertionError(f"{member.name}: the audit lets no {kind} be an answer")
                yield ReturnSpec(name=member.name, type=kind, entity=member.of.entity)


def _refusals(module: Module, name: str, touched: Touches) -> Iterator[RefusalSpec]:
    """List the guards in their order, then what the kit may refuse with."""
    tool = module.blueprint.tools[name]
    for code, (_, words) in tool.require.items():
        yield RefusalSpec(code=code, message=words)
    entities = module.blueprint.entities
    arguments = [parameter.spec for parameter in module.parameters[name]]
    written = [(entity, entities[entity].fields[column]) for entity, column in touched.sets]
    refs = {field.to for part in entities.values() for field in part.fields.values() if field.type == "ref"}
    kit = {
        "not_found": any(spec.type == "ref" and spec.role in ("key", "value") for spec in arguments),
        "already_exists": any(field.unique for _, field in written),
        "invalid_transition": any(field.moves for _, field in written),
        "in_use": bool(touched.deletes & refs),
        "nothing_to_update": tool.kind == "update",
        "invalid_cursor": tool.kind == "list",
        "invalid_argument": bool(arguments),
    }
    yield from (RefusalSpec(code=code, message=_KIT_WORDS[code]) for code, occurs in kit.items() if occurs)


_KIT_WORDS = {
    "not_found": "No row has the id that was given.",
    "already_exists": "Another row already has a value that must be unique.",
    "invalid_transition": "The row cannot go from its state to the new one.",
    "in_use": "Other rows still point at the row.",
    "nothing_to_update": "Nothing to change was given.",
    "invalid_cursor": "The cursor is not one of this query.",
    "invalid_argument": "An argument is missing, unknown, of the wrong type or out of bounds.",
}
