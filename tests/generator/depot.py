"""A small description of an API, orders and their clients, that compiles to an environment which is admitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Document = dict[str, Any]  # Any: JSON, taken apart by the tests

_TEXT: Mapping[str, Any] = {"type": "string"}
_ORDER = {
    "orderId": {**_TEXT, "readOnly": True},
    "title": {**_TEXT, "description": "What it is called."},
    "size": {"type": "integer", "minimum": 1, "maximum": 90},
    "status": {**_TEXT, "enum": ["open", "packed", "sent"], "description": "Where it stands."},
    "clientId": {**_TEXT, "description": "Who ordered."},
    "priority": {**_TEXT, "enum": ["low", "normal", "high"]},
}
_CLIENT = {"clientId": {**_TEXT, "readOnly": True}, "name": {**_TEXT}, "city": {**_TEXT}}


def depot() -> Document:
    """Return the description, OpenAPI 3.0."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Depot", "version": "1", "license": {"name": "MIT"}},
        "servers": [{"url": "https://depot.example/api"}],
        "paths": {**_paths("Order"), **_paths("Client")},
        "components": {"schemas": {"Order": _form(_ORDER), "Client": _form(_CLIENT)}},
    }


def write_depot(path: Path, document: Document) -> Path:
    """Write a description to a file."""
    path.write_text(json.dumps(document, indent=1), "utf-8")
    return path


def changed() -> Document:
    """Return the description of a later day: an enum says other values, and orders are no longer deleted."""
    document = depot()
    document["components"]["schemas"]["Order"]["properties"]["priority"]["enum"] = ["low", "normal", "urgent"]
    del document["paths"]["/orders/{orderId}"]["delete"]
    return document


def _form(properties: Mapping[str, Any]) -> Document:
    return {"type": "object", "properties": json.loads(json.dumps(properties))}


def _paths(name: str) -> Document:
    one, row = f"{name.lower()}s", {"$ref": f"#/components/schemas/{name}"}
    body = {"requestBody": {"required": True, **_content(row)}}
    key = {"name": f"{name.lower()}Id", "in": "path", "required": True, "schema": _TEXT}
    return {
        f"/{one}": {
            "post": {"operationId": f"create{name}", **body, **_answer(row)},
            "get": {"operationId": f"list{name}s", **_answer({"type": "array", "items": row})},
        },
        f"/{one}/{{{name.lower()}Id}}": {
            "parameters": [key],
            "get": {"operationId": f"get{name}", **_answer(row)},
            "patch": {"operationId": f"update{name}", **body, **_answer(row)},
            "delete": {"operationId": f"delete{name}", "responses": {"204": {"description": "Gone."}}},
        },
    }


def _answer(schema: Mapping[str, Any]) -> Document:
    return {"responses": {"200": {"description": "Done.", **_content(schema)}}}


def _content(schema: Mapping[str, Any]) -> Document:
    return {"content": {"application/json": {"schema": schema}}}
