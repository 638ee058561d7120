"""Where a remote procedure belongs, by the words of its name: `CreateQueue` creates a queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from generator.compile.archetypes import known_by
from generator.compile.joins import PREPOSITIONS, Join, joined, joining, joins
from generator.compile.words import is_plural, row_named, singular, snake
from generator.description import Description, Operation, Shape

Kind = Literal["list", "get", "create", "update", "delete", "action", "push"]

_VERBS: Mapping[str, Kind] = {
    **dict.fromkeys(("list", "search", "find", "query", "browse"), "list"),
    **dict.fromkeys(("get", "describe", "read", "show", "fetch", "retrieve", "view", "lookup", "open"), "get"),
    **dict.fromkeys(("create", "add", "register", "put", "new", "insert", "make", "post", "provision"), "create"),
    **dict.fromkeys(("update", "modify", "edit", "change", "patch", "set", "rename"), "update"),
    **dict.fromkeys(("delete", "remove", "deregister", "destroy", "drop", "terminate"), "delete"),
}
_NOUNS_TOO = frozenset({"request", "import", "post", "query", "view", "change", "set", "run", "schedule", "purchase"})
"""Verbs that end a name as nouns: one does not request a merge with `merge_pull_request`."""
_BEGUN = frozenset({"start", "submit", "request", "import", "open", "send", "schedule", "purchase", "allocate", "run"})
"""Verbs that create a row where it can be looked up afterwards and nothing else creates it: StartJob, DescribeJob."""
_TAKEN_IN = "receive"
"""A verb that lists rows where the answer holds several: ReceiveMessage; it is an act on one row elsewhere."""
_STOPPED = frozenset({"terminate"})
"""Verbs that delete a row where nothing else does."""
_ASPECTS = frozenset(
    {"attribute", "attributes", "detail", "details", "configuration", "config", "settings", "setting", "properties"}
    | {"property", "metadata", "info", "information", "state", "status", "content"}
)
"""What a row has: GetQueueAttributes gets a queue, where queues are created and nothing else gets one."""
_ROWS = frozenset({"items", "data", "results", "result", "list", "values", "records", "entries", "elements", "rows"})
"""What an array is called that says nothing of what it holds."""
_ENDS = ("", "_id", "_name", "_arn", "_identifier", "_url", "_key", "_number", "_path", "_handle")
_NAMING = ("_id", "_name", "_arn", "_identifier", "_url")


@dataclass(frozen=True, slots=True)
class Placed:
    """An operation with its place: `resource` in the publisher's nouns, outermost first, `verb` in snake_case.

    `keys` name rows, outermost first; for a remote procedure they are members of its request, and two nouns are a pair
    that belongs together.
    """

    operation: Operation
    resource: tuple[str, ...]
    kind: Kind
    verb: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the names of a description's operations speak of: nouns that can be looked up, and what is done to each.

    `made` are the nouns that something else than a put creates. `prefix` is a word that all names open with and
    that is no verb: the name of the service. `joins` are pairs that can be put together and taken apart.
    """

    description: Description
    looked_up: frozenset[str]
    done: frozenset[tuple[str, Kind]]
    made: frozenset[str]
    prefix: str
    joins: frozenset[Join]

    @classmethod
    def of(cls, description: Description) -> Spoken:
        """Read the names of all operations."""
        done: set[tuple[str, Kind]] = set()
        made = set()
        prefix = _prefix(description)
        bare = []
        names = [_words(one, prefix, is_spoken=description.is_spoken) for one in description.operations]
        for one, (verb, *rest) in zip(description.operations, names, strict=True):
            noun = singular("_".join(rest))
            if not rest:
                bare.append(one)
            elif verb == _TAKEN_IN and any(shape.items for shape in description.properties(one.response).values()):
                done.add((noun, "list"))
            elif verb in _VERBS and verb not in _BEGUN | _STOPPED and not PREPOSITIONS & {*rest[1:]}:
                done.add((noun, _VERBS[verb]))
                made |= {noun} if _VERBS[verb] == "create" and verb != "put" else set()
        looked_up = frozenset(noun for noun, kind in done if kind in ("get", "list"))
        if description.is_spoken:
            done |= {(noun, "create") for one in bare if (noun := _answered(description, one, looked_up))}
        return cls(
            description,
            looked_up,
            frozenset(done),
            frozenset(made),
            prefix,
            joins(names) if description.is_spoken else frozenset(),
        )

    def placed(self, operation: Operation) -> Placed:
        """Place an operation by its name."""
        verb, *rest = _words(operation, self.prefix, is_spoken=self.description.is_spoken)
        if not rest and self.description.is_spoken:
            return self._bare(verb, operation)
        pair = joined(verb, rest, self.joins)
        if pair:
            named = () if joining(verb) == "list" else self._required(operation, _NAMING)
            return Placed(operation, pair, joining(verb), verb, named)
        kind = _VERBS.get(verb, "action")
        noun = "_".join(rest)
        if any(word in PREPOSITIONS for word in rest[1:]):
            kind = "action"
        elif verb in _BEGUN:
            kind = self._begun(verb, noun, operation)
        elif verb == _TAKEN_IN and self._gives_many(operation, noun):
            kind = "list"
        elif verb in _STOPPED and (singular(noun), "delete") in self.done:
            kind = "action"
        elif verb == "put":
            kind = "update" if singular(noun) in self.made else "create"
        elif kind in ("get", "list"):
            kind = "list" if self._gives_many(operation, noun, is_list=kind == "list") else "get"
        elif kind == "action" and operation.is_destructive and self._takes_away(verb, singular(noun)):
            kind = "delete"
        if operation.is_read_only and kind in ("create", "update", "delete"):
            kind = "action"
        whole, said = self._whole(kind, noun, operation)
        resource = (singular(whole),) if whole else ()
        keys = operation.keys or self._keys(operation, kind, whole)
        return Placed(said, resource, kind if noun else "action", verb, keys)

    def _bare(self, verb: str, operation: Operation) -> Placed:
        """Place an operation without a noun by the one row that its answer names, which it creates, or its request.

        `Subscribe` answers with a subscription's name, and `Unsubscribe` asks for one.
        """
        made = _answered(self.description, operation, self.looked_up)
        if made:
            return Placed(operation, (made,), "create", verb, self._keys(operation, "create", made))
        fields = self.description.properties(operation.request)
        asked = {row_named(name) for name, shape in fields.items() if operation.id in shape.required_by}
        noun = next(iter(asked), "") if len(asked) == 1 and asked & {noun for noun, _ in self.done} else ""
        undone = {f"un{snake(one.name)}" for one in self.description.operations}
        kind: Kind = "delete" if noun and verb in undone and (noun, "delete") not in self.done else "action"
        return Placed(operation, (noun,) if noun else (), kind, verb, self._keys(operation, kind, noun))

    def _begun(self, verb: str, noun: str, operation: Operation) -> Kind:
        """Tell what a verb does that begins something: create it, unless something else does."""
        if singular(noun) in self.looked_up and (singular(noun), "create") not in self.done:
            return "create"
        if verb in _VERBS and operation.is_read_only:
            return "list" if self._gives_many(operation, noun) else "get"
        return "action"

    def _takes_away(self, verb: str, noun: str) -> bool:
        """Tell whether a destructive act by a verb that nobody knows deletes a row: one that nothing else deletes."""
        is_kept = (noun, "create") in self.done and (noun, "delete") not in self.done
        return is_kept and not any(True for _ in known_by(verb))

    def _gives_many(self, operation: Operation, noun: str, *, is_list: bool = False) -> bool:
        """Tell whether an answer holds several of a noun: arrays of something else belong to the one that is got."""
        last = noun.rsplit("_", 1)[-1]
        if operation.gives_many or (is_plural(noun) and last not in _ASPECTS):
            return True
        fields = self.description.properties(operation.response)
        arrays = [snake(name).rsplit("_", 1)[-1] for name, one in fields.items() if one.items]
        if is_list and arrays:
            return True
        is_of_it = len(arrays) == 1 and (arrays[0] in _ROWS or singular(arrays[0]) == singular(last))
        return is_of_it and (bool(operation.rows) or len(fields) <= 3)

    def _whole(self, kind: Kind, noun: str, operation: Operation) -> tuple[str, Operation]:
        """Find the row that an aspect is one of: of `queue_attributes` a queue, of `pull_request_title` a pull request.

        A sentence about one column is not said of the change of a whole row.
        """
        words = noun.split("_")
        for length in range(len(words) - 1, 0, -1) if kind in ("get", "list", "update") else ():
            head, rest = "_".join(words[:length]), "_".join(words[length:])
            is_known = (head, "create") in self.done and (singular(noun), "create") not in self.done
            if is_known and rest in _ASPECTS and kind != "list" and (head, kind) not in self.done:
                return head, operation
            if is_known and kind == "update" and self._changes(operation, head, rest):
                return head, replace(operation, doc="")
        return noun, operation

    def _changes(self, operation: Operation, noun: str, column: str) -> bool:
        given = {snake(name) for name in self.description.properties(operation.request)}
        return bool({column, f"{noun}_{column}", f"new_{column}"} & given)

    def _required(self, operation: Operation, ends: tuple[str, ...]) -> tuple[str, ...]:
        """List the members that a request demands and that end in one of these words."""
        fields = self.description.properties(operation.request)
        body = [name for name, shape in fields.items() if operation.id in shape.required_by]
        beside = [name for name, parameter in operation.parameters.items() if parameter.is_required]
        return tuple(name for name in (*beside, *body) if snake(name).endswith(ends))

    def _keys(self, operation: Operation, kind: Kind, noun: str) -> tuple[str, ...]:
        """Find the members of a request that name rows: its own noun's last, those of others before it."""
        fields: dict[str, Shape] = dict(self.description.properties(operation.request))
        fields |= {name: parameter.shape for name, parameter in operation.parameters.items()}
        required = {name for name, shape in fields.items() if operation.id in shape.required_by}
        required |= {name for name, parameter in operation.parameters.items() if parameter.is_required}
        words = singular(noun).split("_")
        nouns = ["_".join(words[at:]) for at in range(len(words))]
        own = {f"{each}{end}" for each in nouns for end in _ENDS} | {f"{words[0]}_number"}
        own |= {"id", "name", "arn", "identifier", "key", "resource_arn"}
        named = {name: _singular_key(name, fields[name]) for name in fields if name in required}
        others = [name for name, said in named.items() if said.endswith(_NAMING) and said not in own]
        mine = [name for name, said in named.items() if said in own] if kind != "create" else []
        ranked = sorted(
            mine, key=lambda name: (row_named(named[name]) != singular(noun), named[name] in ("name", "id"))
        )
        return (*others, *ranked[:1])


def _answered(description: Description, operation: Operation, known: frozenset[str]) -> str:
    """Name the one known noun whose name an operation answers with and does not ask for; empty if there is none."""
    asked = {row_named(name) for name in description.properties(operation.request)}
    named = [name for name in description.properties(operation.response) if snake(name).endswith(_NAMING)]
    nouns = {row_named(name) for name in named} & known - asked
    return next(iter(nouns)) if len(nouns) == 1 else ""


def _singular_key(name: str, shape: Shape) -> str:
    """Write a member's name in words; one that is a list of ids is read as one of them."""
    return singular(snake(name)) if shape.items else snake(name)


def _prefix(description: Description) -> str:
    """Find the word that all names open with where there are several and it is no verb: `notion` of `notion-find`."""
    opening = {snake(one.name).split("_")[0] for one in description.operations}
    is_shared = len(opening) == 1 and len(description.operations) > 2 and description.is_spoken
    return next(iter(opening - {*_VERBS, *_BEGUN}), "") if is_shared else ""


def _words(operation: Operation, prefix: str, *, is_spoken: bool) -> list[str]:
    """Split an operation's name into a verb and what follows; `issues_list` and `chat.postMessage` are turned round.

    Where names are not known to say what is done, the end of the path is taken for the name.
    """
    has_path = operation.http and operation.path.strip("/") and not is_spoken
    spoken = operation.path.rsplit("/", 1)[-1] if has_path else operation.name
    words = [word for word in snake(spoken or operation.name).split("_") if word and not re.fullmatch(r"v?\d+", word)]
    words = words[1:] if prefix and len(words) > 1 else words
    verbs = {*_VERBS, *_BEGUN}
    if len(words) > 1 and words[0] not in verbs and words[-1] in verbs - _NOUNS_TOO:
        words = [words[-1], *words[:-1]]
    elif "." in spoken:
        head, _, tail = spoken.rpartition(".")
        words = [*snake(tail).split("_"), *snake(head).split("_")]
    if len(words) > 2 and words[0] == "batch":
        words = ["_".join(words[:2]), *words[2:]]
    return words or [snake(operation.id) or "call"]
