"""botocore's service models in the one form of all descriptions."""

from __future__ import annotations

from collections.abc import Mapping

from generator.description import Description, Place
from generator.readers.nodes import Node, members_of, node_of, text_of
from generator.readers.prose import prose
from generator.readers.shape_graph import Act, Form, Member, ShapeGraph
from generator.resource import Document, pointer

_TYPES = {"structure": "object", "map": "object", "list": "array", "blob": "string", "timestamp": "string"} | {
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "string": "string",
    "character": "string",
}
_FORMATS = {"timestamp": "date-time", "blob": "byte"}
_PLACES: Mapping[str, Place] = {"uri": "path", "querystring": "query", "header": "header", "headers": "header"}
_EVERY = "All"
"""Among the keys that a map may have: a wish for all of them, and none itself."""
_OFFERERS = ("Amazon", "AWS")


def described(document: Document, rows: Mapping[str, str]) -> Description:
    """Give a model's operations, in its order, and its schemas; `rows` names what holds the rows of an answer."""
    about = node_of(document, "metadata")
    forms = {name: _form(document, name, node) for name, node in members_of(document, "shapes")}
    graph = ShapeGraph(forms, [_act(document, name, node, rows) for name, node in members_of(document, "operations")])
    provider, name = named(about)
    return Description(
        name=name,
        provider=provider,
        title=title(about),
        summary=prose(text_of(document, "documentation")),
        operations=graph.operations(),
        schemas=graph.schemas(),
        is_spoken=True,
    )


def title(about: Node) -> str:
    """Give the name that a service goes by, from a model's metadata."""
    return text_of(about, "serviceAbbreviation") or text_of(about, "serviceFullName") or text_of(about, "serviceId")


def named(about: Node) -> tuple[str, str]:
    """Give who offers a service, and its short name without that."""
    full = title(about)
    provider = next((word for word in _OFFERERS if full.startswith(word)), _OFFERERS[-1])
    name = text_of(about, "serviceId") or full or text_of(about, "endpointPrefix")
    return provider, name.removeprefix(provider).strip() or name


def _form(document: Document, name: str, node: Node) -> Form:
    kind, at = text_of(node, "type"), pointer("shapes", name)
    held = "member" if kind == "list" else "value"
    key = node_of(node_of(document, "shapes"), text_of(node_of(node, "key"), "shape"))
    return Form(
        at=at,
        name=name,
        type=_TYPES.get(kind, ""),
        format=_FORMATS.get(kind, ""),
        doc=prose(text_of(node, "documentation")),
        values=_words(node, "enum"),
        keys=tuple(word for word in _words(key, "enum") if word != _EVERY),
        minimum=_bound(node, "min", kind),
        maximum=_bound(node, "max", kind),
        members={
            one: _member(inner, at + pointer("members", one), node, one) for one, inner in members_of(node, "members")
        },
        item=_member(node_of(node, held), f"{at}/{held}", node, "") if kind in ("list", "map") else None,
        is_deprecated=node.get("deprecated") is True,
    )


def _member(node: Node, at: str, around: Node, name: str) -> Member:
    required = around.get("required")
    return Member(
        at=at,
        form=text_of(node, "shape"),
        doc=prose(text_of(node, "documentation")),
        wire=text_of(node, "locationName"),
        place=_PLACES.get(text_of(node, "location"), "body"),
        is_required=isinstance(required, list) and name in required,
        is_body=bool(name) and around.get("payload") == name,
        is_token=node.get("idempotencyToken") is True,
        is_deprecated=node.get("deprecated") is True,
    )


def _act(document: Document, name: str, node: Node, rows: Mapping[str, str]) -> Act:
    http = node_of(node, "http")
    is_rest = text_of(node_of(document, "metadata"), "protocol").startswith("rest-")
    return Act(
        id=name,
        at=pointer("operations", name),
        doc=prose(text_of(node, "documentation")),
        http=text_of(http, "method").upper() if is_rest else "",
        path=text_of(http, "requestUri").partition("?")[0] if is_rest else "",
        input=text_of(node_of(node, "input"), "shape"),
        output=text_of(node_of(node, "output"), "shape"),
        rows=rows.get(name, ""),
        is_deprecated=node.get("deprecated") is True,
        is_read_only=node.get("readonly") is True,
    )


def _words(node: Node, key: str) -> tuple[str, ...]:
    found = node.get(key)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _bound(node: Node, key: str, kind: str) -> int | None:
    """Read the bound of a whole number; of a text it would be a length."""
    found = node.get(key)
    is_whole = isinstance(found, int | float) and kind in ("integer", "long") and float(found).is_integer()
    return int(node[key]) if is_whole else None
