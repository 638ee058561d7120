"""Grouping operations into entities: keyed by response schema, tied by path nouns, linked by path parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.compile.words import Dropped, snake
from generator.description import Description, Operation

_CLASSES = {
    "list": "list",
    "get": "get",
    "insert": "create",
    "create": "create",
    "patch": "update",
    "update": "update",
    "delete": "delete",
}
_NAMESPACE = re.compile(r"^Google\w*?V\d+(?:(?:alpha|beta|p)\d*)*(?=[A-Z])")
_GENERIC = frozenset({"name", "parent", "id", "resourceName", "resource"})
_PUSH = frozenset({"watch", "stop"})


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of row that the document implies.

    `crud`: its operations by class (list, get, create, update, delete). `key`: the path parameter that names one row;
    `parents`: the entities named earlier in its path. `within`: the entity whose rows hold it as an array, `at` where.
    `about`: the entity whose id its own rows are found by.
    """

    name: str
    schema: str
    at: str
    crud: Mapping[str, Operation]
    key: str = ""
    parents: tuple[str, ...] = ()
    within: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The entities of a document, the operations no class fits, and the operations left out."""

    entities: tuple[Entity, ...]
    custom: tuple[Operation, ...]
    dropped: tuple[Dropped, ...]


def group(description: Description) -> Grouping:
    """Sort the operations of a description into entities; every operation ends in exactly one part of the grouping."""
    by_resource: dict[tuple[str, ...], list[Operation]] = {}
    for operation in description.operations:
        by_resource.setdefault(operation.resource, []).append(operation)
    entities: dict[str, Entity] = {}
    custom: list[Operation] = []
    dropped: list[Dropped] = []
    for found in sorted(by_resource.values(), key=lambda one: -len(_classes(one))):
        crud, rest, gone = _split(found)
        custom += rest
        dropped += gone
        schema = _schema(description, crud.values())
        reason = _refusal(crud, schema, entities)
        if reason:
            dropped += [Dropped(operation.id, operation.at, reason) for operation in crud.values()]
        else:
            entities[schema] = _entity(description, schema, crud)
    linked = tuple(_link(entity, entities.values()) for entity in entities.values())
    return Grouping(_parents_first([*linked, *_nested(description, linked)]), tuple(custom), tuple(dropped))


def item_schema(description: Description, response: str) -> str:
    """Unwrap a list envelope (`items`, or any single array beside a page token) to the schema of its rows."""
    fields = description.properties(response)
    arrays = {name: part.items.ref for name, part in fields.items() if part.items and part.items.ref}
    if "items" in arrays:
        return arrays["items"]
    return next(iter(arrays.values())) if len(arrays) == 1 and "nextPageToken" in fields else response


def entity_name(schema: str) -> str:
    """Name the entity of a schema: snake_case, without Google's namespace prefix, never a word Python keeps."""
    name = snake(_NAMESPACE.sub("", schema))
    return f"{name}_row" if name in {"list", "type", "id", "class", "object", "import", "range", "row", "now"} else name


def _classes(found: Iterable[Operation]) -> list[str]:
    return [_CLASSES[operation.name] for operation in found if operation.name in _CLASSES]


_Split = tuple[dict[str, Operation], list[Operation], list[Dropped]]


def _split(found: Iterable[Operation]) -> _Split:
    """Tell an entity's plain operations by class, the custom ones, and those left out."""
    crud: dict[str, Operation] = {}
    custom: list[Operation] = []
    dropped: list[Dropped] = []
    for operation in sorted(found, key=lambda one: (one.name != "patch", one.name)):
        kind = _CLASSES.get(operation.name, "")
        if operation.name in _PUSH:
            dropped.append(Dropped(operation.id, operation.at, "push notifications need a receiver outside the world"))
        elif not kind:
            custom.append(operation)
        elif kind in crud:
            twin = crud[kind].name
            dropped.append(Dropped(operation.id, operation.at, f"{twin} does the same with only the fields given"))
        else:
            crud[kind] = operation
    return crud, custom, dropped


def _schema(description: Description, crud: Iterable[Operation]) -> str:
    """Choose the schema that most of the operations answer with; the first of equals."""
    votes: dict[str, int] = {}
    for operation in crud:
        schema = item_schema(description, operation.response) if operation.name == "list" else operation.response
        for one in (schema, operation.request):
            if one and description.properties(one):
                votes[one] = votes.get(one, 0) + (2 if operation.name in ("get", "list") else 1)
    return max(votes, key=lambda one: votes[one]) if votes else ""


def _refusal(crud: Mapping[str, Operation], schema: str, entities: Mapping[str, Entity]) -> str:
    if not schema:
        return "no operation of this resource answers with rows"
    if schema in entities:
        return f"another way to the rows of {entities[schema].name}"
    if not ({"get", "update", "delete"} & {kind for kind, one in crud.items() if one.keys}):
        return "no path names one row, so there is nothing to keep"
    return ""


def _entity(description: Description, schema: str, crud: Mapping[str, Operation]) -> Entity:
    one = next(crud[kind] for kind in ("get", "update", "delete") if kind in crud and crud[kind].keys)
    return Entity(entity_name(schema), schema, description.schemas[schema].at, crud, one.keys[-1], one.keys[:-1])


def _link(entity: Entity, others: Iterable[Entity]) -> Entity:
    """Turn path parameters into the names of the entities that they identify."""
    rivals = [other for other in others if other.schema != entity.schema]
    named = [_named_by(parameter, rivals) for parameter in entity.parents]
    if entity.key in _GENERIC:
        named.append(_enclosing(entity, rivals))
    about = _named_by(entity.key, [other for other in rivals if other.key == entity.key])
    own = _is_named(entity.key, entity)
    return replace(entity, parents=tuple(name for name in named if name), about="" if own else about)


def _named_by(parameter: str, entities: Iterable[Entity]) -> str:
    known = tuple(entities)
    exact = [entity for entity in known if _is_named(parameter, entity)]
    keyed = [entity for entity in known if entity.key == parameter and parameter not in _GENERIC]
    return (exact or keyed)[0].name if len(exact or keyed) == 1 else ""


def _enclosing(entity: Entity, others: Iterable[Entity]) -> str:
    """Name the entity of the nearest resource around this one, for paths that are one long name (`{+name}`)."""
    around = next(iter(entity.crud.values())).resource
    by_resource = {next(iter(other.crud.values())).resource: other.name for other in others}
    outer = [around[:length] for length in range(len(around) - 1, 0, -1)]
    return next((by_resource[one] for one in outer if one in by_resource), "")


def _is_named(parameter: str, entity: Entity) -> bool:
    return snake(parameter).removesuffix("_id").replace("_", "") == entity.name.replace("_", "")


def _nested(description: Description, entities: Iterable[Entity]) -> list[Entity]:
    """Make an entity of each array whose items carry an identity (an e-mail address) of their own."""
    nested = []
    for entity in entities:
        for part in description.properties(entity.schema).values():
            schema = part.items.ref if part.items else ""
            if "email" in description.properties(schema):
                nested.append(Entity(entity_name(schema), schema, part.at, {}, within=entity.name))
    return nested


def _parents_first(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    left = list(entities)
    placed: dict[str, Entity] = {}
    while left:
        known = {entity.name for entity in left}
        needs = {entity.name: {*entity.parents, entity.within, entity.about} & known for entity in left}
        ready = [entity for entity in left if not needs[entity.name] - {entity.name}] or left[:1]
        placed |= {entity.name: entity for entity in ready}
        left = [entity for entity in left if entity.name not in placed]
    return tuple(placed.values())
