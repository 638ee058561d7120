"""Where an operation belongs: the resource it acts on, and whether it lists, gets, creates, updates, deletes or acts.

A publisher that names resources and methods is taken at its word (Google Discovery). Else the path tells (REST), or,
where paths name nothing or names are known to say it, the words of the operation's name (`CreateQueue`, `issues_list`):
remote procedures, see `spoken.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.compile.spoken import Kind, Placed, Spoken
from generator.compile.words import is_plural, singular, snake
from generator.description import Description, Operation

PUBLISHED: Mapping[str, Kind] = {
    "list": "list",
    "get": "get",
    "insert": "create",
    "create": "create",
    "patch": "update",
    "update": "update",
    "delete": "delete",
    "watch": "push",
    "stop": "push",
}
_ITEM: Mapping[str, Kind] = {"GET": "get", "PUT": "update", "PATCH": "update", "POST": "update", "DELETE": "delete"}
_PREFIX = re.compile(r"^(v?\d+([._]\d+)*|api|apis|rest|services?|json|public|latest|beta|stable)$", re.IGNORECASE)
_FEW = 0.2
"""A description whose paths name rows less often than this speaks of procedures, not of resources."""


def placed(description: Description) -> tuple[Placed, ...]:
    """Place every operation of a description, in its order."""
    operations = description.operations
    told = [operation for operation in operations if operation.http and not operation.resource]
    keyed = sum(bool(_keys(_segments(operation.path))) for operation in told)
    speaks_of_resources = keyed > _FEW * len(told) and not description.is_spoken
    twins, words = _Twins.of(description), Spoken.of(description)
    return tuple(_placed(operation, twins, words, speaks_of_resources=speaks_of_resources) for operation in operations)


@dataclass(frozen=True, slots=True)
class _Twins:
    """What other paths there are: collections that can be listed, and those that hold rows."""

    description: Description
    listed: frozenset[tuple[str, ...]]
    holding: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, description: Description) -> _Twins:
        parts = [(operation, _segments(operation.path)) for operation in description.operations]
        return cls(
            description,
            frozenset(path for operation, path in parts if operation.http == "GET" and path and not _is_key(path[-1])),
            frozenset(path[:-1] for _, path in parts if path and _is_key(path[-1])),
        )


def _placed(operation: Operation, twins: _Twins, words: Spoken, *, speaks_of_resources: bool) -> Placed:
    if operation.resource:
        kind = PUBLISHED.get(operation.name, "action")
        spoken = words.description.is_spoken
        resource = tuple(singular(snake(one)) for one in operation.resource) if spoken else operation.resource
        return Placed(operation, resource, kind, snake(operation.name), operation.keys)
    if operation.http and speaks_of_resources:
        return _by_path(operation, twins)
    return words.placed(operation)


def _by_path(operation: Operation, twins: _Twins) -> Placed:
    path = _segments(operation.path)
    nouns = tuple(snake(part) for part in path if not _is_key(part))
    keys = _keys(path)
    if "#" in operation.path:  # several acts share a path, as `/files/{file_id}#add_shared_link` does
        return Placed(operation, nouns, "action", snake(operation.path.rpartition("#")[2]), keys)
    if path and _is_key(path[-1]) and nouns:
        return Placed(operation, nouns, _ITEM.get(operation.http, "action"), operation.http.lower(), keys)
    last, above = (nouns[-1], nouns[:-1]) if nouns else ("", ())
    if operation.http == "GET":
        kind: Kind = "list" if _is_list(operation, twins, last) else "action"
        return Placed(operation, nouns, kind, "get" if kind == "action" else "list", keys)
    is_collection = is_plural(last) or path in twins.listed or path in twins.holding
    stands_beside_rows = path[:-1] in twins.holding  # as /orders/search and /orders/bulk do
    if operation.http == "POST" and (is_collection or not (keys or stands_beside_rows)):
        return Placed(operation, nouns, "create", "create", keys)
    undone = f"un{last}" if operation.http == "DELETE" else last
    return Placed(operation, above, "action", undone, keys)


def _is_list(operation: Operation, twins: _Twins, last: str) -> bool:
    arrays = [one for one in twins.description.properties(operation.response).values() if one.items]
    return operation.gives_many or bool(arrays and (is_plural(last) or len(arrays) == 1))


def _segments(path: str) -> tuple[str, ...]:
    """Split a path into nouns and keys: no fragment, no `.json`, and nothing before its first noun (`/api/v2`)."""
    parts = [re.sub(r"\.(json|xml)$", "", part) for part in path.partition("#")[0].split("/") if part]
    while parts and _PREFIX.match(parts[0]):
        parts = parts[1:]
    return tuple(parts)


def _is_key(part: str) -> bool:
    return "{" in part


def _keys(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found for part in path for found in re.findall(r"\{([^}]+)\}", part))
