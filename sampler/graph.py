"""The tool graph: which tool's output feeds which tool's argument, from manifests, schemas and executed proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

from envkit.calls import JsonObject
from envkit.manifest import ArgumentSpec, Edge, Manifest, ToolSpec


@dataclass(frozen=True, slots=True, order=True)
class GraphEdge:
    """In one environment: what `producer` returns at `path` are ids of `entity`, which `consumer` takes."""

    environment: str
    producer: str
    path: str
    consumer: str
    argument: str
    entity: str


@dataclass(frozen=True, slots=True)
class Source:
    """A tool that shows whole rows of an entity, their ids standing at `path`; `spec` is the tool."""

    spec: ToolSpec
    path: str


class ToolGraph:
    """Tools as nodes, dependencies as edges; an edge is proven once its producer and then its consumer succeeded."""

    def __init__(self, manifests: Mapping[str, Manifest], edges: Iterable[GraphEdge], proven: Iterable[GraphEdge]):
        self.manifests = dict(sorted(manifests.items()))
        self.edges = tuple(sorted(set(edges)))
        self.proven = frozenset(proven)
        self._net: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph()
        for environment, manifest in self.manifests.items():
            self._net.add_nodes_from((environment, tool.name) for tool in manifest.tools)
        for edge in self.edges:
            self._net.add_edge((edge.environment, edge.producer), (edge.environment, edge.consumer), key=edge)

    def producers(self, environment: str, tool: str, argument: str) -> tuple[GraphEdge, ...]:
        """Return the edges that feed an argument, proven ones first."""
        incoming = self._net.in_edges((environment, tool), keys=True)
        feeding = [edge for _, _, edge in incoming if edge.argument == argument]
        return tuple(sorted(feeding, key=lambda edge: (edge not in self.proven, edge)))

    def sources(self, environment: str, entity: str) -> tuple[Source, ...]:
        """Return the read-only tools that show rows of an entity: lists first, then those with proven edges."""
        found = [
            Source(tool, path)
            for tool in self.manifests[environment].tools
            if not tool.writes and tool.kind != "get"
            for path, shown in places(self.manifests[environment], tool)
            if shown == entity and path.rpartition(".")[2] == "id"
        ]
        proven = {(edge.producer, edge.path) for edge in self.proven if edge.environment == environment}
        return tuple(
            sorted(
                found,
                key=lambda each: (each.spec.kind != "list", (each.spec.name, each.path) not in proven, each.spec.name),
            )
        )

    def with_proven(self, edges: Iterable[GraphEdge]) -> ToolGraph:
        """Return the graph with more edges marked as proven."""
        return ToolGraph(self.manifests, self.edges, self.proven | (set(edges) & set(self.edges)))

    def without(self, tools: Collection[tuple[str, str]]) -> ToolGraph:
        """Return the graph without some tools, as (environment, tool)."""
        manifests = {
            slug: manifest.model_copy(
                update={"tools": tuple(tool for tool in manifest.tools if (slug, tool.name) not in tools)}
            )
            for slug, manifest in self.manifests.items()
        }
        kept = [
            edge
            for edge in self.edges
            if not {(edge.environment, edge.producer), (edge.environment, edge.consumer)}.intersection(tools)
        ]
        return ToolGraph(manifests, kept, self.proven.intersection(kept))

    def depths(self, environment: str) -> dict[str, int]:
        """Return how many tools in a row must run before each one to find its required ids.

        A tool whose ids no other tool gives is left out, unless no tool shows such rows: then a user knows the id.
        """
        depths: dict[str, int] = {}
        tools = self.manifests[environment].tools
        depth = 0
        while ready := [
            tool.name for tool in tools if tool.name not in depths and self._is_fed(environment, tool, depths)
        ]:
            depths.update(dict.fromkeys(ready, depth))
            depth += 1
        return depths

    def _is_fed(self, environment: str, tool: ToolSpec, known: Mapping[str, int]) -> bool:
        return all(
            any(edge.producer in known for edge in self.producers(environment, tool.name, argument.name))
            or not self.sources(environment, argument.to)
            for argument in tool.arguments
            if argument.required and argument.type == "ref"
        )


def build(manifests: Mapping[str, Manifest], schemas: Mapping[str, Mapping[str, JsonObject]]) -> ToolGraph:
    """Build the graph of environments from their manifests and their tools' live input schemas.

    `schemas`: environment -> tool -> input schema as listed. An edge is left out if its tools or argument are not.
    """
    edges = [
        edge
        for environment, manifest in manifests.items()
        for edge in _edges(environment, manifest)
        if edge.producer in schemas[environment]
        and edge.argument in _properties(schemas[environment].get(edge.consumer, {}))
    ]
    return ToolGraph(manifests, edges, ())


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


def manifest_digest(manifest: Manifest) -> str:
    """Return the sha256 of a manifest's content, in hex."""
    return hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()


def read_proven(cache: Path, graph: ToolGraph) -> ToolGraph | None:
    """Return the graph with the proven edges kept in a cache folder; None if it keeps none for these manifests.

    A file that an interrupted write left torn counts as none.
    """
    path = cache / f"{_graph_digest(graph)}.json"
    try:
        return graph.with_proven(GraphEdge(*edge) for edge in json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def write_proven(cache: Path, graph: ToolGraph) -> None:
    """Keep the proven edges of a graph in a cache folder, under the digest of its manifests and edges."""
    cache.mkdir(parents=True, exist_ok=True)
    rows = [
        [edge.environment, edge.producer, edge.path, edge.consumer, edge.argument, edge.entity]
        for edge in sorted(graph.proven)
    ]
    (cache / f"{_graph_digest(graph)}.json").write_text(json.dumps(rows, indent=0) + "\n", encoding="utf-8")


def _edges(environment: str, manifest: Manifest) -> Iterator[GraphEdge]:
    consumers = [(tool, each) for tool in manifest.tools for each in tool.arguments if takes(manifest, each)]
    for producer in manifest.tools:
        for path, entity in places(manifest, producer):
            for consumer, argument in consumers:
                if entity == takes(manifest, argument) and consumer.name != producer.name:
                    yield GraphEdge(environment, producer.name, path, consumer.name, argument.name, entity)
    known = {tool.name: tool for tool in manifest.tools}
    for edge in manifest.edges:
        yield from _declared(environment, manifest, edge, known)


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


def _properties(schema: JsonObject) -> JsonObject:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _graph_digest(graph: ToolGraph) -> str:
    text = "\n".join([*map(manifest_digest, graph.manifests.values()), *map(repr, graph.edges)])
    return hashlib.sha256(text.encode()).hexdigest()
