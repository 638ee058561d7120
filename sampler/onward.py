"""Onward: which arguments may take what the calls of a draft have shown, along edges that no task has used yet."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from envkit.calls import Json
from envkit.manifest import ToolSpec
from sampler.draft import Draft
from sampler.edges import GraphEdge
from sampler.graph import ToolGraph
from sampler.pick import filters, passing
from sampler.plan import spread
from sampler.values import is_telling

_MOST_VALUES = 10


@dataclass(slots=True)
class Onward:
    """A value that calls have shown, an argument that takes it, and the unused edges from the one to the other."""

    environment: str
    tool: ToolSpec
    argument: str
    value: Json
    edges: list[GraphEdge] = field(default_factory=list)

    @property
    def fixed(self) -> Mapping[str, Json]:
        """The argument with its value, in a list if it takes several."""
        argument = next(each for each in self.tool.arguments if each.name == self.argument)
        return {self.argument: [self.value] if argument.many else self.value}


def ways_onward(
    draft: Draft, graph: ToolGraph, uses: Mapping[GraphEdge, int], environments: Collection[str]
) -> list[Onward]:
    """Return every way on from what the calls so far have shown, inside one of some environments.

    Left out are lists that would show no row, or none that is not known already, and rows that are gone.
    """
    found: dict[tuple[str, str, str, str], Onward] = {}
    for step in draft.trail.steps:
        environment = step.call.environment
        if environment not in environments or step.observation.is_refused:
            continue
        manifest = graph.manifests[environment]
        for edge in graph.onward(environment, step.call.tool):
            if uses.get(edge):
                continue
            for value in _telling(step.observation.content, edge.path):
                key = (environment, edge.consumer, edge.argument, repr(value))
                way = found.get(key) or Onward(environment, manifest.tool(edge.consumer), edge.argument, value)
                if edge not in way.edges:
                    way.edges.append(edge)
                found[key] = way
    return [way for way in found.values() if _may_come_to_something(draft, way)]


def choose_way(ways: list[Onward], rng: random.Random) -> Onward:
    """Choose a way, and take it out: the more unused edges it follows together, the likelier."""
    way = rng.choices(ways, [len(each.edges) ** 2 for each in ways])[0]
    ways.remove(way)
    return way


def _telling(content: Json, path: str) -> Iterator[Json]:
    for _, value in spread(content, path)[:_MOST_VALUES]:
        if not isinstance(value, list) and is_telling(value):
            yield value


def _may_come_to_something(draft: Draft, way: Onward) -> bool:
    state, tool, trail = draft.states[way.environment], way.tool, draft.trail
    argument = next(each for each in tool.arguments if each.name == way.argument)
    if argument.type == "ref" and way.value not in state.rows.get(argument.to, {}):
        return False
    if tool.kind == "get":
        return not trail.is_fresh(way.environment, tool.entity, str(way.value))
    if tool.kind == "list" and way.argument in filters(tool, state):
        rows = passing(tool, state, way.argument, way.value)
        return any(not trail.is_fresh(way.environment, tool.entity, row_id) for row_id in rows)
    return True
