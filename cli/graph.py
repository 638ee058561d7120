"""`envfarm graph` shows which tool feeds which, and proves it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from cli.choose import admitted
from cli.farms import farm_for
from cli.output import columns, json_option, progress, show, write
from cli.runs import recorded
from cli.settings import Settings
from envkit.calls import Json
from registry.entry import Entry
from sampler.edges import KINDS
from sampler.graph import ToolGraph, joined
from sampler.pictures.graphml import graphml
from sampler.pictures.html import html
from sampler.pictures.svg import svg
from sampler.proven import proven_graphs, proven_join
from sampler.sample import MOST_ENVIRONMENTS


@click.command("graph")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where graph.graphml, graph.svg and graph.html go; runs/graph.",
)
@json_option
@click.pass_obj
def graph_command(settings: Settings, names: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Show which tool feeds which in admitted environments, proven by execution.

    ENV is a slug or a folder; all that are admitted by default. Up to three are also joined by the values that one
    shows and another takes. What was proven once is kept in runs/graphs.
    """
    found = admitted(names, settings.servers)
    folder = out or settings.runs / "graph"
    with recorded(settings.ledger, "graph", {"environments": [*names], "out": str(folder)}) as figures:
        graph = asyncio.run(_graph(found, settings, settings.runs / "graphs"))
        figures |= {"edges": len(graph.edges), "proven": len(graph.proven)}
    files = {"graph.graphml": graphml(graph), "graph.svg": svg(graph), "graph.html": html(graph)}
    for name, text in files.items():
        write(folder / name, text)
    content = {
        "environments": {slug: _counted(graph, slug) for slug in graph.manifests},
        "files": [str(folder / name) for name in files],
    }
    show(content, _lines(graph, folder), as_json=as_json)


async def _graph(found: Sequence[Entry], settings: Settings, cache: Path) -> ToolGraph:
    folders = {each.slug: each.folder for each in found}
    with progress("graph") as advance:
        async with farm_for(found, settings) as farm, farm.scout() as scout:
            graphs = await proven_graphs(folders, scout, cache, progress=advance)
            if len(graphs) > MOST_ENVIRONMENTS:  # no task spans more, so nothing crosses between them
                return joined(list(graphs.values()), crossing=False)
            return await proven_join(list(graphs.values()), folders, scout, cache)


def _counted(graph: ToolGraph, environment: str) -> Mapping[str, Json]:
    counted: dict[str, Json] = {"tools": len(graph.manifests[environment].tools)}
    for kind, (there, proven) in graph.counts(environment).items():
        counted[kind] = {"edges": there, "proven": proven}
    return counted


def _lines(graph: ToolGraph, folder: Path) -> Iterator[str]:
    rows: list[dict[str, object]] = []
    for slug, manifest in graph.manifests.items():
        counts = graph.counts(slug)
        told: dict[str, object] = {kind: f"{proven}/{there}" for kind, (there, proven) in counts.items()}
        proven, there = (sum(each[index] for each in counts.values()) for index in (1, 0))
        share = f"{proven / there:.0%}" if there else "-"
        rows.append({"environment": slug, "tools": len(manifest.tools), **told, "proven": share})
    yield from columns(rows, ("environment", "tools", *KINDS, "proven"))
    yield f"{len(graph.proven)} of {len(graph.edges)} edges are proven: {folder / 'graph.html'}"
