"""The tool graph: which tool's output feeds which tool's argument, from manifests, schemas and executed proof."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path

import networkx as nx

from envkit.calls import JsonObject
from envkit.manifest import Manifest, ToolSpec
from sampler.edges import (
    KINDS,
    USER,
    EdgeKind,
    GraphEdge,
    attribute_edges,
    crossing_edges,
    id_edges,
    places,
    user_edges,
)
from sampler.values import Samples

_IN_ORDER = attrgetter(*(each.name for each in fields(GraphEdge)))
"""The order of edges, compared faster than edges are."""

_CACHE_FORM = 4
"""Changes when graphs are proven in another way, so that what older code kept is not taken for it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A tool that shows whole rows of an entity, their ids standing at `path`; `spec` is the tool."""

    spec: ToolSpec
    path: str


class ToolGraph:
    """Tools as nodes, dependencies as edges; an edge is proven once it was executed with success.

    `proofs` says of proven edges, where it is known, which calls showed it. A precondition is known by its proof only.
    """

    def __init__(
        self,
        manifests: Mapping[str, Manifest],
        edges: Iterable[GraphEdge],
        proven: Iterable[GraphEdge],
        proofs: Mapping[GraphEdge, str] | None = None,
    ):
        self.manifests = dict(sorted(manifests.items()))
        self.edges = tuple(sorted(set(edges), key=_IN_ORDER))
        self.proven = frozenset(proven)
        self.proofs = dict(proofs or {})
        self._into: dict[tuple[str, str], list[GraphEdge]] = defaultdict(list)
        self._out: dict[tuple[str, str], list[GraphEdge]] = defaultdict(list)
        self._leading: dict[tuple[str, str, EdgeKind], tuple[GraphEdge, ...]] = {}
        self._sources: dict[tuple[str, str], tuple[Source, ...]] = {}
        self._onward: dict[tuple[str, str], tuple[GraphEdge, ...]] = {}
        self._within: dict[str, frozenset[GraphEdge]] = {}
        self._depths: dict[str, dict[str, int]] = {}
        for edge in self.edges:
            self._into[edge.consumed_in, edge.consumer].append(edge)
            self._out[edge.environment, edge.producer].append(edge)

    def into(self, environment: str, tool: str, kind: EdgeKind) -> tuple[GraphEdge, ...]:
        """Return the edges of a kind that lead to a tool, proven ones first."""
        key = (environment, tool, kind)
        if key not in self._leading:
            incoming = (edge for edge in self._into.get((environment, tool), ()) if edge.kind == kind)
            self._leading[key] = tuple(sorted(incoming, key=lambda edge: (edge not in self.proven, _IN_ORDER(edge))))
        return self._leading[key]

    def onward(self, environment: str, tool: str) -> tuple[GraphEdge, ...]:
        """Return the proven edges along which what a tool shows goes on to another tool's argument."""
        if (environment, tool) not in self._onward:
            flowing = (edge for edge in self._out[environment, tool] if edge.argument and edge in self.proven)
            self._onward[environment, tool] = tuple(flowing)
        return self._onward[environment, tool]

    def within(self, environment: str) -> frozenset[GraphEdge]:
        """Return the proven edges of an environment."""
        if environment not in self._within:
            self._within[environment] = frozenset(edge for edge in self.proven if edge.environment == environment)
        return self._within[environment]

    def lifted_by(self, environment: str, tool: str) -> tuple[GraphEdge, ...]:
        """Return the preconditions that say which other tools a call of a tool lets pass."""
        return tuple(edge for edge in self._out[environment, tool] if edge.kind == "precondition")

    def lifting(self, environment: str, tool: str, code: str) -> tuple[GraphEdge, ...]:
        """Return the preconditions that say which other tools let a tool pass the guard that refuses with a code."""
        return tuple(edge for edge in self.into(environment, tool, "precondition") if edge.code == code)

    def producers(self, environment: str, tool: str, argument: str) -> tuple[GraphEdge, ...]:
        """Return the edges that feed an argument with ids, proven ones first."""
        return tuple(edge for edge in self.into(environment, tool, "id") if edge.argument == argument)

    def carriers(self, environment: str, tool: str, argument: str) -> tuple[GraphEdge, ...]:
        """Return the edges that feed an argument with typed values, from any environment, proven ones first."""
        return tuple(edge for edge in self.into(environment, tool, "attribute") if edge.argument == argument)

    def sources(self, environment: str, entity: str) -> tuple[Source, ...]:
        """Return the read-only tools that show rows of an entity: lists first, then those with proven edges."""
        if (environment, entity) not in self._sources:
            self._sources[environment, entity] = self._find_sources(environment, entity)
        return self._sources[environment, entity]

    def _find_sources(self, environment: str, entity: str) -> tuple[Source, ...]:
        found = [
            Source(tool, path)
            for tool in self.manifests[environment].tools
            if not tool.writes and tool.kind != "get"
            for path, shown in places(self.manifests[environment], tool)
            if shown == entity and path.rpartition(".")[2] == "id"
        ]
        proven = {(each.producer, each.path) for each in self.proven if each.environment == environment}
        return tuple(
            sorted(
                found,
                key=lambda each: (each.spec.kind != "list", (each.spec.name, each.path) not in proven, each.spec.name),
            )
        )

    def with_proven(self, edges: Iterable[GraphEdge], proofs: Mapping[GraphEdge, str] | None = None) -> ToolGraph:
        """Return the graph with more edges marked as proven; preconditions among them are added to it."""
        told = set(edges)
        known = {*self.edges, *(edge for edge in told if edge.kind == "precondition")}
        proven = self.proven | (told & known)
        said = {edge: text for edge, text in {**(proofs or {}), **self.proofs}.items() if edge in proven}
        return ToolGraph(self.manifests, known, proven, said)

    def counts(self, environment: str) -> Mapping[EdgeKind, tuple[int, int]]:
        """Return how many edges of each kind lead into an environment's tools, and how many of them are proven."""
        found = [edge for edge in self.edges if edge.consumed_in == environment]
        return {
            kind: (
                sum(edge.kind == kind for edge in found),
                sum(edge.kind == kind and edge in self.proven for edge in found),
            )
            for kind in KINDS
        }

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
            if not {(edge.environment, edge.producer), (edge.consumed_in, edge.consumer)}.intersection(tools)
        ]
        return ToolGraph(manifests, kept, self.proven.intersection(kept), self.proofs)

    def depths(self, environment: str) -> dict[str, int]:
        """Return how many tools in a row must run before each one to find its required ids.

        A tool whose ids no other tool gives is left out, unless no tool shows such rows: then a user knows the id.
        """
        if environment not in self._depths:
            self._depths[environment] = self._count_depths(environment)
        return self._depths[environment]

    def _count_depths(self, environment: str) -> dict[str, int]:
        depths: dict[str, int] = {}
        tools = self.manifests[environment].tools
        depth = 0
        while ready := [
            tool.name for tool in tools if tool.name not in depths and self._is_fed(environment, tool, depths)
        ]:
            depths.update(dict.fromkeys(ready, depth))
            depth += 1
        return depths

    def network(self) -> nx.MultiDiGraph[str]:
        """Return it as a network: nodes are tools, typed values and the user, each with its attributes as texts.

        A tool is `environment/tool`, ids are `environment#entity`, values of a type `value:type`.
        """
        net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for environment, manifest in self.manifests.items():
            for tool in manifest.tools:
                net.add_node(
                    f"{environment}/{tool.name}",
                    kind="tool",
                    label=tool.name,
                    environment=environment,
                    domain=manifest.domain,
                    tool_kind=tool.kind,
                    writes=bool(tool.writes),
                )
        for edge in self.edges:
            self._draw(edge, net)
        return net

    def _draw(self, edge: GraphEdge, net: nx.MultiDiGraph[str]) -> None:
        source = USER if edge.kind == "user" else f"{edge.environment}/{edge.producer}"
        target = f"{edge.consumed_in}/{edge.consumer}"
        if edge.kind == "user":
            net.add_node(USER, kind="user", label=USER)
        net.add_edge(
            source,
            target,
            kind=edge.kind,
            path=edge.path,
            argument=edge.argument,
            entity=edge.entity,
            value=edge.value,
            code=edge.code,
            proven=edge in self.proven,
            proof=self.proofs.get(edge, ""),
        )
        if edge.kind in ("id", "attribute"):
            ids = edge.kind == "id"
            node = f"{edge.environment}#{edge.entity}" if ids else f"value:{edge.value}"
            net.add_node(node, kind="value", label=f"{edge.entity} id" if ids else edge.value)
            for start, end, key in ((source, node, f"shows {edge.path}"), (node, target, f"takes {edge.argument}")):
                net.add_edge(start, end, key=key, kind=key.partition(" ")[0], path=key.partition(" ")[2])

    def _is_fed(self, environment: str, tool: ToolSpec, known: Mapping[str, int]) -> bool:
        return all(
            any(edge.producer in known for edge in self.producers(environment, tool.name, argument.name))
            or not self.sources(environment, argument.to)
            for argument in tool.arguments
            if argument.required and argument.type == "ref"
        )


def build(
    manifests: Mapping[str, Manifest],
    schemas: Mapping[str, Mapping[str, JsonObject]],
    samples: Mapping[str, Samples] | None = None,
) -> ToolGraph:
    """Build the graph of environments from their manifests and their tools' live input schemas.

    `schemas`: environment -> tool -> input schema as listed. An edge is left out if its tools or argument are not.
    `samples`: environment -> live values of its columns, which value types must look like.
    """
    edges = [
        edge
        for environment, manifest in manifests.items()
        for found in (
            id_edges(environment, manifest),
            attribute_edges(environment, manifest, (samples or {}).get(environment)),
            user_edges(environment, manifest),
        )
        for edge in found
        if (edge.kind == "user" or edge.producer in schemas[environment])
        and edge.argument in _properties(schemas[environment].get(edge.consumer, {}))
    ]
    return ToolGraph(manifests, edges, ())


def joined(graphs: Sequence[ToolGraph], *, crossing: bool = True) -> ToolGraph:
    """Return the graph over several environments: all that each one's own says, and what may cross between them.

    Without `crossing` it grows with the environments, not with their pairs.
    """
    if len(graphs) == 1:
        return graphs[0]
    manifests = {slug: manifest for graph in graphs for slug, manifest in graph.manifests.items()}
    return ToolGraph(
        manifests,
        [*(edge for graph in graphs for edge in graph.edges), *(crossing_edges(manifests) if crossing else ())],
        [edge for graph in graphs for edge in graph.proven],
        {edge: text for graph in graphs for edge, text in graph.proofs.items()},
    )


def manifest_digest(manifest: Manifest) -> str:
    """Return the sha256 of a manifest's content, in hex."""
    return hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()


def read_proven(cache: Path, graph: ToolGraph) -> ToolGraph | None:
    """Return the graph with the proven edges kept in a cache folder; None if it keeps none for these manifests.

    A file that an interrupted write left torn counts as none.
    """
    path = cache / f"{_graph_digest(graph)}.json"
    try:
        kept = {GraphEdge(*edge): text for *edge, text in json.loads(path.read_text(encoding="utf-8"))}
    except (FileNotFoundError, ValueError):
        return None
    return graph.with_proven(kept, {edge: text for edge, text in kept.items() if text})


def write_proven(cache: Path, graph: ToolGraph) -> None:
    """Keep the proven edges of a graph in a cache folder, under the digest of its manifests and edges."""
    cache.mkdir(parents=True, exist_ok=True)
    rows = [[*astuple(edge), graph.proofs.get(edge, "")] for edge in sorted(graph.proven)]
    (cache / f"{_graph_digest(graph)}.json").write_text(json.dumps(rows, indent=0) + "\n", encoding="utf-8")


def _properties(schema: JsonObject) -> JsonObject:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _graph_digest(graph: ToolGraph) -> str:
    known = (repr(edge) for edge in graph.edges if edge.kind != "precondition")
    text = "\n".join([str(_CACHE_FORM), *map(manifest_digest, graph.manifests.values()), *known])
    return hashlib.sha256(text.encode()).hexdigest()
