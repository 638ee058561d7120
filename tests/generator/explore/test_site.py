from tests.generator.explore.serving import QUIET, SHELF, explored, served


async def test_a_description_that_documentation_declares_is_found_before_one_it_merely_links_to() -> None:
    with served(SHELF) as site:
        found = await explored(site.url)

    best, *others = found.hits
    assert best.reading.resource is not None
    assert best.reading.resource.title == "Shelf API"
    assert (best.reading.operations, best.reading.licence.name) == (3, "CC0-1.0")
    assert best.fetched.final_url.text == f"{site.url}/spec/shelf"
    assert best.via == f"{site.url}/docs/reference.html"
    assert best.fetched.content == (SHELF / "spec" / "shelf").read_bytes()
    assert [other.reading.said for other in others] == ["openapi-3.0: Toaster, 4 operations"]
    assert not found.stopped


async def test_what_is_left_is_told_with_the_reason() -> None:
    with served(SHELF) as site:
        found = await explored(site.url)

    told = dict(found.refused)
    assert told[f"{site.url}/private/api.html"] == f"robots.txt of {site.place} forbids /private/api.html"
    assert "/private/api.html" not in site.asked
    elsewhere = [url for url in told if "elsewhere.example" in url]
    assert elsewhere == ["https://elsewhere.example/forum"]
    assert told[elsewhere[0]].endswith("give --allow-host elsewhere.example")
    assert f"{site.url}/openapi.json" in found.missing


async def test_without_a_description_the_pages_that_speak_of_most_operations_are_found() -> None:
    with served(QUIET) as site:
        found = await explored(site.url)

    assert [hit.fetched.final_url.path for hit in found.hits] == ["/docs/api.html", "/docs/guide.html"]
    assert found.hits[0].reading.licence.url == f"{site.url}/LICENSE"
