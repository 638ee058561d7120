"""Onward: which arguments may take what the calls of a draft have shown, along edges that no task has used yet."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from envkit.calls import Json, Step
from envkit.manifest import ArgumentSpec, ToolSpec
from sampler.draft import Draft
from sampler.edges import GraphEdge
from sampler.flows import EdgeIndex, enabled, followed, rows_of
from sampler.graph import ToolGraph
from sampler.listing import filters, passing
from sampler.plan import spread
from sampler.task import StepRecord
from sampler.values import is_telling

_MOST_VALUES, _PRECONDITION = 10, 5


@dataclass(slots=True)
class Onward:
    """A value that calls have shown, an argument that takes it, and the unused edges from the one to the other."""

    environment: str
    tool: ToolSpec
    argument: str
    value: Json
    edges: dict[GraphEdge, None] = field(default_factory=dict)

    @property
    def worth(self) -> int:
        """How much is gained by it: edges count one, preconditions, which are rare, more."""
        return sum(map(_worth, self.edges))

    @property
    def fixed(self) -> Mapping[str, Json]:
        """The argument with its value, in a list if it takes several."""
        return {self.argument: [self.value] if self.taker.many else self.value}

    @property
    def taker(self) -> ArgumentSpec:
        """The argument as the tool offers it."""
        return next(each for each in self.tool.arguments if each.name == self.argument)


def ways_onward(
    draft: Draft, graph: ToolGraph, uses: Mapping[GraphEdge, int], environments: Collection[str]
) -> list[Onward]:
    """Return every way on from what the calls so far have shown, inside one of some environments.

    Left out are lists that would show no row, or none that is not known already, and rows that are gone.
    """
    found: dict[tuple[str, str, str, str], Onward] = {}
    for step in draft.trail.steps:
        if step.call.environment not in environments or step.observation.is_refused:
            continue
        for edge, argument, value in (*_flowing(graph, step, uses), *_lifting(graph, draft, step, uses)):
            key = (edge.environment, edge.consumer, argument, repr(value))
            if key not in found:
                tool = graph.manifests[edge.environment].tool(edge.consumer)
                found[key] = Onward(edge.environment, tool, argument, value)
            found[key].edges[edge] = None
    return [way for way in found.values() if _may_come_to_something(draft, way)]


def choose_way(ways: Sequence[Onward], rng: random.Random) -> Onward:
    """Choose a way: the more unused edges it follows together, the likelier."""
    return rng.choices(ways, [way.worth**4 for way in ways])[0]


def worth_of(steps: Sequence[Step], graph: ToolGraph, uses: Mapping[GraphEdge, int]) -> int:
    """Return how much is gained by a trajectory: the proven edges it follows that no task has used."""
    index = EdgeIndex(graph)
    records = [
        StepRecord.model_construct(
            environment=step.call.environment,
            tool=step.call.tool,
            arguments=step.call.arguments,
            content=step.observation.content,
            code=step.observation.code,
        )
        for step in steps
    ]
    used = {*followed(index, records), *enabled(index, records)}
    return sum(_worth(edge) for edge in used if edge in graph.proven and not uses.get(edge))


def _worth(edge: GraphEdge) -> int:
    return _PRECONDITION if edge.kind == "precondition" else 1


def _flowing(graph: ToolGraph, step: Step, uses: Mapping[GraphEdge, int]) -> Iterator[tuple[GraphEdge, str, Json]]:
    """Yield the unused edges along which what a call showed may flow, each with an argument and a value."""
    unused: dict[str, list[GraphEdge]] = defaultdict(list)
    for edge in graph.onward(step.call.environment, step.call.tool):
        if not uses.get(edge):
            unused[edge.path].append(edge)
    for path, edges in unused.items():
        for _, value in spread(step.observation.content, path)[:_MOST_VALUES]:
            if not isinstance(value, list) and is_telling(value):
                yield from ((edge, edge.argument, value) for edge in edges)


def _lifting(
    graph: ToolGraph, draft: Draft, step: Step, uses: Mapping[GraphEdge, int]
) -> Iterator[tuple[GraphEdge, str, Json]]:
    """Yield the unused preconditions that a call fulfils, each with an argument for a row near those it was about."""
    lifted = [edge for edge in graph.lifted_by(step.call.environment, step.call.tool) if not uses.get(edge)]
    if not lifted:
        return
    state = draft.states[step.call.environment]
    about = rows_of(step.call.arguments, step.observation.content, pointing=True)
    near = state.related(about)
    for edge in lifted:
        for argument in state.manifest.tool(edge.consumer).arguments:
            if argument.type == "ref":
                rows = sorted(near.get(argument.to, ()), key=lambda row_id: row_id not in about)
                yield from ((edge, argument.name, row_id) for row_id in rows[:_MOST_VALUES])


def _may_come_to_something(draft: Draft, way: Onward) -> bool:
    state, tool = draft.states[way.environment], way.tool
    if way.taker.type == "ref" and way.value not in state.rows.get(way.taker.to, {}):
        return False
    if tool.kind == "get":
        return not draft.is_known(way.environment, tool.entity, str(way.value))
    if tool.kind == "list" and way.argument in filters(tool, state):
        rows = passing(tool, state, way.argument, way.value)
        return any(not draft.is_known(way.environment, tool.entity, row_id) for row_id in rows)
    return True
