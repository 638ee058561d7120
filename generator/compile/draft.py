"""What a description alone gives: entities with columns, their tools, and actions by archetype."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from generator.blueprint import EntityPart, FieldPart, ToolPart
from generator.compile.actions import acts
from generator.compile.choose import choose
from generator.compile.entities import Entity, group, with_inline_rows
from generator.compile.fields import NO_COLUMNS, columns
from generator.compile.operations import tools
from generator.compile.rows import whole_rows
from generator.compile.spoken import Placed
from generator.compile.words import Dropped, sentence, traced
from generator.description import Description, Operation

_OF_A_MESSAGE = re.compile(r"\b(response|request|output|input|result)\b", re.IGNORECASE)
"""What a sentence about a message speaks of, that is none about a row."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the document alone gives. `owners` names the entity of each tool, `custom` is what became no tool."""

    entities: Mapping[str, EntityPart]
    tools: Mapping[str, ToolPart]
    owners: Mapping[str, str]
    methods: Mapping[str, Operation]
    custom: tuple[Placed, ...]
    dropped: tuple[Dropped, ...]
    invariants: Mapping[str, str] = field(default_factory=dict)


def whole(description: Description) -> Draft:
    """Draft all entities with their plain tools; custom operations are left for an overlay."""
    described = with_inline_rows(description)
    grouping = group(described)
    described = whole_rows(described, grouping.entities)
    return _drafted(described, grouping.entities, grouping.custom, grouping.dropped)


def coherent(description: Description, most: int) -> Draft:
    """Draft the entities that make one environment of at most `most` tools, with actions by archetype."""
    described = with_inline_rows(description)
    grouping = group(described)
    described = whole_rows(described, grouping.entities)
    choice = choose(described, grouping, most)
    draft = _drafted(described, choice.kept, grouping.custom, (*grouping.dropped, *choice.dropped))
    resources = {each.resource: one.name for one in choice.kept for each in one.crud.values()}
    resources = {resource: name for resource, name in resources.items() if name in draft.entities}
    made = acts(described, draft.custom, resources, draft.entities, draft.tools)
    return Draft(
        entities=made.entities,
        tools={**draft.tools, **made.tools},
        owners={**draft.owners, **made.owners},
        methods=draft.methods,
        custom=made.left,
        dropped=draft.dropped,
        invariants={**draft.invariants, **made.invariants},
    )


def _drafted(
    description: Description, kept: Iterable[Entity], custom: tuple[Placed, ...], dropped: Iterable[Dropped]
) -> Draft:
    gone = list(dropped)
    chosen = tuple(kept)
    entities: dict[str, EntityPart] = {}
    made: dict[str, ToolPart] = {}
    owners: dict[str, str] = {}
    for entity in chosen:
        found = columns(description, entity, [one.name for one in chosen])
        gone += found.dropped
        if not found.fields:
            gone.append(Dropped(entity.name, entity.at, NO_COLUMNS))
            continue
        fields = _without_circles(found.fields, entity.name, entities)
        prefix = _prefix(entity.name, {one.prefix for one in entities.values()})
        doc = sentence(description.schemas[entity.schema].doc)
        doc = _described(entity) if not doc or _OF_A_MESSAGE.search(doc) else doc
        entities[entity.name] = traced(EntityPart(doc=doc, prefix=prefix, fields=fields), entity.at)
        for name, tool in tools(entity, fields, found.fixed).items():
            if not tool.set and (tool.kind in ("create", "update") or (tool.kind == "action" and not tool.args)):
                gone.append(Dropped(name, tool.origin, "the server fills every column; there is nothing to give"))
            else:
                made.setdefault(name, tool)
                owners.setdefault(name, entity.name)
    methods = {one.id: one for one in description.operations}
    return Draft(entities, made, owners, methods, custom, tuple(gone))


def _without_circles(
    fields: Mapping[str, FieldPart], entity: str, before: Mapping[str, EntityPart]
) -> Mapping[str, FieldPart]:
    """Let rows do without a row that can only be made after them."""
    return {
        name: one.model_copy(update={"optional": True})
        if one.type == "ref" and one.to not in (entity, *before)
        else one
        for name, one in fields.items()
    }


def _described(entity: Entity) -> str:
    words = entity.name.replace("_", " ")
    owner = entity.within or (entity.parents[-1] if entity.parents else "")
    return f"One {words} of the {owner.replace('_', ' ')}." if owner else f"One {words}."


def _prefix(name: str, taken: set[str]) -> str:
    """Shorten an entity's name to an id prefix of three letters or so that no other entity has."""
    words = name.split("_")
    head = words[0][:3] if len(words) == 1 else "".join(word[0] for word in words[:-1])[:3] + words[-1][:2]
    prefix, count = head if len(head) > 1 else f"{head}x", 1
    while prefix in taken:
        count += 1
        prefix = f"{head[:5]}{count}"
    return prefix
