"""The parts of a Discovery document that the compiler looks at: operations, schemas, words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from generator.resource import Document, pointer

PartT = TypeVar("PartT", bound=BaseModel)
_SENTENCE = re.compile(r"^(.+?(?<!e\.g)(?<!i\.e)(?<!etc)[.!?])(?:\s|$)", re.DOTALL)
_NOISE = re.compile(
    r"^(?:(?:(?:Out|In)put only|Required|Optional|Read-only|Immutable|Identifier)\.\s*)+", re.IGNORECASE
)
_CITATIONS = re.compile(r"\s*\((?:as an? )?RFC ?3339 (?:timestamp|date)\)|\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of the document.

    `resource`: the names of the resources around it; `keys`: the parameters in its path, else its required `id`.
    """

    id: str
    name: str
    resource: tuple[str, ...]
    at: str
    http: str
    path: str
    keys: tuple[str, ...]
    parameters: Mapping[str, Document]
    request: str
    response: str
    doc: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the document that the blueprint leaves out: what, where it stands, and why."""

    what: str
    at: str
    reason: str


def operations(document: Document) -> tuple[Operation, ...]:
    """List all methods, in the order of the document."""
    return tuple(_operations(document, (), ()))


def properties(document: Document, schema: str) -> Mapping[str, Document]:
    """Give the properties of a named schema; none if it has none."""
    found: Mapping[str, Document] = document["schemas"].get(schema, {}).get("properties", {})
    return found


def snake(name: str) -> str:
    """Turn `taskList`, `TaskLists` or `FHIRStore` into snake_case words; anything else between words becomes one _."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", name)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def plural(noun: str) -> str:
    """Give the plural of an English noun: `entries`, `addresses`, `settings`."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "es" if noun.endswith(("s", "x", "ch", "sh")) else noun + "s"


def sentence(description: str) -> str:
    """Take the first sentence of a description, without its notes on direction and notation."""
    text = _CITATIONS.sub(r"\1", _NOISE.sub("", " ".join(description.split())))
    found = _SENTENCE.match(text)
    return (found.group(1) if found else text)[:300]


def traced(part: PartT, at: str) -> PartT:
    """Give a part of a blueprint its origin."""
    return part.model_copy(update={"origin": at})


def _operations(scope: Document, keys: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Operation]:
    for name, method in scope.get("methods", {}).items():
        yield _operation(method, (*keys, "methods", name), names, name)
    for name, inner in scope.get("resources", {}).items():
        yield from _operations(inner, (*keys, "resources", name), (*names, name))


# Any: a method as its publisher wrote it.
def _operation(method: Mapping[str, Any], keys: tuple[str, ...], names: tuple[str, ...], name: str) -> Operation:
    parameters: Mapping[str, Document] = method.get("parameters", {})
    ordered: list[str] = method.get("parameterOrder", list(parameters))
    in_path = tuple(key for key in ordered if parameters.get(key, {}).get("location") == "path")
    asked = ("id",) if parameters.get("id", {}).get("required") else ()
    return Operation(
        id=method["id"],
        name=name,
        resource=names,
        at=pointer(*keys),
        http=method["httpMethod"],
        path=method["path"],
        keys=in_path or asked,
        parameters=parameters,
        request=method.get("request", {}).get("$ref", ""),
        response=method.get("response", {}).get("$ref", ""),
        doc=method.get("description", ""),
    )
