import json
from pathlib import Path

import pytest

from generator.explore.search import EndpointSearch, IndexSearch, SearchError
from generator.explore.web import Web
from tests.generator.explore.serving import SHELF, Handler, Site, answer, served, status

ENTRIES = [
    {"url": "https://tulips.example/", "title": "Tulips", "text": "Flowers that open in spring."},
    {"url": "https://parcels.example/api", "title": "Parcel API", "text": "Send parcels and follow them."},
    {"url": "https://ships.example/", "title": "Ships", "text": "An API for parcel ships."},
]


def index(folder: Path, *names: str) -> Path:
    for name in names or ("index.jsonl",):
        (folder / name).write_text("".join(json.dumps(each) + "\n" for each in ENTRIES))
    return folder


async def asked(site: Site, template: str = "/find?q={query}") -> list[str]:
    async with Web.open(frozenset({site.place})) as web:
        return [one.url for one in await EndpointSearch(site.url + template, web).find("parcels & more", 2)]


@pytest.mark.parametrize(
    "body",
    [
        {"results": [{"url": "https://a.example", "title": "A", "content": "x"}, {"url": "https://b.example"}]},
        {"items": [{"link": "https://a.example", "snippet": "x"}, {"href": "https://b.example", "name": "B"}]},
        [{"url": "https://a.example"}, {"title": "no place"}, "x", {"url": "https://b.example"}, {"url": "https://c"}],
    ],
)
async def test_an_endpoint_is_asked_by_its_template_and_its_results_are_read_by_their_usual_names(body: object) -> None:
    with served(SHELF, {"/find": answer(json.dumps(body).encode(), "application/json")}) as site:
        assert await asked(site) == ["https://a.example", "https://b.example"]

    assert site.asked == ["/find?q=parcels%20%26%20more"]


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        (status(401), "answered with status 401; check ENVFARM_SEARCH"),
        (answer(b"<html>", "text/html"), "answered what is no JSON; check ENVFARM_SEARCH"),
        (answer(b" " * 3_000_000, "application/json"), "gave no answer: larger than 2 MB"),
    ],
)
async def test_what_goes_wrong_is_told_without_the_key(handler: Handler, sentence: str) -> None:
    with served(SHELF, {"/find": handler}) as site, pytest.raises(SearchError, match=sentence) as caught:
        await asked(site, "/find?key=secret&q={query}")

    assert "secret" not in str(caught.value)


async def test_an_index_gives_what_holds_most_of_the_words_the_title_before_the_text(tmp_path: Path) -> None:
    found = await IndexSearch(index(tmp_path) / "index.jsonl").find("a parcel API, please", 5)

    assert [one.title for one in found] == ["Parcel API", "Ships"]


async def test_a_folder_of_indexes_is_searched_file_by_file(tmp_path: Path) -> None:
    found = await IndexSearch(index(tmp_path, "a.jsonl", "b.jsonl")).find("tulips", 5)

    assert [one.url for one in found] == ["https://tulips.example/"] * 2


async def test_an_index_that_cannot_be_searched_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match=r"holds no \.jsonl file"):
        await IndexSearch(tmp_path).find("x", 5)
    with pytest.raises(SearchError, match=r"gone\.jsonl: cannot be read: No such file"):
        await IndexSearch(tmp_path / "gone.jsonl").find("x", 5)
    (tmp_path / "bad.jsonl").write_text('{"url": "https://a.example"}\n{"url":\n')
    with pytest.raises(SearchError, match=r"bad\.jsonl: line 2 is no JSON"):
        await IndexSearch(tmp_path / "bad.jsonl").find("x", 5)
