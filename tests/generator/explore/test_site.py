from aiohttp import web

from generator.explore import Bounds
from tests.generator.explore.serving import QUIET, SHELF, answer, endless, explored, never, page, redirect, served


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


async def test_a_description_at_a_known_place_is_found_though_nothing_links_to_it() -> None:
    description = (SHELF / "spec" / "shelf").read_bytes()
    with served(QUIET, {"/openapi.yaml": answer(description, "application/yaml")}) as site:
        found = await explored(f"{site.url}/blog.html")

    assert [hit.fetched.final_url.path for hit in found.hits] == ["/openapi.yaml"]
    assert site.pages[0] == "/blog.html"
    assert not [path for path in site.pages if path.startswith("/docs")], "no page is followed once it is found"


async def test_a_description_declared_by_the_start_is_found_without_looking_further() -> None:
    with served(SHELF, {"/": page(text='<link rel="service-desc" href="/spec/shelf">')}) as site:
        found = await explored(site.url)

    assert site.pages == ["/", "/spec/shelf"]
    assert found.hits[0].reading.operations == 3


async def test_a_start_that_is_a_description_is_what_is_found() -> None:
    with served(SHELF) as site:
        found = await explored(f"{site.url}/spec/toaster.json")

    assert site.pages == ["/spec/toaster.json"]
    assert found.hits[0].via == ""


async def test_a_catalog_at_its_known_place_leads_to_the_description() -> None:
    catalog = b'{"linkset": [{"anchor": "/", "service-desc": [{"href": "/spec/shelf"}]}]}'
    routes = {"/.well-known/api-catalog": answer(catalog, "application/linkset+json")}
    with served(SHELF, routes) as site:
        found = await explored(site.url)

    assert found.hits[0].reading.said == "openapi-3.0: Shelf API, 3 operations"
    assert found.hits[0].via.endswith("/.well-known/api-catalog")


async def test_a_description_inside_of_a_page_is_found_as_it_stands_there() -> None:
    inside = (SHELF / "spec" / "toaster.json").read_text().strip()
    routes = {"/": page(text=f'<script type="application/json">\n{inside}\n</script>')}
    with served(SHELF, routes) as site:
        found = await explored(site.url)

    assert found.hits[0].fetched.content == inside.encode()
    assert found.hits[0].reading.operations == 4


async def test_candidates_that_do_not_read_as_descriptions_are_told_and_the_search_goes_on() -> None:
    routes = {"/": page("/broken/openapi.json", "/docs/"), "/broken/openapi.json": answer(b"{", "application/json")}
    with served(SHELF, routes) as site:
        found = await explored(site.url)

    assert dict(found.refused)[f"{site.url}/broken/openapi.json"].startswith("not JSON, or cut short")
    assert found.hits[0].reading.said == "openapi-3.0: Shelf API, 3 operations"


async def test_loops_end_and_each_page_is_asked_for_once() -> None:
    routes = {
        "/": page("/a", "/a#x", "./a", "/"),
        "/a": page("/b", "/", "/b?"),
        "/b": redirect("/a"),
    }
    with served(QUIET, routes) as site:
        found = await explored(site.url)

    asked = [path for path in site.pages if path in ("/", "/a", "/b")]
    assert sorted(set(asked)) == ["/", "/a", "/b"]
    assert asked.count("/") == 1
    assert len(asked) <= 4, "a redirect is followed once more"
    assert not found.hits
    assert not found.stopped


async def test_links_without_end_are_followed_to_the_depth_that_is_allowed() -> None:
    async def deeper(request: web.Request) -> web.StreamResponse:
        text = request.match_info["step"]
        return await page(f"/step/{int(text) + 1}", text=f"<p>{text}</p>")(request)

    with served(QUIET, {"/step/{step}": deeper}) as site:
        await explored(f"{site.url}/step/0", bounds=Bounds(depth=2))

    assert [path for path in site.pages if path.startswith("/step/") and path[6:].isdecimal()] == [
        "/step/0",
        "/step/1",
        "/step/2",
    ]


async def test_a_bomb_of_links_ends_at_the_documents_that_are_allowed() -> None:
    routes = {"/": page(*(f"/page/{number}" for number in range(100_000)))}
    with served(QUIET, routes) as site:
        found = await explored(site.url, bounds=Bounds(documents=30))

    assert len(site.pages) == 30
    assert found.stopped == "30 documents were asked for, and no more may be; see --documents"


async def test_endless_slow_broken_and_missing_documents_stop_nothing() -> None:
    routes = {
        "/": page("/stream/api", "/slow/api", "/klingon", "/gone", "/docs/api.html"),
        "/stream/api": endless(lambda: site, b"<p>x</p>" * 8192),
        "/slow/api": never,
        "/klingon": answer(b"<html>x", "text/html; charset=klingon"),
    }
    with served(QUIET, routes) as site:
        found = await explored(site.url, bounds=Bounds(document_bytes=1_000_000, request_seconds=0.2))

    told = dict(found.refused)
    assert told[f"{site.url}/stream/api"] == "larger than 1 MB, cut off there"
    assert told[f"{site.url}/slow/api"] == "no whole answer within 0.2 s"
    assert f"{site.url}/gone" in found.missing
    assert [visit.said for visit in found.visited if visit.url.endswith("/klingon")] == [
        "followed, but not used: the page: names an encoding that is not known, klingon; save it as UTF-8"
    ]
    assert found.hits[0].fetched.final_url.path == "/docs/api.html"


async def test_the_same_content_at_two_places_is_read_once() -> None:
    same = page("/docs/api.html")
    with served(QUIET, {"/": same, "/copy": same, "/docs/api.html": page("/copy", text="GET /a")}) as site:
        found = await explored(site.url)

    assert f"the same as {site.url}/" in [visit.said for visit in found.visited if visit.url.endswith("/copy")]


async def test_a_private_start_is_refused_unless_its_own_place_is_named() -> None:
    with served(SHELF) as site:
        found = await explored(site.url, private=("127.0.0.1:1",))

    assert site.asked == []
    assert [why for _, why in found.refused] == [
        f"it lies at 127.0.0.1, which is no public address; if that is meant, give --allow-private {site.place}"
    ]


async def test_two_explorations_of_one_site_are_the_same() -> None:
    with served(SHELF) as site:
        first, second = await explored(site.url), await explored(site.url)

    assert first == second
    assert site.asked[: len(site.asked) // 2] == site.asked[len(site.asked) // 2 :]
