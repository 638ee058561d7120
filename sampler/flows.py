"""Flows: which edges of a tool graph an executed trajectory follows, step by step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from envkit.calls import Json, JsonObject
from sampler.edges import USER, GraphEdge
from sampler.graph import ToolGraph
from sampler.plan import spread
from sampler.task import StepRecord
from sampler.values import is_telling

_Place = tuple[str, str, str]
"""Environment, tool and path."""


class EdgeIndex:
    """The edges of a graph by what they start and end at, built once for any number of trajectories."""

    def __init__(self, graph: ToolGraph) -> None:
        self.proven = graph.proven
        self.places: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self.feeds: dict[tuple[_Place, str, str, str], list[GraphEdge]] = defaultdict(list)
        self.said: dict[tuple[str, str, str], GraphEdge] = {}
        self.enabling: dict[tuple[str, str], list[GraphEdge]] = defaultdict(list)
        for edge in graph.edges:
            if edge.kind == "precondition":
                self.enabling[edge.environment, edge.consumer].append(edge)
            elif edge.kind == USER:
                self.said[edge.environment, edge.consumer, edge.argument] = edge
            else:
                self.places[edge.environment, edge.producer][edge.path] = None
                place = (edge.environment, edge.producer, edge.path)
                self.feeds[place, edge.consumed_in, edge.consumer, edge.argument].append(edge)


class Trace:
    """What the steps so far have shown, each value with the places it stood at and the step that showed it first."""

    def __init__(self, index: EdgeIndex) -> None:
        self._index = index
        self._shown: dict[Json, dict[_Place, StepRecord]] = defaultdict(dict)

    def taken(self, step: StepRecord) -> Iterator[tuple[GraphEdge, StepRecord | None]]:
        """Yield the edges that a step's arguments follow, with the step that showed the value; None: the user said it.

        A refused step follows none.
        """
        for argument, given in step.arguments.items() if step.code is None else ():
            origins = {
                place: origin for value in members(given) for place, origin in self._shown.get(value, {}).items()
            }
            for place, origin in origins.items():
                for edge in self._index.feeds.get((place, step.environment, step.tool, argument), ()):
                    yield edge, origin
            said = self._index.said.get((step.environment, step.tool, argument))
            if said is not None and not origins:
                yield said, None

    def show(self, step: StepRecord) -> None:
        """Take note of the telling values that a step returned, where an edge starts at their place."""
        for path in self._index.places.get((step.environment, step.tool), ()) if step.code is None else ():
            for _, value in spread(step.content, path):
                for member in members(value):
                    self._shown[member].setdefault((step.environment, step.tool, path), step)


def followed(index: EdgeIndex, steps: Iterable[StepRecord]) -> dict[GraphEdge, str]:
    """Return the edges of ids, attributes and the user that a trajectory follows, each with the calls that show it."""
    trace = Trace(index)
    found: dict[GraphEdge, str] = {}
    for step in steps:
        for edge, origin in trace.taken(step):
            found.setdefault(edge, witness(*([origin] if origin else []), step))
        trace.show(step)
    return found


def enabled(index: EdgeIndex, steps: Sequence[StepRecord]) -> Iterator[GraphEdge]:
    """Yield the preconditions that a trajectory uses: the enabling call, then the tool about a row of that call.

    A call is about the rows that it names or returns; the enabling one also about those which these point at.
    """
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in steps:
        if step.code is not None:
            continue
        about = rows_of(step.arguments, step.content, pointing=False)
        for edge in index.enabling.get((step.environment, step.tool), ()):
            if touched[edge.environment, edge.producer] & about:
                yield edge
        touched[step.environment, step.tool] |= rows_of(step.arguments, step.content, pointing=True)


def rows_of(arguments: JsonObject, content: Json, *, pointing: bool) -> set[str]:
    """Return the ids of the rows that a call names or returns, if wanted with those that the latter point at."""
    named = {value for given in arguments.values() for value in members(given) if isinstance(value, str)}
    return named | set(_ids(content, pointing=pointing))


def members(given: Json) -> Iterator[Json]:
    """Yield the telling values in an argument or a column: itself, or its members if it is a list."""
    for value in given if isinstance(given, list | tuple) else [given]:
        if not isinstance(value, list | tuple | Mapping) and is_telling(value):
            yield value


def witness(*steps: StepRecord) -> str:
    """Tell calls in one line."""
    return " → ".join(f"{step.tool}({_told(step.arguments)}){f' ✗ {step.code}' if step.code else ''}" for step in steps)


def _told(arguments: Mapping[str, Json]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _ids(content: Json, *, pointing: bool) -> Iterator[str]:
    """Yield the ids of the rows that a result holds, and if wanted of those they point at."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if isinstance(value, str):
                if name == "id" or (pointing and name.endswith("_id")):
                    yield value
            else:
                yield from _ids(value, pointing=pointing)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _ids(value, pointing=pointing)
