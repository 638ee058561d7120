"""Where an operation belongs: the resource it acts on, and whether it lists, gets, creates, updates, deletes or acts.

A publisher that names resources and methods is taken at its word (Google Discovery). Else the path tells (REST), or,
where paths name nothing, the words of the operation's name (`CreateQueue`, `issues_list`): remote procedures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.compile.words import is_plural, singular, snake
from generator.description import Description, Operation

Kind = Literal["list", "get", "create", "update", "delete", "action", "push"]

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
_SPOKEN: Mapping[str, Kind] = {
    **dict.fromkeys(("list", "search", "find", "query", "browse"), "list"),
    **dict.fromkeys(("get", "describe", "read", "show", "fetch", "retrieve", "view", "lookup"), "get"),
    **dict.fromkeys(("create", "add", "register", "put", "new", "insert", "make", "post"), "create"),
    **dict.fromkeys(("update", "modify", "edit", "change", "patch", "set", "rename"), "update"),
    **dict.fromkeys(("delete", "remove", "deregister", "destroy", "drop"), "delete"),
}
_BEGUN = frozenset({"start", "submit", "request", "import", "open", "send", "schedule", "purchase", "allocate"})
"""Verbs that create a row where it can be looked up afterwards: StartJob beside DescribeJob."""
_PREPOSITIONS = frozenset({"to", "from", "for", "with", "by", "in", "on", "into", "of"})
_ITEM: Mapping[str, Kind] = {"GET": "get", "PUT": "update", "PATCH": "update", "POST": "update", "DELETE": "delete"}
_PREFIX = re.compile(r"^(v?\d+([._]\d+)*|api|apis|rest|services?|json|public|latest|beta|stable)$", re.IGNORECASE)
_FEW = 0.2
"""A description whose paths name rows less often than this speaks of procedures, not of resources."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An operation with its place: `resource` in the publisher's nouns, outermost first, `verb` in snake_case.

    `keys` name rows, outermost first; for a remote procedure they are members of its request.
    """

    operation: Operation
    resource: tuple[str, ...]
    kind: Kind
    verb: str
    keys: tuple[str, ...]


def placed(description: Description) -> tuple[Placed, ...]:
    """Place every operation of a description, in its order."""
    operations = description.operations
    told = [operation for operation in operations if operation.http and not operation.resource]
    keyed = sum(bool(_keys(_segments(operation.path))) for operation in told)
    speaks_of_resources = keyed > _FEW * len(told)
    twins = _Twins.of(description)
    return tuple(_placed(operation, twins, speaks_of_resources=speaks_of_resources) for operation in operations)


@dataclass(frozen=True, slots=True)
class _Twins:
    """What else there is: collections that can be listed or hold rows, and nouns that can be looked up by name."""

    description: Description
    listed: frozenset[tuple[str, ...]]
    holding: frozenset[tuple[str, ...]]
    looked_up: frozenset[str]

    @classmethod
    def of(cls, description: Description) -> _Twins:
        parts = [(operation, _segments(operation.path)) for operation in description.operations]
        spoken = [_words(operation) for operation in description.operations]
        return cls(
            description,
            frozenset(path for operation, path in parts if operation.http == "GET" and path and not _is_key(path[-1])),
            frozenset(path[:-1] for _, path in parts if path and _is_key(path[-1])),
            frozenset(singular("_".join(rest)) for verb, *rest in spoken if _SPOKEN.get(verb) in ("get", "list")),
        )


def _placed(operation: Operation, twins: _Twins, *, speaks_of_resources: bool) -> Placed:
    if operation.resource:
        kind = PUBLISHED.get(operation.name, "action")
        return Placed(operation, operation.resource, kind, snake(operation.name), operation.keys)
    if operation.http and speaks_of_resources:
        return _by_path(operation, twins)
    return _by_name(operation, twins)


def _by_path(operation: Operation, twins: _Twins) -> Placed:
    path = _segments(operation.path)
    nouns = tuple(snake(part) for part in path if not _is_key(part))
    keys = _keys(path)
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


def _by_name(operation: Operation, twins: _Twins) -> Placed:
    verb, *rest = _words(operation)
    kind: Kind = _SPOKEN.get(verb, "action")
    noun = "_".join(rest)
    if any(word in _PREPOSITIONS for word in rest[1:]):
        kind = "action"
    elif kind in ("get", "list"):
        kind = "list" if is_plural(noun) or operation.gives_many or _lists(operation, twins) else "get"
    elif kind == "action" and verb in _BEGUN and singular(noun) in twins.looked_up:
        kind = "create"
    resource = (singular(noun),) if noun else ()
    return Placed(operation, resource, kind if noun else "action", verb, _spoken_keys(operation, twins, kind, noun))


def _lists(operation: Operation, twins: _Twins) -> bool:
    fields = twins.description.properties(operation.response)
    return len(fields) <= 3 and sum(one.items is not None for one in fields.values()) == 1


def _spoken_keys(operation: Operation, twins: _Twins, kind: Kind, noun: str) -> tuple[str, ...]:
    """Find the members of a request that name rows: its own noun's last, those of others before it."""
    fields = dict(twins.description.properties(operation.request))
    fields |= {name: parameter.shape for name, parameter in operation.parameters.items()}
    required = {name for name, shape in fields.items() if operation.id in shape.required_by}
    required |= {name for name, parameter in operation.parameters.items() if parameter.is_required}
    own = {f"{singular(noun)}{end}" for end in ("", "_id", "_name", "_arn", "_identifier", "_url", "_key", "_number")}
    own |= {"id", "name", "arn", "identifier", "key", "resource_arn"}
    named = {name: snake(name) for name in fields if name in required}
    others = [name for name, words in named.items() if words.endswith(("_id", "_name", "_arn")) and words not in own]
    mine = [name for name, words in named.items() if words in own] if kind != "create" else []
    return (*others, *sorted(mine, key=lambda name: named[name] in ("name", "id", "arn"))[:1])


def _words(operation: Operation) -> list[str]:
    """Split an operation's name into a verb and what follows; `issues_list` and `chat.postMessage` are turned round."""
    spoken = operation.path.rsplit("/", 1)[-1] if operation.http and operation.path.strip("/") else operation.name
    words = [word for word in snake(spoken or operation.name).split("_") if word and not re.fullmatch(r"v?\d+", word)]
    verbs = {*_SPOKEN, *_BEGUN}
    if len(words) > 1 and words[0] not in verbs and words[-1] in verbs:
        words = [words[-1], *words[:-1]]
    elif "." in spoken:
        head, _, tail = spoken.rpartition(".")
        words = [*snake(tail).split("_"), *snake(head).split("_")]
    return words or [snake(operation.id) or "call"]


def _segments(path: str) -> tuple[str, ...]:
    """Split a path into nouns and keys, without what stands before its first noun (`/api/v2`) and without `.json`."""
    parts = [re.sub(r"\.(json|xml)$", "", part) for part in path.split("/") if part]
    while parts and _PREFIX.match(parts[0]):
        parts = parts[1:]
    return tuple(parts)


def _is_key(part: str) -> bool:
    return "{" in part


def _keys(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found for part in path for found in re.findall(r"\{([^}]+)\}", part))
