"""Material: what a draft is made from, as a text short enough to be read by a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envkit.manifest import Source
from generator.description import Description
from generator.readers.pages import FORMAT as PAGE
from generator.resource import Document, Resource

TOPIC = "topic:"
"""Opens a reference that is a topic in words, not a description of an API."""

_MOST_CHARACTERS = 24_000
_WORDS_OF_DOC = 18
_MOST_LINE = 600
"""Of a page, so that one endless line does not leave out the rest."""


@dataclass(frozen=True, slots=True)
class Material:
    """A title, a text of bounded length, and the source that the blueprint will name; a topic is none."""

    title: str
    text: str
    source: Source | None = None


def material_of(resource: Resource) -> Material:
    """Digest a description into lines: operations and columns of schemas, or what a page says of operations."""
    if resource.format == PAGE:
        return Material(
            resource.title, _bounded([*_calls(resource.document), *_text(resource.document)]), resource.source
        )
    lines = [*_operations(resource.description), *_schemas(resource.description)]
    return Material(resource.title, _bounded(lines), resource.source)


def topic(words: str) -> Material:
    """Take a topic in words as the material."""
    return Material(words, _bounded([f"There is no description of an API. The topic: {words}"]))


def _operations(description: Description) -> Iterator[str]:
    for each in description.operations:
        verb = " ".join(word for word in (each.http, each.path or each.name) if word)
        yield f"operation {verb} ({', '.join(each.parameters)}): {_short(each.doc)}"


def _schemas(description: Description) -> Iterator[str]:
    for key, schema in description.schemas.items():
        yield f"schema {key}: {_short(schema.doc)}"
        for name, shape in schema.properties.items():
            yield f"  {key}.{name} ({shape.type or shape.ref or 'any'}): {_short(shape.doc)}"


def _calls(page: Document) -> Iterator[str]:
    for each in page["endpoints"]:
        yield f"operation {each['method']} {each['path']}: {_short(each['summary'])}"


def _text(page: Document) -> Iterator[str]:
    yield "The page says:"
    for line in page["text"].splitlines():
        if line.strip():
            yield line if len(line) <= _MOST_LINE else f"{line[:_MOST_LINE]} ..."


def _short(text: str) -> str:
    words = text.split()
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
