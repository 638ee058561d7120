import json
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.conftest import Envfarm, invoke, runs_of, tamper


def test_graph_writes_three_files_and_a_line_for_each_environment(project: Path, envfarm: Envfarm) -> None:
    drawn = envfarm("graph", "--out", "g")

    assert drawn.exit_code == 0, drawn.output
    head, row, summary = drawn.stdout.splitlines()
    assert head.split() == ["environment", "tools", "id", "attribute", "precondition", "user", "proven"]
    assert row.split()[:2] == ["tiny_air", "8"]
    assert summary.endswith("edges are proven: g/graph.html")
    assert ElementTree.parse("g/graph.svg").getroot().tag.endswith("svg")
    assert ElementTree.parse("g/graph.graphml").getroot().tag.endswith("graphml")
    assert Path("g/graph.html").read_text("utf-8").startswith("<!doctype html>")


def test_json_counts_edges_and_what_of_them_is_proven(project: Path, envfarm: Envfarm) -> None:
    drawn = envfarm("graph", "tiny_air", "--out", "g", "--json")

    said = json.loads(drawn.stdout)
    counted = said["environments"]["tiny_air"]
    assert counted["tools"] == 8
    assert 0 < counted["id"]["proven"] <= counted["id"]["edges"]
    assert said["files"] == ["g/graph.graphml", "g/graph.svg", "g/graph.html"]


def test_what_was_proven_is_kept_and_the_files_are_the_same_again(project: Path, envfarm: Envfarm) -> None:
    envfarm("graph", "--out", "g")
    names = ("graph.graphml", "graph.svg", "graph.html")
    before = {name: Path("g", name).read_bytes() for name in names}
    kept = max(Path("runs/graphs").iterdir())
    written = kept.stat().st_mtime_ns

    envfarm("graph", "--out", "g")

    assert {name: Path("g", name).read_bytes() for name in names} == before
    assert kept.stat().st_mtime_ns == written


def test_graph_is_a_run_in_the_ledger(project: Path, envfarm: Envfarm) -> None:
    envfarm("graph", "--out", "g")

    run = runs_of(f"sqlite+aiosqlite:///{project}/runs/ledger.db", "graph")[-1]
    assert run.arguments == {"environments": [], "out": "g"}
    assert 0 < int(str(run.figures["proven"])) <= int(str(run.figures["edges"]))


def test_a_tampered_environment_is_refused(tiny_air: Path) -> None:
    tamper(tiny_air)

    drawn = invoke("graph", "tiny_air", "--out", "g")

    assert drawn.exit_code == 1
    assert drawn.stderr.startswith("error: tiny_air is not admitted")
    assert not Path("g").exists()


def test_an_unknown_environment_is_a_complaint(project: Path, envfarm: Envfarm) -> None:
    drawn = envfarm("graph", "tini_air", "--out", "g")

    assert (drawn.exit_code, drawn.stderr) == (2, "error: unknown environment 'tini_air'; did you mean tiny_air?\n")


def test_out_that_is_a_file_is_a_complaint(project: Path) -> None:
    (project / "out").write_text("x", "utf-8")

    assert invoke("graph", "--out", "out").exit_code == 2
