"""Grouping operations into entities: keyed by response schema, tied by path nouns, linked by path parameters."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.compile.place import placed
from generator.compile.spoken import Placed
from generator.compile.words import Dropped, row_named, singular, snake
from generator.description import Description, Operation, Schema, Shape

_NAMESPACE = re.compile(r"^Google\w*?V\d+(?:(?:alpha|beta|p)\d*)*(?=[A-Z])")
_GENERIC = frozenset({"name", "parent", "id", "resource_name", "resource", "arn", "identifier", "key", "resource_arn"})
_SUFFIX = re.compile(
    r"_(response|result|output|dto|resource|model|object|entity|details?|info|view|summary|item|full|simple|base|schema"
    r"|data|body|payload|description|\d+)$"
)
_TAKEN = frozenset({"list", "type", "id", "class", "object", "import", "range", "row", "now", "model", "property"})
_WRAPPED = 3
"""Members that an envelope around one row has at most."""


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
    crud: Mapping[str, Placed]
    key: str = ""
    parents: tuple[str, ...] = ()
    within: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The entities of a document, the operations no class fits, and the operations left out."""

    entities: tuple[Entity, ...]
    custom: tuple[Placed, ...]
    dropped: tuple[Dropped, ...]


def group(description: Description) -> Grouping:
    """Sort the operations of a description into entities; every operation ends in some part of the grouping."""
    by_resource: dict[tuple[str, ...], list[Placed]] = {}
    for each in placed(description):
        by_resource.setdefault(each.resource, []).append(each)
    if description.is_spoken:
        _show_elsewhere(description, by_resource)
    entities: dict[str, Entity] = {}
    custom: list[Placed] = []
    dropped: list[Dropped] = []
    for found in sorted(by_resource.values(), key=lambda one: -len(_plain(one))):
        crud, rest, gone = _split(found)
        custom += rest
        dropped += gone
        schema = _schema(description, crud)
        reason = _refusal(crud, schema, entities, rest, is_spoken=description.is_spoken)
        if not reason:
            made = _entity(description, schema, crud, {one.name for one in entities.values()})
            reason = "" if made else "another kind of row has its name"
        if reason or not made:
            dropped += [Dropped(one.operation.id, one.operation.at, reason) for one in crud.values()]
        else:
            entities[schema] = made
    linked = tuple(_link(one, entities.values(), is_spoken=description.is_spoken) for one in entities.values())
    return Grouping(_parents_first([*linked, *_nested(description, linked)]), tuple(custom), tuple(dropped))


def with_inline_rows(description: Description) -> Description:
    """Give a schema of its own to each form of a row that stands inside a request or response: `{"data": [{...}]}`."""
    schemas = dict(description.schemas)
    keys = [key for one in description.operations for key in (one.response, one.request) if key]
    for key in dict.fromkeys(keys):
        whole = schemas.get(key)
        for name, shape in whole.properties.items() if whole else ():
            inside = shape.items or shape
            if whole and inside.properties and not inside.ref:
                made = f"{key}.{name}"
                schemas[made] = Schema(inside.at, "", inside.doc, inside.properties)
                told = replace(inside, ref=made)
                whole = replace(whole, properties={**whole.properties, name: _holding(shape, told)})
                schemas[key] = whole
    return replace(description, schemas=schemas)


def item_schema(description: Description, operation: Operation) -> str:
    """Unwrap a list envelope to the schema of its rows: what the publisher says holds them, `items`, or the one array.

    Empty where the envelope of a remote procedure holds no rows: a list of names.
    """
    fields = description.properties(operation.response)
    arrays = {name: part.items.ref for name, part in fields.items() if part.items and part.items.ref}
    for name in (operation.rows, "items"):
        if name in arrays:
            return arrays[name]
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    is_bare = (description.is_spoken or not operation.http) and any(part.items for part in fields.values())
    return "" if is_bare else operation.response


def row_schema(description: Description, operation: Operation) -> str:
    """Unwrap an envelope around one row: a response of few members, one of which is an object with members."""
    fields = description.properties(operation.response)
    inner = {name: part.ref for name, part in fields.items() if description.properties(part.ref)}
    is_envelope = len(inner) == 1 and len(fields) <= _WRAPPED and not {"id", "name"} & {*fields}
    if description.is_spoken and len(fields) > 1:
        said = snake(operation.name).replace("_", "")
        is_envelope = is_envelope and any(singular(snake(name)).replace("_", "") in said for name in inner)
    return next(iter(inner.values())) if is_envelope else operation.response


def given_schema(description: Description, operation: Operation) -> str:
    """Unwrap an envelope around what a request gives: few members, one of which is an object or an array of objects."""
    fields = description.properties(operation.request)
    inner = [part.items.ref if part.items else part.ref for part in fields.values()]
    held = [ref for ref in inner if description.properties(ref)]
    plain = [name for name in fields if name not in operation.keys]
    return held[0] if len(held) == 1 and len(plain) == 1 else operation.request


def _holding(shape: Shape, inside: Shape) -> Shape:
    return replace(shape, items=inside) if shape.items else inside


def entity_name(schema: str) -> str:
    """Name the entity of a schema: snake_case, without Google's namespace prefix, never a word Python keeps."""
    name = snake(_NAMESPACE.sub("", schema))
    return f"{name}_row" if _is_taken(name) else name


def keyed(crud: Mapping[str, Placed]) -> list[Placed]:
    """List the operations that name one row."""
    return [crud[kind] for kind in ("get", "update", "delete") if kind in crud and crud[kind].keys]


def _is_taken(name: str) -> bool:
    return name in _TAKEN or keyword.iskeyword(name)


def _show_elsewhere(description: Description, by_resource: Mapping[tuple[str, ...], list[Placed]]) -> None:
    """List rows that are created and shown only among others: an answer has an array of that name (`entities`)."""
    kinds = {resource: {each.kind for each in found} for resource, found in by_resource.items()}
    shown: dict[str, Placed] = {}
    for each in (each for found in by_resource.values() for each in found if each.kind in ("get", "list")):
        for name, shape in description.properties(each.operation.response).items():
            if shape.items and shape.items.ref:
                listing = replace(each.operation, rows=name, doc="")
                shown.setdefault(singular(snake(name)), Placed(listing, (), "list", "list", ()))
    for resource, found in by_resource.items():
        noun = "_".join(resource)
        if "create" in kinds[resource] and not {"get", "list"} & kinds[resource] and noun in shown:
            found.append(replace(shown[noun], resource=resource))


def _plain(found: Iterable[Placed]) -> list[Placed]:
    return [each for each in found if each.kind not in ("action", "push")]


_Split = tuple[dict[str, Placed], list[Placed], list[Dropped]]


def _split(found: Iterable[Placed]) -> _Split:
    """Tell an entity's plain operations by class, the custom ones, and those left out."""
    crud: dict[str, Placed] = {}
    custom: list[Placed] = []
    dropped: list[Dropped] = []
    for each in sorted(found, key=lambda one: (one.operation.http != "PATCH", one.operation.name)):
        operation = each.operation
        if operation.is_deprecated:
            dropped.append(Dropped(operation.id, operation.at, "deprecated"))
        elif each.kind == "push":
            dropped.append(Dropped(operation.id, operation.at, "push notifications need a receiver outside the world"))
        elif each.kind == "action":
            custom.append(each)
        elif each.kind in crud:
            twin = crud[each.kind].operation.name
            same = "does the same with only the fields given" if each.kind == "update" else "stands for it"
            dropped.append(Dropped(operation.id, operation.at, f"{twin} {same}"))
        else:
            crud[each.kind] = each
    return crud, custom, dropped


def _schema(description: Description, crud: Mapping[str, Placed]) -> str:
    """Choose the schema that most of the operations answer with; the first of equals.

    A pair of rows is what putting them together asks for; its lists answer with rows of one side.
    """
    if description.is_spoken and any(len(one.resource) > 1 for one in crud.values()):
        return crud["create"].operation.request if "create" in crud else ""
    votes: dict[str, int] = {}
    for kind, each in crud.items():
        unwrapped = (item_schema if kind == "list" else row_schema)(description, each.operation)
        given = given_schema(description, each.operation) if kind in ("create", "update") else ""
        for one in (unwrapped, given):
            if one and description.properties(one):
                votes[one] = votes.get(one, 0) + (2 if kind in ("get", "list") else 1)
    return max(votes, key=lambda one: votes[one]) if votes else ""


def _refusal(
    crud: Mapping[str, Placed], schema: str, entities: Mapping[str, Entity], acts: Iterable[Placed], *, is_spoken: bool
) -> str:
    if not schema:
        return "no operation of this resource answers with rows"
    if schema in entities:
        return f"another way to the rows of {entities[schema].name}"
    if is_spoken and not {"get", "list"} & {*crud}:
        return "no operation shows its rows"
    if is_spoken and {*crud} == {"get"} and not acts:
        return "nothing makes, lists or changes its rows"
    is_acted_on = is_spoken and "list" in crud and ("create" in crud or acts)
    if not is_acted_on and not keyed(crud):
        return "no path names one row, so there is nothing to keep"
    return ""


def _entity(description: Description, schema: str, crud: Mapping[str, Placed], taken: set[str]) -> Entity | None:
    """Make an entity of a resource's plain operations; None if every name for it is taken."""
    finding = keyed(crud)
    one = finding[0] if finding else crud["list"]
    is_pair = description.is_spoken and len(one.resource) > 1
    names = ("_".join(one.resource),) if is_pair else _names(description, schema, one)
    name = next((each for each in names if each not in taken), "")
    at = description.schemas[schema].at
    if not name:
        return None
    if is_pair:
        return Entity(name, schema, at, crud, parents=one.keys)
    if finding:
        return Entity(name, schema, at, crud, one.keys[-1], one.keys[:-1])
    return Entity(name, schema, at, crud, parents=crud["create"].keys if "create" in crud else one.keys)


def _names(description: Description, key: str, one: Placed) -> tuple[str, ...]:
    """Offer names for an entity: its publisher's; else the path's noun or the schema's name, the fuller first."""
    schema, is_spoken = description.schemas[key], description.is_spoken
    if one.operation.resource and not is_spoken:
        return (entity_name(schema.name),)
    nouns = [singular(noun) for noun in one.resource]
    plain = snake(schema.name)
    while _SUFFIX.search(plain):
        plain = _SUFFIX.sub("", plain)
    says_it = not plain or nouns[-1].replace("_", "") in plain.replace("_", "")
    names = [nouns[-1], plain] if says_it or is_spoken else [plain, nouns[-1]]
    offered = [name for name in [*names, "_".join(nouns[-2:])] if name and name[0].isalpha()]
    return tuple(map(entity_name, sorted(offered, key=_is_taken)))


def _link(entity: Entity, others: Iterable[Entity], *, is_spoken: bool) -> Entity:
    """Turn path parameters into the names of the entities that they identify.

    A row is about another if that one's id finds it: where paths tell, by the same parameter; else by its name.
    """
    rivals = [other for other in others if other.schema != entity.schema]
    named = [_named_by(parameter, rivals) for parameter in entity.parents]
    if snake(entity.key) in _GENERIC:
        named.append(_enclosing(entity, rivals))
    same = [one for one in rivals if (_is_named(entity.key, one) if is_spoken else one.key == entity.key)]
    about = _named_by(entity.key, same)
    own = _is_named(entity.key, entity) or entity.name.endswith(f"_{row_named(entity.key)}")
    return replace(entity, parents=tuple(name for name in named if name), about="" if own else about)


def _named_by(parameter: str, entities: Iterable[Entity]) -> str:
    known = tuple(entities)
    exact = [entity for entity in known if _is_named(parameter, entity)]
    keyed = [entity for entity in known if entity.key == parameter and snake(parameter) not in _GENERIC]
    return (exact or keyed)[0].name if len(exact or keyed) == 1 else ""


def _enclosing(entity: Entity, others: Iterable[Entity]) -> str:
    """Name the entity of the nearest resource around this one, for paths that are one long name (`{+name}`)."""
    around = next(iter(entity.crud.values())).resource
    by_resource = {next(iter(other.crud.values())).resource: other.name for other in others}
    outer = [around[:length] for length in range(len(around) - 1, 0, -1)]
    return next((by_resource[one] for one in outer if one in by_resource), "")


def _is_named(parameter: str, entity: Entity) -> bool:
    return row_named(parameter).replace("_", "") == entity.name.replace("_", "")


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
