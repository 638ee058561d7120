"""What a row is where requests and answers have forms of their own: what callers give of it, what the server adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from generator.compile.entities import Entity, given_schema
from generator.compile.words import snake
from generator.description import TOKEN, Description, Schema, Shape

_ASIDE = re.compile(r"^(dry_run|max_results|max_items|page_size|limit|marker|.*token|.*_version_id|force(_\w+)?)$")
"""What a request says of itself, not of the row."""


def whole_rows(description: Description, entities: Iterable[Entity]) -> Description:
    """Give the schema of each entity what its creation asks for, and mark what only the server fills.

    A member that is in the answer and never in a request is the server's own. Where a request is an instance of the
    row's own schema, that schema says all this itself.
    """
    schemas = dict(description.schemas)
    for entity in entities:
        requests = {entity.crud[kind].operation.request for kind in ("create", "update") if kind in entity.crud} - {""}
        if requests and entity.schema not in requests:
            schemas[entity.schema] = _row(description, entity)
    return replace(description, schemas=schemas)


def _row(description: Description, entity: Entity) -> Schema:
    whole = description.schemas[entity.schema]
    created, changed = (dict(_given(description, entity, kind)) for kind in ("create", "update"))
    given = {**changed, **created}
    own = {_plain(name, entity) for name in whole.properties}
    fixed = {*created} - {*changed} if own & {*changed} else set()
    properties: dict[str, Shape] = {}
    for name, shape in whole.properties.items():
        plain = _plain(name, entity)
        twin = given.get(plain)
        said = _joined(description, shape, twin) if twin else replace(shape, is_read_only=True)
        properties.setdefault(name if plain == snake(name) else plain, replace(said, is_fixed=plain in fixed))
    known = {snake(name) for name in properties}
    added = {name: replace(one, is_fixed=name in fixed) for name, one in created.items() if name not in known}
    return replace(whole, properties={**properties, **added})


def _given(description: Description, entity: Entity, kind: str) -> Iterator[tuple[str, Shape]]:
    """List what a request says of a row: its members, and those of an object that holds members of the row itself.

    A row is created under a name that later only finds it; what it is changed to may be called new.
    """
    if kind not in entity.crud:
        return
    operation = entity.crud[kind].operation
    own = {_plain(name, entity) for name in description.properties(entity.schema)}
    inside = given_schema(description, operation)
    for name, shape in {**_named_in_path(entity, kind), **description.properties(inside)}.items():
        plain = _plain(snake(name).removeprefix("new_"), entity)
        parts = {_plain(key, entity): part for key, part in _parts(description, shape).items()}
        is_other = (
            _ASIDE.match(plain)
            or shape.format == TOKEN
            or (name in operation.keys and (kind, plain) != ("create", "name"))
        )
        if own & {*parts} and plain not in own:
            yield from parts.items()
        elif not is_other:
            yield plain, shape


def _named_in_path(entity: Entity, kind: str) -> Mapping[str, Shape]:
    """Give the name that a row is created under where the path has it: `PUT /vaults/{vaultName}`."""
    parameters = entity.crud[kind].operation.parameters if kind == "create" else {}
    return {
        name: one.shape for name, one in parameters.items() if one.place == "path" and _plain(name, entity) == "name"
    }


def _parts(description: Description, shape: Shape) -> Mapping[str, Shape]:
    return shape.properties or description.properties(shape.ref)


def _joined(description: Description, shape: Shape, given: Shape) -> Shape:
    """Say of a member what its answer says, and whether creation demands it, as only its request does.

    What is given plainly and answered as an object is kept as it is given.
    """
    if _parts(description, shape) and not _parts(description, given):
        return replace(given, doc=given.doc or shape.doc)
    return replace(
        shape,
        doc=shape.doc or given.doc,
        values=shape.values or given.values,
        required_by=shape.required_by | given.required_by,
        is_read_only=given.is_read_only,
    )


def _plain(name: str, entity: Entity) -> str:
    """Write a member's name in words, without the noun it is said of: of a queue, `QueueName` is its name.

    The noun is the entity's, or the last of its words: of an export job, `JobId` is its id.
    """
    words, nouns = snake(name).split("_"), entity.name.split("_")
    said = {"".join(nouns[at:]) for at in range(len(nouns))}
    cut = next((length for length in range(len(words) - 1, 0, -1) if "".join(words[:length]) in said), 0)
    return "_".join(words[cut:])
