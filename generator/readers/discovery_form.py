"""Google Discovery documents in the one form of all descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.description import Description, Operation, Parameter, Place, Schema, Shape
from generator.readers.nodes import Node, members_of
from generator.resource import Document, pointer


def described(document: Document) -> Description:
    """Give a Discovery document's operations, in its order, and its schemas."""
    return Description(
        name=str(document["name"]),
        provider="google",
        title=str(document.get("title", document["name"])),
        summary=str(document.get("description", "")),
        operations=tuple(_operations(document, (), ())),
        schemas={name: _schema(name, node) for name, node in members_of(document, "schemas")},
    )


def _schema(name: str, node: Node) -> Schema:
    at = pointer("schemas", name)
    return Schema(at, name, str(node.get("description", "")), _properties(node, at))


def _properties(node: Node, at: str) -> Mapping[str, Shape]:
    return {key: _shape(part, f"{at}{pointer('properties', key)}") for key, part in members_of(node, "properties")}


def _shape(node: Node, at: str) -> Shape:
    items = node.get("items")
    notes = node.get("annotations")
    required = notes.get("required", ()) if isinstance(notes, Mapping) else ()
    return Shape(
        at=at,
        type=str(node.get("type", "")),
        format=str(node.get("format", "")),
        doc=str(node.get("description", "")),
        ref=str(node.get("$ref", "")),
        values=tuple(map(str, node.get("enum", ()))),
        default=str(node.get("default", "")),
        items=_shape(items, f"{at}/items") if isinstance(items, Mapping) else None,
        properties={
            key: _shape(part, f"{at}{pointer('properties', key)}") for key, part in members_of(node, "properties")
        },
        required_by=frozenset(map(str, required)),
        is_read_only=bool(node.get("readOnly")),
        is_deprecated=bool(node.get("deprecated")),
    )


def _operations(scope: Node, keys: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Operation]:
    for name, method in members_of(scope, "methods"):
        yield _operation(method, pointer(*keys, "methods", name), names, name)
    for name, inner in members_of(scope, "resources"):
        yield from _operations(inner, (*keys, "resources", name), (*names, name))


def _operation(method: Node, at: str, names: tuple[str, ...], name: str) -> Operation:
    parameters = {
        key: _parameter(part, f"{at}{pointer('parameters', key)}") for key, part in members_of(method, "parameters")
    }
    ordered = [str(key) for key in method.get("parameterOrder", parameters)]
    in_path = tuple(key for key in ordered if key in parameters and parameters[key].place == "path")
    asked = ("id",) if "id" in parameters and parameters["id"].is_required else ()
    return Operation(
        id=str(method.get("id") or ".".join((*names, name))),
        name=name,
        at=at,
        http=str(method.get("httpMethod", "")),
        path=str(method.get("path", "")),
        doc=str(method.get("description", "")),
        resource=names,
        keys=in_path or asked,
        parameters=parameters,
        request=_named(method, "request"),
        response=_named(method, "response"),
        is_deprecated=bool(method.get("deprecated")),
    )


def _parameter(node: Node, at: str) -> Parameter:
    place: Place = "path" if node.get("location") == "path" else "query"
    return Parameter(_shape(node, at), place, bool(node.get("required")))


def _named(method: Node, key: str) -> str:
    found = method.get(key)
    return str(found.get("$ref", "")) if isinstance(found, Mapping) else ""
