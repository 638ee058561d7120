from datetime import date
from pathlib import Path

from generator.explore import Exploration, kept
from generator.explore.keep import REPORT
from generator.readers import read
from tests.generator.explore.serving import QUIET, SHELF, explored, served

TODAY = date(2025, 3, 3)


async def test_what_was_found_is_kept_as_it_came_and_reads_with_its_provenance(tmp_path: Path) -> None:
    with served(SHELF) as site:
        exploration = kept(await explored(f"{site.url}/docs/reference.html"), tmp_path, TODAY)

    best = exploration.found[0]
    source = read(best.path).source
    assert (tmp_path / best.sha256).read_bytes() == (SHELF / "spec" / "shelf").read_bytes()
    assert best.path == str(tmp_path / best.sha256)
    assert (source.url, source.licence, source.retrieved) == (
        f"{site.url}/spec/shelf",
        "CC0-1.0",
        "version 2.1, 2025-03-03",
    )
    assert (source.sha256, best.named, best.via) == (best.sha256, "declared", f"{site.url}/docs/reference.html")


async def test_pages_are_kept_where_there_is_no_description(tmp_path: Path) -> None:
    with served(QUIET) as site:
        exploration = kept(await explored(site.url), tmp_path, TODAY)

    best = exploration.found[0]
    assert (best.kind, best.operations, best.title) == ("page", 3, "Quiet API")
    assert read(best.path).source.url == f"{site.url}/docs/api.html"


async def test_the_report_lies_beside_the_captures_and_reads_back(tmp_path: Path) -> None:
    with served(SHELF) as site:
        exploration = kept(await explored(site.url), tmp_path / "new", TODAY)

    assert Exploration.model_validate_json((tmp_path / "new" / REPORT).read_bytes()) == exploration
    assert exploration.start == f"{site.url}/"
    assert exploration.visited[0].url == exploration.start
    assert {each.url for each in exploration.refused} == {
        f"{site.url}/private/api.html",
        "https://elsewhere.example/forum",
    }
    assert [each.licence for each in exploration.licences] == ["CC-BY-4.0"]
