"""A tool graph as one page to explore: no network, usable with pointer or keyboard."""

from __future__ import annotations

from html import escape

import orjson

from envkit.calls import Json
from envkit.manifest import ToolSpec
from sampler.edges import KINDS, USER, GraphEdge
from sampler.graph import ToolGraph
from sampler.pictures.layout import lay_out, tool_key, value_key
from sampler.pictures.script import SCRIPT, STYLE
from sampler.pictures.svg import LEGEND, picture


def html(graph: ToolGraph) -> str:
    """Write the page: the picture, and beside it what is known of the tool or value that is chosen."""
    content = orjson.dumps(_content(graph)).decode().replace("<", "\\u003c")
    boxes = "".join(
        f'<label><input type="checkbox" id="kind-{kind}" checked> {escape(LEGEND[kind])}</label>' for kind in KINDS
    )
    named = ", ".join(manifest.title for manifest in graph.manifests.values())
    title = (
        f"Tool graph: {named}" if len(graph.manifests) == 1 else f"Tool graph of {len(graph.manifests)} environments"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f'<header><h1>{escape(title)}</h1><input type="search" aria-label="Search tools and values" '
        f'placeholder="Search ( / )"><span>{boxes}</span>'
        '<label><input type="checkbox" id="proven"> only proven</label></header>\n'
        f'<main>\n{picture(lay_out(graph))}\n</main>\n<aside aria-live="polite"></aside>\n'
        f'<script type="application/json" id="graph">{content}</script>\n<script>\n{SCRIPT}\n</script>\n'
        "</body>\n</html>\n"
    )


def _content(graph: ToolGraph) -> Json:
    return {
        "tools": {
            tool_key(slug, tool.name): _tool(tool)
            for slug, manifest in graph.manifests.items()
            for tool in manifest.tools
        },
        "edges": [_edge(edge, graph) for edge in graph.edges],
        "counts": [{"environment": slug, "told": _counted(graph, slug)} for slug in graph.manifests],
    }


def _tool(tool: ToolSpec) -> Json:
    return {
        "description": tool.description,
        "kind": tool.kind,
        "writes": bool(tool.writes),
        "arguments": [{"name": each.name, "required": each.required} for each in tool.arguments],
        "refusals": [each.code for each in tool.refusals],
    }


def _edge(edge: GraphEdge, graph: ToolGraph) -> Json:
    flows = edge.kind in ("id", "attribute")
    return {
        "kind": edge.kind,
        "proven": edge in graph.proven,
        "from": tool_key(edge.environment, USER if edge.kind == "user" else edge.producer),
        "path": edge.path,
        "to": tool_key(edge.consumed_in, edge.consumer),
        "argument": edge.argument,
        "what": edge.code or edge.value or (f"{edge.entity} id" if edge.entity else ""),
        "nodes": sorted({value_key(edge, slug) for slug in (edge.environment, edge.consumed_in)}) if flows else [],
        "proof": graph.proofs.get(edge, ""),
    }


def _counted(graph: ToolGraph, environment: str) -> str:
    counts = graph.counts(environment)
    return "; ".join(f"{LEGEND[kind]}: {proven} of {there} proven" for kind, (there, proven) in counts.items() if there)
