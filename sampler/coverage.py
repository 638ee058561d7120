"""Coverage: which tools, proven edges and refusals of a graph executed tasks have used, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from envkit.calls import Json
from envkit.manifest import Manifest
from sampler.edges import KINDS, GraphEdge
from sampler.flows import EdgeIndex, enabled, followed
from sampler.graph import ToolGraph
from sampler.task import StepRecord, Task
from sampler.uses import Refusal

MALFORMED = frozenset({"invalid_argument", "invalid_cursor"})
"""Codes that only say a call is malformed, which no task is about."""

Tool = tuple[str, str]
T = TypeVar("T", GraphEdge, tuple[str, str], tuple[str, str, str])


@dataclass(frozen=True, slots=True)
class Part:
    """How many of `total` things were used, and which were not, in order."""

    used: int
    total: int
    missing: tuple[GraphEdge | Tool | Refusal, ...]

    @property
    def share(self) -> float:
        """Used of all, from 0 to 1; 1 if there is nothing to use."""
        return self.used / self.total if self.total else 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """Each missing thing as a text."""
        return tuple(map(_named, self.missing))

    def to_json(self) -> dict[str, Json]:
        """Return the numbers, and each missing thing as a text."""
        return {"used": self.used, "total": self.total, "missing": [*self.names]}


@dataclass(frozen=True, slots=True)
class Covered:
    """What `tasks` used: tools without refusal, proven edges by kind, and refusals that are not MALFORMED."""

    tasks: int
    tools: Part
    edges: Mapping[str, Part]
    refusals: Part

    def to_json(self) -> dict[str, Json]:
        """Return it as JSON."""
        return {
            "tasks": self.tasks,
            "tools": self.tools.to_json(),
            "edges": {kind: part.to_json() for kind, part in self.edges.items()},
            "refusals": self.refusals.to_json(),
        }


class Coverage:
    """Counts task by task, in the order of a task's calls and what they return; `refusals` are those met so far.

    Edges between environments count where the graph has them (`sampler.graph.joined`).
    """

    def __init__(self, graph: ToolGraph) -> None:
        self._graph = graph
        self._index = EdgeIndex(graph)
        self._tasks = 0
        self._tools: set[Tool] = set()
        self._edges: set[GraphEdge] = set()
        self.refusals: set[Refusal] = set()

    def add(self, task: Task) -> None:
        """Count a task by the trajectory of its truth."""
        self.add_steps(task.truth.trajectory)

    def add_steps(self, steps: Sequence[StepRecord]) -> None:
        """Count one trajectory as a task."""
        self._tasks += 1
        for step in steps:
            if step.code is None:
                self._tools.add((step.environment, step.tool))
            else:
                self.refusals.add((step.environment, step.tool, step.code))
        self._edges |= followed(self._index, steps).keys()
        self._edges |= set(enabled(self._index, steps))

    def covered(self) -> Covered:
        """Return what has been used so far, against all there is."""
        manifests = self._graph.manifests
        tools = {(slug, tool.name) for slug, manifest in manifests.items() for tool in manifest.tools}
        proven = {kind: {edge for edge in self._graph.proven if edge.kind == kind} for kind in KINDS}
        return Covered(
            self._tasks,
            _part(self._tools, tools),
            {kind: _part(self._edges, edges) for kind, edges in proven.items()},
            _part(self.refusals, set(_refusals(manifests))),
        )


def coverage(graph: ToolGraph, trajectories: Iterable[Sequence[StepRecord]]) -> Covered:
    """Return what some executed trajectories use of a graph."""
    counted = Coverage(graph)
    for steps in trajectories:
        counted.add_steps(steps)
    return counted.covered()


def _refusals(manifests: Mapping[str, Manifest]) -> Iterator[Refusal]:
    for slug, manifest in manifests.items():
        for tool in manifest.tools:
            yield from ((slug, tool.name, each.code) for each in tool.refusals if each.code not in MALFORMED)


def _part(used: set[T], there: set[T]) -> Part:
    return Part(len(used & there), len(there), tuple(sorted(there - used)))


def _named(each: GraphEdge | Tool | Refusal) -> str:
    return each.told if isinstance(each, GraphEdge) else " ".join(each)
