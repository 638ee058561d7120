"""Material: what a draft is made from, as a text short enough to be read by a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from envkit.manifest import Source
from generator.resource import Resource

TOPIC = "topic:"
"""Opens a reference that is a topic in words, not a description of an API."""

_MOST_CHARACTERS = 24_000
_WORDS_OF_DOC = 18
_VERBS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Material:
    """A title, a text of bounded length, and the source that the blueprint will name; a topic is none."""

    title: str
    text: str
    source: Source | None = None


def material_of(resource: Resource) -> Material:
    """Digest a description into one line for each operation and each column of a schema."""
    lines = [*_operations(resource.document), *_schemas(resource.document)]
    return Material(resource.title, _bounded(lines), resource.source)


def topic(words: str) -> Material:
    """Take a topic in words as the material."""
    return Material(words, _bounded([f"There is no description of an API. The topic: {words}"]))


def _operations(document: Mapping[str, object]) -> Iterator[str]:
    """Tell the operations, as Discovery documents and OpenAPI write them."""
    for node in _mappings(document):
        if isinstance(node.get("httpMethod"), str):
            yield _operation(str(node["httpMethod"]), str(node.get("path", "")), node)
    for path, verbs in _members(document.get("paths")):
        for verb, operation in _members(verbs):
            if verb in _VERBS and isinstance(operation, Mapping):
                yield _operation(verb.upper(), path, operation)


def _operation(verb: str, path: str, node: Mapping[str, object]) -> str:
    parameters = node.get("parameters")
    names = [name for name, _ in _members(parameters)]
    if isinstance(parameters, list):
        names = [str(one["name"]) for one in parameters if isinstance(one, Mapping) and "name" in one]
    return f"operation {verb} {path} ({', '.join(names)}): {_short(node.get('description') or node.get('summary'))}"


def _schemas(document: Mapping[str, object]) -> Iterator[str]:
    components = document.get("components")
    inner = components.get("schemas") if isinstance(components, Mapping) else None
    for name, schema in _members(document.get("schemas") or inner or document.get("definitions")):
        if isinstance(schema, Mapping):
            yield f"schema {name}: {_short(schema.get('description'))}"
            for column, one in _members(schema.get("properties")):
                if isinstance(one, Mapping):
                    kind = one.get("type") or one.get("$ref") or "any"
                    yield f"  {name}.{column} ({kind}): {_short(one.get('description'))}"


def _mappings(node: object) -> Iterator[Mapping[str, object]]:
    if isinstance(node, Mapping):
        yield node
        for one in node.values():
            yield from _mappings(one)


def _members(node: object) -> Iterable[tuple[str, object]]:
    return [(str(name), one) for name, one in node.items()] if isinstance(node, Mapping) else []


def _short(text: object) -> str:
    words = re.sub(r"\s+", " ", text).strip().split(" ") if isinstance(text, str) else []
    return " ".join(words[:_WORDS_OF_DOC]) + (" ..." if len(words) > _WORDS_OF_DOC else "")


def _bounded(lines: list[str]) -> str:
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > _MOST_CHARACTERS:
            kept.append(f"... {len(lines) - len(kept)} more lines are left out")
            break
        kept.append(line)
    return "\n".join(kept)
