"""A tool graph as SVG: readable on light and dark ground, without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from sampler.edges import KINDS, EdgeKind
from sampler.graph import ToolGraph
from sampler.pictures.layout import NODE_HEIGHT, Drawing, Line, Node, Panel, lay_out

_LEGEND_HEIGHT, _LEGEND_STEP, _LETTERS = 44, 175, 26
LEGEND: Mapping[EdgeKind, str] = {
    "id": "ids",
    "attribute": "typed values",
    "precondition": "lets a guard pass",
    "user": "said by the user",
}
"""What the kinds of edges are called in pictures."""

STYLE = """
.graph { --ground: #ffffff; --panel: #f6f8fa; --line: #d0d7de; --ink: #1f2328; --quiet: #59636e; --box: #ffffff;
  --id: #0969da; --attribute: #1a7f37; --precondition: #bc4c00; --user: #8250df; }
@media (prefers-color-scheme: dark) {
  .graph { --ground: #0d1117; --panel: #161b22; --line: #30363d; --ink: #e6edf3; --quiet: #9198a1; --box: #21262d;
    --id: #4493f8; --attribute: #3fb950; --precondition: #f0883e; --user: #ab7df8; }
}
.graph text { font: 12px system-ui, sans-serif; fill: var(--ink); }
.graph .head { font-size: 15px; font-weight: 600; }
.graph .quiet { fill: var(--quiet); }
.graph .ground { fill: var(--ground); }
.graph .panel { fill: var(--panel); stroke: var(--line); }
.graph .node rect { fill: var(--box); stroke: var(--quiet); }
.graph .writes rect { stroke-width: 2; }
.graph .ids rect { stroke: var(--id); } .graph .values rect { stroke: var(--attribute); }
.graph .user rect { stroke: var(--user); }
.graph .edge { fill: none; stroke-width: 1.4; opacity: 0.75; }
.graph .edge.open { opacity: 0.28; stroke-width: 1; }
.graph .edge.back { opacity: 0.35; }
.graph .edge.id { stroke: var(--id); }
.graph .edge.attribute { stroke: var(--attribute); stroke-dasharray: 7 3; }
.graph .edge.precondition { stroke: var(--precondition); stroke-dasharray: 3 3; }
.graph .edge.user { stroke: var(--user); stroke-dasharray: 1 3; stroke-linecap: round; }
""".strip()


def svg(graph: ToolGraph) -> str:
    """Draw a graph as a file of its own."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + picture(lay_out(graph)) + "\n"


def picture(drawing: Drawing) -> str:
    """Write a drawing as an `svg` element; nodes and lines carry what they stand for in `data-` attributes."""
    height = drawing.height + _LEGEND_HEIGHT
    size = f'width="{drawing.width:g}" height="{height:g}" viewBox="0 0 {drawing.width:g} {height:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" aria-label="Tool graph" {size}>',
            f"<style>{STYLE}</style>",
            f"<defs>{''.join(map(_marker, KINDS))}</defs>",
            f'<rect class="ground" width="{drawing.width:g}" height="{height:g}"/>',
            *_legend(drawing),
            *(text for panel in drawing.panels for text in _frame(panel)),
            *(_edge(line, drawing) for line in drawing.lines),
            *(_box(node) for node in drawing.nodes.values()),
            "</svg>",
        ]
    )


def _legend(drawing: Drawing) -> Iterator[str]:
    top = drawing.height + _LEGEND_HEIGHT / 2 - 8
    for index, kind in enumerate(KINDS):
        x = 28 + index * _LEGEND_STEP
        yield f'<path class="edge {kind}" d="M{x} {top:g}h40" marker-end="url(#end-{kind})"/>'
        yield f'<text x="{x + 48}" y="{top + 4:g}">{LEGEND[kind]}</text>'
    x = 28 + len(KINDS) * _LEGEND_STEP
    yield f'<path class="edge id open" d="M{x} {top:g}h40"/>'
    yield f'<text class="quiet" x="{x + 48}" y="{top + 4:g}">faint: not proven; thick frame: the tool writes</text>'


def _frame(panel: Panel) -> Iterator[str]:
    x, y = panel.x, panel.y
    yield f'<rect class="panel" x="{x:g}" y="{y:g}" width="{panel.width:g}" height="{panel.height:g}" rx="8"/>'
    yield f'<text class="head" x="{x + 28:g}" y="{y + 28:g}">{escape(panel.title)}</text>'


def _box(node: Node) -> str:
    rounding = 4 if node.sort in ("reads", "writes") else NODE_HEIGHT / 2
    shown = node.label if len(node.label) <= _LETTERS else f"{node.label[: _LETTERS - 1]}…"
    return (
        f'<g class="node {node.sort}" data-node="{escape(node.key)}"><title>{escape(node.label)}</title>'
        f'<rect x="{node.x:g}" y="{node.y:g}" width="{node.width}" height="{NODE_HEIGHT}" rx="{rounding:g}"/>'
        f'<text x="{node.x + 10:g}" y="{node.middle + 4:g}">{escape(shown)}</text></g>'
    )


def _edge(line: Line, drawing: Drawing) -> str:
    start, end = drawing.nodes[line.start], drawing.nodes[line.end]
    standing = " open" if not line.is_proven else " back" if start.sort == "writes" and end.sort != "writes" else ""
    words = f"{start.label} → {end.label}: {line.told}"
    return (
        f'<path class="edge {line.kind}{standing}" data-from="{escape(line.start)}" data-to="{escape(line.end)}" '
        f'd="{_way(start, end)}" marker-end="url(#end-{line.kind})"><title>{escape(words)}</title></path>'
    )


def _way(start: Node, end: Node) -> str:
    """Lead a line from one box to another: across an aisle, or in an arc on the right between two of a column."""
    if abs(start.x - end.x) < 1:
        right = start.x + start.width
        bulge = right + 30 + min(abs(end.middle - start.middle) * 0.15, 75)
        return (
            f"M{right:g} {start.middle - 3:g}C{bulge:g} {start.middle:g} {bulge:g} {end.middle:g} "
            f"{right + 3:g} {end.middle + 3:g}"
        )
    forward = start.x < end.x
    begin = start.x + start.width if forward else start.x
    stop = end.x - 3 if forward else end.x + end.width + 3
    bend = (stop - begin) / 2
    shift = -4 if forward else 4
    return (
        f"M{begin:g} {start.middle + shift:g}C{begin + bend:g} {start.middle + shift:g} "
        f"{stop - bend:g} {end.middle + shift:g} {stop:g} {end.middle + shift:g}"
    )


def _marker(kind: str) -> str:
    return (
        f'<marker id="end-{kind}" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="5" markerHeight="5" '
        f'orient="auto"><path d="M0 0L6 3L0 6z" style="fill: var(--{kind})"/></marker>'
    )
