"""The layout of a tool graph: in a panel for each environment, reading tools, typed values, and writing tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from envkit.manifest import Manifest
from sampler.edges import USER, EdgeKind, GraphEdge
from sampler.graph import ToolGraph

NodeSort = Literal["reads", "writes", "ids", "values", "user"]

TOOL_WIDTH, VALUE_WIDTH, NODE_HEIGHT = 190, 150, 26
_GAP, _AISLE, _MARGIN, _HEAD, _ARCS = 10, 170, 28, 52, 110
PANEL_WIDTH = 2 * _MARGIN + 2 * TOOL_WIDTH + VALUE_WIDTH + 2 * _AISLE + _ARCS
_SWEEPS = 6
_PANELS_ABREAST = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A tool, a typed value or the user as a box: `key` is unique, x and y its upper left corner."""

    key: str
    label: str
    sort: NodeSort
    environment: str
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> int:
        """How wide it is."""
        return TOOL_WIDTH if self.sort in ("reads", "writes") else VALUE_WIDTH

    @property
    def middle(self) -> float:
        """Where its lines end, from above."""
        return self.y + NODE_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class Line:
    """What edges of one kind have in common between two nodes; proven if one of them is. `told` says it in words."""

    kind: EdgeKind
    start: str
    end: str
    is_proven: bool
    told: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The frame around an environment."""

    environment: str
    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything placed, in pixels."""

    width: float
    height: float
    panels: tuple[Panel, ...]
    nodes: Mapping[str, Node]
    lines: tuple[Line, ...]


def lay_out(graph: ToolGraph) -> Drawing:
    """Place a graph: panels of environments beside and below each other, in their order."""
    lines = _lines(graph)
    nodes: dict[str, Node] = {}
    panels: list[Panel] = []
    abreast = _abreast(len(graph.manifests))
    tops = [float(_MARGIN)] * abreast
    for slug, manifest in graph.manifests.items():
        column = tops.index(min(tops))
        left = _MARGIN + column * (PANEL_WIDTH + _MARGIN)
        inside = [line for line in lines if slug == _home(line.start) == _home(line.end)]
        placed, height = _panel(manifest, inside, left, tops[column])
        nodes |= placed
        panels.append(Panel(slug, f"{manifest.title} ({slug})", left, tops[column], PANEL_WIDTH, height))
        tops[column] += height + _MARGIN
    width = _MARGIN + abreast * (PANEL_WIDTH + _MARGIN)
    return Drawing(width, max(tops), tuple(panels), nodes, tuple(line for line in lines if line.start in nodes))


def tool_key(environment: str, tool: str) -> str:
    """Name the node of a tool."""
    return f"{environment}/{tool}"


def value_key(edge: GraphEdge, environment: str) -> str:
    """Name the node of what flows along an edge, as it stands in an environment."""
    return f"{environment}#{edge.entity}" if edge.kind == "id" else f"{environment}:{edge.value}"


def _abreast(panels: int) -> int:
    return 1 if panels <= _PANELS_ABREAST else _PANELS_ABREAST


def _home(key: str) -> str:
    return key.replace("#", "/").replace(":", "/").partition("/")[0]


def _lines(graph: ToolGraph) -> list[Line]:
    """Return one line for all edges that would lie on each other, proven if one of them is."""
    found: dict[tuple[EdgeKind, str, str], list[tuple[bool, str]]] = defaultdict(list)
    for edge in graph.edges:
        for start, end, words in _pieces(edge):
            found[edge.kind, start, end].append((edge in graph.proven, words))
    return [
        Line(kind, start, end, any(proven for proven, _ in told), ", ".join(dict.fromkeys(words for _, words in told)))
        for (kind, start, end), told in sorted(found.items())
    ]


def _pieces(edge: GraphEdge) -> Iterator[tuple[str, str, str]]:
    """Yield an edge as the pieces that are drawn: (from, to, words)."""
    producer, consumer = tool_key(edge.environment, edge.producer), tool_key(edge.consumed_in, edge.consumer)
    if edge.kind == "precondition":
        yield producer, consumer, edge.code
    elif edge.kind == "user":
        yield tool_key(edge.environment, USER), consumer, edge.argument
    else:
        shown, taken = value_key(edge, edge.environment), value_key(edge, edge.consumed_in)
        yield producer, shown, edge.path
        if shown != taken:
            yield shown, taken, edge.value
        yield taken, consumer, edge.argument


def _panel(manifest: Manifest, lines: Sequence[Line], left: float, top: float) -> tuple[dict[str, Node], float]:
    """Place one environment's nodes; return them with the height they need."""
    columns = _ordered(_columns(manifest, lines), lines)
    tallest = max(len(column) for column in columns)
    height = _HEAD + tallest * (NODE_HEIGHT + _GAP) + _MARGIN
    placed: dict[str, Node] = {}
    x = left + _MARGIN
    for column in columns:
        spare = (tallest - len(column)) * (NODE_HEIGHT + _GAP)
        step = NODE_HEIGHT + _GAP + (spare / len(column) if column else 0)
        for index, node in enumerate(column):
            y = top + _HEAD + index * step + (step - NODE_HEIGHT - _GAP) / 2
            placed[node.key] = replace(node, x=x, y=round(y, 1))
        x += (column[0].width if column else TOOL_WIDTH) + _AISLE
    return placed, height


def _columns(manifest: Manifest, lines: Sequence[Line]) -> list[list[Node]]:
    """Return the nodes in three columns: tools that read, what flows, tools that write."""
    slug = manifest.slug
    tools = [
        Node(tool_key(slug, tool.name), tool.name, "writes" if tool.writes else "reads", slug)
        for tool in manifest.tools
    ]
    keys = dict.fromkeys(key for line in lines for key in (line.start, line.end))
    known = {node.key for node in tools}
    values = [_value_node(key, slug) for key in keys if key not in known]
    return [
        [node for node in tools if node.sort == "reads"],
        values,
        [node for node in tools if node.sort == "writes"],
    ]


def _value_node(key: str, environment: str) -> Node:
    rest = key.removeprefix(environment)
    if rest == f"/{USER}":
        return Node(key, "said by the user", "user", environment)
    return Node(
        key, f"{rest[1:]} id" if rest[0] == "#" else rest[1:], "ids" if rest[0] == "#" else "values", environment
    )


def _ordered(columns: list[list[Node]], lines: Iterable[Line]) -> list[list[Node]]:
    """Order the columns so that lines cross less: each node goes to the mean height of its neighbours, in turns."""
    near: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        near[line.start].append(line.end)
        near[line.end].append(line.start)
    heights = _heights(columns)
    for sweep in range(_SWEEPS):
        for index in (1,) if sweep % 2 == 0 else (0, 2):
            aims = {
                node.key: _mean([heights[each] for each in near[node.key]], heights[node.key])
                for node in columns[index]
            }
            columns[index] = sorted(columns[index], key=lambda node: (aims[node.key], node.key))
            heights = _heights(columns)
    return columns


def _heights(columns: Iterable[Sequence[Node]]) -> dict[str, float]:
    return {node.key: (index + 0.5) / len(column) for column in columns for index, node in enumerate(column)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
