"""The compiler: an API description becomes a blueprint, without a language model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.blueprint import Blueprint, ClockPart, EntityPart, ToolPart
from generator.compile.draft import Draft, coherent, whole
from generator.compile.hints import seeded
from generator.compile.overlay import EntityPatch, Overlay, OverlayError, patch_entity, patch_tool
from generator.compile.words import Dropped, sentence, snake
from generator.expression import closest
from generator.intervals import in_order, intervals
from generator.resource import Resource, ResourceError

COMPILED = "compiled"
"""The domain of what is compiled without an overlay."""
MOST = 30
"""Tools of an environment that is compiled without an overlay."""

_START = "2025-03-03T09:00:00Z"
_LISTS = ("filter", "range", "search", "sort")
_CUSTOM = "a custom action: the document does not say its effect; write it in an overlay"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A blueprint and everything of its document that it leaves out, with reasons."""

    blueprint: Blueprint
    dropped: tuple[Dropped, ...]


def compile(resource: Resource, overlay: Overlay | None = None) -> Compiled:
    """Compile a described API; an overlay adds guards, effects, seeds and names.

    Raises OverlayError when the overlay speaks of what the document does not have, and ResourceError when nothing in it
    can be compiled.
    """
    if overlay is None:
        draft = coherent(resource.description, MOST)
        if not draft.tools:
            advice = "have a language model draft it (envfarm draft --model), or write a blueprint"
            raise ResourceError(
                f"{resource.reference}: none of its operations keeps rows, so nothing compiles; {advice}"
            )
        dropped = (*draft.dropped, *(Dropped(one.operation.id, one.operation.at, _CUSTOM) for one in draft.custom))
        return Compiled(_plain(resource, draft), dropped)
    return _overlaid(resource, whole(resource.description), overlay)


def _plain(resource: Resource, draft: Draft) -> Blueprint:
    entities = {
        name: seeded(name, one, (tool for key, tool in draft.tools.items() if draft.owners[key] == name))
        for name, one in draft.entities.items()
    }
    return Blueprint(
        blueprint=1,
        name=snake(f"{resource.description.provider} {resource.description.name}"),
        domain=COMPILED,
        title=resource.title,
        summary=sentence(resource.description.summary),
        source=(resource.source,),
        clock=ClockPart(start=_START),
        entities=entities,
        invariants={**_spans(entities), **draft.invariants},
        tools=draft.tools,
    )


def _spans(entities: Mapping[str, EntityPart]) -> dict[str, str]:
    """Write a law for every pair of moments that begin and end something."""
    laws = {}
    for name, entity in entities.items():
        optional = {f"x.{column}" for column, one in entity.fields.items() if one.optional}
        for start, end in intervals(entity.fields):
            condition = in_order(f"x.{start}", f"x.{end}", optional)
            laws[f"{name}_{start}_before_{end}"] = f"all({condition} for x in {name})"
    return laws


def _overlaid(resource: Resource, draft: Draft, overlay: Overlay) -> Compiled:
    _check_drops(draft, overlay.drop)
    dropped = list(draft.dropped)
    entities = _entities(draft, overlay, dropped)
    made = _tools(resource, draft, overlay, entities, dropped)
    used = {tool.origin for tool in made.values()}
    for operation in (one.operation for one in draft.custom):
        if operation.at not in used:
            dropped.append(Dropped(operation.id, operation.at, overlay.drop.get(operation.id, _CUSTOM)))
    blueprint = Blueprint(
        blueprint=1,
        name=overlay.name,
        domain=overlay.domain,
        title=overlay.title,
        summary=overlay.summary,
        version=overlay.version,
        source=(resource.source,),
        clock=overlay.clock,
        history=overlay.history,
        entities=entities,
        invariants=overlay.invariants,
        conserved=overlay.conserved,
        tools=made,
        policies=overlay.policies,
        personas=overlay.personas,
    )
    return Compiled(blueprint, tuple(dropped))


def _check_drops(draft: Draft, drop: Mapping[str, str]) -> None:
    known = {
        *draft.entities,
        *draft.tools,
        *(one.operation.id for one in draft.custom),
        *(f"{name}.{column}" for name, entity in draft.entities.items() for column in entity.fields),
    }
    problems = [f"drop.{key}: nothing of that name{closest(key, [*known])}" for key in drop if key not in known]
    if problems:
        raise OverlayError(problems)


def _entities(draft: Draft, overlay: Overlay, dropped: list[Dropped]) -> dict[str, EntityPart]:
    kept: dict[str, EntityPart] = {}
    problems: list[str] = []
    for name in _ordered(overlay.entities, draft.entities):
        part = draft.entities.get(name)
        if part and name in overlay.drop:
            dropped.append(Dropped(name, part.origin, overlay.drop[name]))
            continue
        gone = {column: f"{name}.{column}" for column in part.fields} if part else {}
        left = {}
        for column, field in part.fields.items() if part else ():
            if gone[column] in overlay.drop:
                dropped.append(Dropped(gone[column], field.origin, overlay.drop[gone[column]]))
            else:
                left[column] = field
        part = part.model_copy(update={"fields": left}) if part else None
        try:
            kept[name] = patch_entity(name, part, overlay.entities.get(name, EntityPatch()))
        except OverlayError as error:
            problems += error.problems
    if problems:
        raise OverlayError(problems)
    return kept


def _tools(
    resource: Resource, draft: Draft, overlay: Overlay, entities: Mapping[str, EntityPart], dropped: list[Dropped]
) -> dict[str, ToolPart]:
    kept: dict[str, ToolPart] = {}
    problems: list[str] = []
    for name in _ordered(overlay.tools, draft.tools):
        part = draft.tools.get(name)
        owner = draft.owners.get(name, "")
        reason = overlay.drop.get(name) or overlay.drop.get(owner)
        if part and reason:
            dropped.append(Dropped(name, part.origin, reason))
            continue
        if part:
            part = _without_lost_columns(part, owner, entities)
        patch = overlay.tools.get(name)
        try:
            if patch is not None:
                kept[name] = patch_tool(name, part, patch, entities, draft.methods, resource.description)
            elif part:
                kept[name] = part
        except OverlayError as error:
            problems += error.problems
    if problems:
        raise OverlayError(problems)
    return kept


def _without_lost_columns(tool: ToolPart, owner: str, entities: Mapping[str, EntityPart]) -> ToolPart:
    """Take dropped columns out of a plain tool's lists, and what the overlay made a counter or generated."""
    fields = entities[owner].fields
    lists = {key: tuple(one for one in getattr(tool, key) if one in fields) for key in _LISTS}
    settable = tuple(one for one in tool.set if one in fields and not fields[one].generated and not fields[one].counter)
    return tool.model_copy(update={**lists, "set": settable})


def _ordered(first: Iterable[str], rest: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*first, *rest]))
