"""The operations of a Smithy service: its own, and those of its resources with what they do to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.readers.nodes import Node, node_of
from generator.resource import Document

_ACTS = {"create": "create", "put": "create", "read": "get", "update": "update", "delete": "delete", "list": "list"}
_ON_ROWS = ("read", "update", "delete", "put", "operations")
_ON_ALL = ("create", "list", "collectionOperations")
_IDENTIFIER = "smithy.api#resourceIdentifier"
_MOST_NESTED = 50


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation of a service. `act` is what it does to its `resource`, empty where only its name says so.

    `keys` are the members of its input that identify resources, outermost first.
    """

    name: str
    shape: str
    resource: str = ""
    act: str = ""
    keys: tuple[str, ...] = ()


def bound_operations(document: Document, service: str) -> tuple[Bound, ...]:
    """List the operations of a service in the order in which it names them, each once; a resource's word wins."""
    shapes = document["shapes"]
    found: dict[str, Bound] = {}
    node = shapes[service]
    for one in (*_plain(node), *_of_resources(shapes, node, (), 0)):
        known = found.get(one.shape)
        if node_of(shapes, one.shape).get("type") == "operation" and (known is None or (one.act and not known.act)):
            found[one.shape] = one
    return tuple(found.values())


def targets(node: Node, key: str) -> Iterator[str]:
    """List what a shape points at under a key: one target, or several."""
    found = node.get(key)
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, Mapping) and isinstance(one.get("target"), str):
            yield one["target"]


def _plain(node: Node) -> Iterator[Bound]:
    for shape in targets(node, "operations"):
        yield Bound(shape.partition("#")[2], shape)


def _of_resources(shapes: Node, node: Node, around: tuple[str, ...], depth: int) -> Iterator[Bound]:
    for key in targets(node, "resources") if depth < _MOST_NESTED else ():
        resource = node_of(shapes, key)
        identifiers = tuple(dict.fromkeys((*around, *_named(resource, "identifiers"))))
        yield from _of_resource(shapes, key, resource, identifiers, around)
        yield from _of_resources(shapes, resource, identifiers, depth + 1)


def _of_resource(
    shapes: Node, key: str, resource: Node, identifiers: tuple[str, ...], around: tuple[str, ...]
) -> Iterator[Bound]:
    noun = key.partition("#")[2]
    for role in (*_ON_ALL, *_ON_ROWS):
        for shape in targets(resource, role):
            act = _ACTS.get(role, "")
            if role == "put" and "create" in resource:
                act = "update"
            wanted = identifiers if role in _ON_ROWS else around
            yield Bound(shape.partition("#")[2], shape, noun, act, _keys(shapes, shape, wanted))


def _keys(shapes: Node, operation: str, identifiers: tuple[str, ...]) -> tuple[str, ...]:
    """Find the members of an input that are bound to identifiers: by name, or because they say so."""
    given = next(targets(node_of(shapes, operation), "input"), "")
    members = node_of(node_of(shapes, given), "members")
    bound = {str(node_of(node_of(members, name), "traits").get(_IDENTIFIER, name)): str(name) for name in members}
    return tuple(bound[one] for one in identifiers if one in bound)


def _named(node: Node, key: str) -> tuple[str, ...]:
    found = node.get(key)
    return tuple(map(str, found)) if isinstance(found, Mapping) else ()
