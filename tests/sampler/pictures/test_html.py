import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sampler.graph import ToolGraph
from sampler.pictures.html import html

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone(drawn: ToolGraph) -> None:
    reader = Reader()
    reader.feed(html(drawn))

    assert not [tag for tag, told in reader.tags if tag == "link" or "src" in told or "href" in told]
    assert [tag for tag, _ in reader.tags].count("script") == 2


def test_the_page_holds_every_edge_with_its_proof_as_data_only(drawn: ToolGraph) -> None:
    page = html(drawn)

    (content,) = re.findall(r'<script type="application/json" id="graph">(.*?)</script>', page, re.DOTALL)
    told = json.loads(content)
    assert len(told["edges"]) == len(drawn.edges)
    assert "search_flights() → get_flight(flight_id='</script><b>1</b>')" in {edge["proof"] for edge in told["edges"]}
    assert "<b>1</b>" not in page
    assert set(told["tools"]) == {
        f"{slug}/{tool.name}" for slug, manifest in drawn.manifests.items() for tool in manifest.tools
    }


def test_there_is_a_filter_for_each_kind_and_a_search(drawn: ToolGraph) -> None:
    reader = Reader()
    reader.feed(html(drawn))

    boxes = {told.get("id") for tag, told in reader.tags if tag == "input" and told.get("type") == "checkbox"}
    assert boxes == {"kind-id", "kind-attribute", "kind-precondition", "kind-user", "proven"}
    assert [told for tag, told in reader.tags if tag == "input" and told.get("type") == "search"]


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
@pytest.mark.slow
def test_a_browser_tells_inputs_outputs_and_proofs_of_the_chosen_tool(drawn: ToolGraph, tmp_path: Path) -> None:
    page = tmp_path / "graph.html"
    page.write_text(html(drawn), "utf-8")

    seen = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=2000",
            "--dump-dom",
            f"{page.as_uri()}#tiny_air/book_flight",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    aside = seen.partition("<aside")[2].partition("</aside>")[0]
    assert "<h2>book_flight</h2>" in aside
    assert "Input flight_id" in aside
    assert "said by the user" in aside
    assert "Guards that others let pass (1 of 1 proven)" in aside
    assert "Outputs" in aside
    assert "Refuses with" in aside
