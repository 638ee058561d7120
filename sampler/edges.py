"""The edges of a tool graph: what manifests say of which tool's output may feed which tool's argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from envkit.manifest import ArgumentSpec, Edge, Manifest, ToolSpec
from sampler.values import SHARED, Samples, argument_type, shown

EdgeKind = Literal["id", "attribute", "precondition", "user"]
KINDS: tuple[EdgeKind, ...] = ("id", "attribute", "precondition", "user")
USER = "user"
"""Stands for the producer of what no tool gives."""


@dataclass(frozen=True, slots=True, order=True)
class GraphEdge:
    """What one tool gives that another needs; `environment` is the producer's, `into` the consumer's if another.

    `id`: what `producer` returns at `path` are ids of `entity`, which `argument` takes. `attribute`: the values at
    `path` are of the type `value`, and so are those that `argument` takes. `precondition`: after a call of `producer`
    a guard of `consumer` that refused with `code` lets the same call pass. `user`: only the user can say `argument`,
    whose values are of the type `value`, if they have one.
    """

    environment: str
    producer: str
    path: str
    consumer: str
    argument: str
    entity: str
    kind: EdgeKind = "id"
    value: str = ""
    code: str = ""
    into: str = ""

    @property
    def consumed_in(self) -> str:
        """The environment of the consumer."""
        return self.into or self.environment

    @property
    def told(self) -> str:
        """The edge in one line."""
        source = USER if self.kind == "user" else f"{self.environment}/{self.producer}"
        place = f" {self.path}" if self.path else ""
        target = f"{self.consumed_in}/{self.consumer} {self.argument or self.code}"
        return f"{source}{place} -> {target}"


def precondition(environment: str, enabler: str, tool: str, code: str) -> GraphEdge:
    """Make the edge that says: `enabler` lets `tool` pass the guard that refused with `code`."""
    return GraphEdge(environment, enabler, "", tool, "", "", "precondition", code=code)


def id_edges(environment: str, manifest: Manifest) -> Iterator[GraphEdge]:
    """Yield the edges along which ids flow, from the entities and as the manifest declares them."""
    consumers = [(tool, each) for tool in manifest.tools for each in tool.arguments if takes(manifest, each)]
    for producer in manifest.tools:
        for path, entity in places(manifest, producer):
            for consumer, argument in consumers:
                if entity == takes(manifest, argument) and consumer.name != producer.name:
                    yield GraphEdge(environment, producer.name, path, consumer.name, argument.name, entity)
    known = {tool.name: tool for tool in manifest.tools}
    for edge in manifest.edges:
        yield from _declared(environment, manifest, edge, known)


def attribute_edges(environment: str, manifest: Manifest, samples: Samples | None = None) -> Iterator[GraphEdge]:
    """Yield the edges along which typed values flow inside an environment."""
    consumers = list(_typed_arguments(manifest, samples))
    for producer in manifest.tools:
        for path, kind in shown(manifest, producer, samples):
            for consumer, argument, wanted in consumers:
                if kind == wanted and consumer != producer.name:
                    yield GraphEdge(environment, producer.name, path, consumer, argument, "", "attribute", kind)


def crossing_edges(manifests: Mapping[str, Manifest]) -> Iterator[GraphEdge]:
    """Yield the edges along which values of shared types flow from one environment into another.

    They start at tools that only read: whatever a writing tool shows can be read back.
    """
    consumers = {slug: list(_typed_arguments(manifest, None)) for slug, manifest in manifests.items()}
    for slug, manifest in manifests.items():
        reading = (tool for tool in manifest.tools if not tool.writes)
        places = [(tool.name, *each) for tool in reading for each in shown(manifest, tool) if each[1] in SHARED]
        for other, arguments in consumers.items():
            for producer, path, kind in places if other != slug else ():
                for consumer, argument, wanted in arguments:
                    if kind == wanted:
                        yield GraphEdge(slug, producer, path, consumer, argument, "", "attribute", kind, into=other)


def user_edges(environment: str, manifest: Manifest) -> Iterator[GraphEdge]:
    """Yield an edge for each required argument that takes no ids which another tool gives."""
    given = {(entity, tool.name) for tool in manifest.tools for _, entity in places(manifest, tool)}
    for tool in manifest.tools:
        for argument in tool.arguments:
            entity = takes(manifest, argument)
            is_given = any(shown_entity == entity and other != tool.name for shown_entity, other in given)
            if argument.required and argument.role in ("key", "value") and not is_given:
                kind = argument_type(manifest, argument) or ""
                yield GraphEdge(environment, USER, "", tool.name, argument.name, entity, "user", kind)


def places(manifest: Manifest, tool: ToolSpec) -> Iterator[tuple[str, str]]:
    """Return where a tool's result shows ids, as (path, entity): rows' own ids and the references in them."""
    if tool.kind == "list":
        yield from _row_places(manifest, tool.entity, "items[].")
    elif tool.kind in ("get", "create", "update"):
        yield from _row_places(manifest, tool.entity, "")
    elif tool.kind == "action":
        for part in tool.returns:
            if part.type in ("row", "rows"):
                opened = "[]" if part.type == "rows" else ""
                yield from _row_places(manifest, part.entity, f"{part.name}{opened}.")


def takes(manifest: Manifest, argument: ArgumentSpec) -> str:
    """Return the entity whose ids an argument takes; empty if it takes none."""
    return argument.to if argument.type == "ref" and argument.role in ("key", "value", "filter") else ""


def _declared(environment: str, manifest: Manifest, edge: Edge, known: Mapping[str, ToolSpec]) -> Iterator[GraphEdge]:
    consumer = known.get(edge.consumer)
    for argument in consumer.arguments if consumer else ():
        if argument.name == edge.argument and takes(manifest, argument) and edge.producer != edge.consumer:
            entity = takes(manifest, argument)
            yield GraphEdge(environment, edge.producer, edge.path, edge.consumer, edge.argument, entity)


def _row_places(manifest: Manifest, entity: str, prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}id", entity
    for field in manifest.entity(entity).fields:
        if field.type == "ref":
            yield f"{prefix}{field.name}", field.to


def _typed_arguments(manifest: Manifest, samples: Samples | None) -> Iterator[tuple[str, str, str]]:
    for tool in manifest.tools:
        for argument in tool.arguments:
            kind = argument_type(manifest, argument, samples)
            if kind:
                yield tool.name, argument.name, kind
