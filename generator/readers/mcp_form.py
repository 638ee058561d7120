"""Tool lists of MCP servers in the one form of all descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.description import Description, Operation, Schema, Shape
from generator.readers.nodes import Node, node_of, text_of
from generator.readers.openapi_files import Files
from generator.readers.openapi_shapes import Shapes
from generator.resource import Document, pointer

_RESULT = "result"


def tool_list(document: Document) -> tuple[str, Sequence[Node]] | None:
    """Find the tools of a tools/list result, or of the JSON-RPC message around it, with the pointer to them."""
    inner = document.get(_RESULT)
    for at, around in (("", document), (pointer(_RESULT), inner)):
        tools = around.get("tools") if isinstance(around, Mapping) else None
        if isinstance(tools, list) and all(isinstance(one, Mapping) and "inputSchema" in one for one in tools):
            return f"{at}/tools", tools
    return None


def described(name: str, at: str, tools: Sequence[Node], where: str) -> Description:
    """Give a server's tools as operations, in their order, with their schemas. Raises ResourceError."""
    schemas: dict[str, Schema] = {}
    operations = tuple(_operation(tool, f"{at}/{place}", schemas, where) for place, tool in enumerate(tools))
    return Description(name=name, title=name, operations=operations, schemas=schemas, is_spoken=True)


def _operation(tool: Node, at: str, schemas: dict[str, Schema], where: str) -> Operation:
    name = str(tool.get("name", ""))
    said = node_of(tool, "annotations")
    request, _ = _body(tool, name, at, "inputSchema", schemas, where)
    response, gives_many = _body(tool, name, at, "outputSchema", schemas, where)
    return Operation(
        id=name,
        name=name,
        at=at,
        doc=text_of(tool, "description"),
        request=request,
        response=response,
        gives_many=gives_many,
        is_read_only=said.get("readOnlyHint") is True,
        is_destructive=said.get("destructiveHint") is True,
    )


def _body(tool: Node, name: str, at: str, key: str, schemas: dict[str, Schema], where: str) -> tuple[str, bool]:
    """Add what a tool takes or gives to the schemas; return its key there, and whether it is an array of it.

    Each schema of a tool is a document of its own to its references.
    """
    found = tool.get(key)
    if not isinstance(found, dict):
        return "", False
    role = "request" if key == "inputSchema" else "response"
    files = Files(None, found, f"{where}: {name or 'a tool'}", "")
    shapes = Shapes(files)
    body = shapes.body(files.root, f"{name}.{role}")
    if not body.schema:
        return "", False
    made = shapes.schemas()
    if role == "request":
        for one in made:
            shapes.takes(one, name)
        made = shapes.schemas()
    keys = {one: _key(one, schema, name, schemas) for one, schema in made.items()}
    for one, schema in made.items():
        moved = _moved(schema, at + pointer(key), keys)
        known = schemas.get(keys[one])
        schemas[keys[one]] = _joined(known, moved) if known else moved
    return keys[body.schema], body.gives_many


def _key(key: str, schema: Schema, tool: str, known: Mapping[str, Schema]) -> str:
    """Name a definition as its server does, unless another one with other properties has the name."""
    is_same = key not in known or {*known[key].properties} == {*schema.properties}
    return key if is_same else f"{tool}.{key}"


def _joined(known: Schema, other: Schema) -> Schema:
    """Keep a definition that several tools repeat once, demanded by all that demand it."""
    properties = {
        name: replace(shape, required_by=shape.required_by | other.properties[name].required_by)
        for name, shape in known.properties.items()
    }
    return replace(known, properties=properties)


def _moved(schema: Schema, prefix: str, keys: Mapping[str, str]) -> Schema:
    """Let a schema's pointers start where the document does, and its references name what is known by these keys."""
    return replace(schema, at=prefix + schema.at, properties=dict(_all_moved(schema.properties, prefix, keys)))


def _all_moved(shapes: Mapping[str, Shape], prefix: str, keys: Mapping[str, str]) -> Iterator[tuple[str, Shape]]:
    yield from ((name, _shape_moved(shape, prefix, keys)) for name, shape in shapes.items())


def _shape_moved(shape: Shape, prefix: str, keys: Mapping[str, str]) -> Shape:
    return replace(
        shape,
        at=prefix + shape.at,
        ref=keys.get(shape.ref, shape.ref),
        items=_shape_moved(shape.items, prefix, keys) if shape.items else None,
        properties=dict(_all_moved(shape.properties, prefix, keys)),
    )
