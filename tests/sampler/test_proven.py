from pathlib import Path

from farm.farm import Farm
from sampler.graph import joined
from sampler.proven import proven_graphs, proven_join


async def test_graphs_are_proven_once_and_then_read(farm: Farm, folders: tuple[Path, Path], tmp_path: Path) -> None:
    known = {folder.name: folder for folder in folders}
    told: list[tuple[int, int]] = []

    first = await proven_graphs(known, farm, tmp_path / "graphs", progress=lambda done, all_: told.append((done, all_)))
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "graphs").iterdir()}
    again = await proven_graphs(known, farm, tmp_path / "graphs")

    assert list(first) == sorted(known)
    assert told == [(1, 2), (2, 2)]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "graphs").iterdir()} == kept
    for slug, graph in first.items():
        assert graph.proven == again[slug].proven
        assert graph.proofs == again[slug].proofs
        for edges, proven in (graph.counts(slug)[kind] for kind in ("id", "user")):
            assert proven > edges * 0.75


async def test_a_join_proves_what_crosses_and_keeps_what_each_knows(
    farm: Farm, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    known = {folder.name: folder for folder in folders}
    graphs = list((await proven_graphs(known, farm, tmp_path)).values())

    graph = await proven_join(graphs, known, farm, tmp_path)
    again = await proven_join(graphs, known, farm, tmp_path)

    crossing = [edge for edge in graph.proven if edge.into]
    assert crossing
    assert all(edge.kind == "attribute" and edge.into != edge.environment for edge in crossing)
    edge = crossing[0]
    assert edge in graph.carriers(edge.into, edge.consumer, edge.argument)
    assert joined(graphs, crossing=False).proven < graph.proven == again.proven


async def test_one_environment_alone_joins_to_itself(farm: Farm, folders: tuple[Path, Path], tmp_path: Path) -> None:
    known = {folders[0].name: folders[0]}
    graphs = list((await proven_graphs(known, farm, tmp_path)).values())

    assert (await proven_join(graphs, known, farm, tmp_path)).edges == graphs[0].edges
