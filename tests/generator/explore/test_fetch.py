import gzip
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from generator.explore import Bounds, parse, reach_of
from generator.explore.errors import OverError, RefusedError
from generator.explore.fetch import Fetcher
from generator.explore.web import Web
from tests.generator.explore.serving import (
    SHELF,
    Fast,
    Handler,
    Site,
    answer,
    endless,
    never,
    page,
    redirect,
    served,
    status,
)
from tests.generator.explore.test_addresses import Names

MB = 1_000_000


@asynccontextmanager
async def fetching(
    site: Site, bounds: Bounds | None = None, clock: Fast | None = None, hosts: tuple[str, ...] = ()
) -> AsyncIterator[Fetcher]:
    places = frozenset({site.place})
    async with Web.open(places) as web:
        reach = reach_of(parse(site.url), frozenset(hosts), places)
        yield Fetcher(web, reach, bounds or Bounds(), (clock or Fast()).time)


async def refused(site: Site, path: str, bounds: Bounds | None = None, hosts: tuple[str, ...] = ()) -> str:
    async with fetching(site, bounds, hosts=hosts) as fetcher:
        with pytest.raises(RefusedError) as caught:
            await fetcher.fetch(parse(site.url + path))
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


async def fetch_all(fetcher: Fetcher, urls: list[str]) -> None:
    for url in urls:
        with suppress(RefusedError):
            await fetcher.fetch(parse(url))


async def test_a_document_comes_with_its_place_its_type_and_its_links() -> None:
    with served(SHELF, {"/api": answer(b"{}", "application/json", Link='</spec>; rel="service-desc"')}) as site:
        async with fetching(site) as fetcher:
            fetched = await fetcher.fetch(parse(f"{site.url}/api#part"))

    assert (fetched.final_url.path, fetched.content, fetched.content_type) == ("/api", b"{}", "application/json")
    assert fetched.links == ('</spec>; rel="service-desc"',)


async def test_a_stream_without_end_is_cut_at_the_bound_and_not_read_on() -> None:
    with served(SHELF, {"/stream": endless(lambda: site, b"x" * 65_536)}) as site:
        sentence = await refused(site, "/stream", Bounds(document_bytes=2 * MB))

    assert sentence == "larger than 2 MB, cut off there"
    assert site.sent < 20 * MB, "what the sockets hold, not 10 GB"


async def test_a_document_that_says_it_is_too_large_is_not_begun() -> None:
    with served(SHELF, {"/large": answer(b"x" * 3 * MB, "text/html")}) as site:
        async with fetching(site, Bounds(document_bytes=MB)) as fetcher:
            with pytest.raises(RefusedError, match="larger than 1 MB"):
                await fetcher.fetch(parse(f"{site.url}/large"))

    assert fetcher.received < 1000, "robots.txt alone"


@pytest.mark.parametrize(("encoding", "bits"), [("gzip", 31), ("deflate", 15), ("x-gzip", 31)])
async def test_packed_content_is_opened(encoding: str, bits: int) -> None:
    packer = zlib.compressobj(wbits=bits)
    packed = packer.compress(b"hello") + packer.flush()
    with served(SHELF, {"/packed": answer(packed, "text/plain", Content_Encoding=encoding)}) as site:
        async with fetching(site) as fetcher:
            assert (await fetcher.fetch(parse(f"{site.url}/packed"))).content == b"hello"


@pytest.mark.parametrize(
    ("content", "encoding", "sentence"),
    [
        (gzip.compress(b"\0" * 50 * MB, mtime=0), "gzip", "larger than 1 MB, cut off there"),
        (gzip.compress(b"hello", mtime=0)[:-9], "gzip", "its packed content is cut short"),
        (b"hello", "gzip", "its packed content cannot be opened"),
        (b"hello", "br", "encoded as br, which was not asked for"),
        (b"hello", "gzip, gzip", "encoded as gzip, gzip, which was not asked for"),
    ],
)
async def test_packed_content_is_bounded_and_whole(content: bytes, encoding: str, sentence: str) -> None:
    with served(SHELF, {"/packed": answer(content, "text/plain", Content_Encoding=encoding)}) as site:
        assert (await refused(site, "/packed", Bounds(document_bytes=MB))).startswith(sentence)


async def test_what_follows_the_end_of_packed_content_is_not_read() -> None:
    packed = gzip.compress(b"hello") + b"\0" * 65_536
    with served(SHELF, {"/packed": endless(lambda: site, packed, Content_Encoding="gzip")}) as site:
        async with fetching(site) as fetcher:
            assert (await fetcher.fetch(parse(f"{site.url}/packed"))).content == b"hello"

    assert site.sent < 20 * MB


async def test_an_answer_that_does_not_end_is_given_up() -> None:
    with served(SHELF, {"/slow": never}) as site:
        sentence = await refused(site, "/slow", Bounds(request_seconds=0.2))

    assert sentence == "no whole answer within 0.2 s"


async def test_redirects_are_followed_one_by_one() -> None:
    with served(SHELF, {"/old": redirect("/older?a=1#x"), "/older": redirect("docs/")}) as site:
        async with fetching(site) as fetcher:
            fetched = await fetcher.fetch(parse(f"{site.url}/old"))

    assert (fetched.url.path, fetched.final_url.path) == ("/old", "/docs/")
    assert site.pages == ["/old", "/older?a=1", "/docs/"]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("/b", "redirects in a circle, to http://127.0.0.1:[0-9]+/a"),
        ("/step/0", "more than 5 redirects, the last to .*/step/5"),
        ("http://elsewhere.example/", "out of reach, another host; .* --allow-host elsewhere.example"),
        ("file:///etc/passwd", "only http and https are followed, not file"),
        ("http://me:pw@elsewhere.example/", "carries a user's name or password"),
        ("/private/api.html", "robots.txt of .* forbids /private/api.html"),
    ],
)
async def test_each_hop_is_checked(to: str, why: str) -> None:
    steps = {f"/step/{number}": redirect(f"/step/{number + 1}") for number in range(9)}
    with served(SHELF, {"/a": redirect(to), "/b": redirect("/a"), **steps}) as site:
        sentence = await refused(site, "/a")

    assert re.search(why, sentence), sentence


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_redirect_to_another_private_place_is_refused_though_the_start_is_one(host: str) -> None:
    with served(SHELF) as inner:
        port = inner.place.rpartition(":")[2]
        with served(SHELF, {"/a": redirect(f"http://{host}:{port}/docs/")}) as site:
            sentence = await refused(site, "/a", hosts=(f"{host}:{port}",))

    assert sentence.endswith(f"which is no public address; if that is meant, give --allow-private {host}:{port}")
    assert inner.asked == []


@pytest.mark.parametrize("host", ["localhost", "0x7f.1", "127.1", "2130706433", "[::ffff:127.0.0.1]"])
async def test_other_spellings_of_a_private_address_lead_nowhere(host: str) -> None:
    with served(SHELF) as site:
        start = parse(f"http://{host}:{site.place.rpartition(':')[2]}/")
        async with Web.open(frozenset({site.place})) as web:
            with pytest.raises(RefusedError, match=r"no public address|no canonical|not a canonical|cannot be reached"):
                await Fetcher(web, reach_of(start), Bounds(), Fast().time).fetch(start)

    assert site.asked == []


async def test_a_name_that_leads_to_another_address_the_second_time_is_refused() -> None:
    with served(SHELF) as site:
        port = site.place.rpartition(":")[2]
        start = parse(f"http://shelf.example:{port}/docs/")
        async with Web.open(frozenset(), Names(("127.0.0.1",))) as web:
            fetcher = Fetcher(web, reach_of(start), Bounds(), Fast().time)
            with pytest.raises(RefusedError, match=r"it lies at 127\.0\.0\.1") as caught:
                await fetcher.fetch(start)

    assert caught.value.is_final
    assert site.asked == []


async def test_neither_cookies_nor_credentials_are_sent() -> None:
    with served(SHELF, {"/a": answer(b"x", "text/plain", Set_Cookie="a=b; Path=/")}) as site:
        async with fetching(site) as fetcher:
            await fetcher.fetch(parse(f"{site.url}/a"))
            await fetcher.fetch(parse(f"{site.url}/docs/"))

    assert not [name for headers in site.headers for name in headers if name in ("Cookie", "Authorization")]


async def test_robots_txt_is_read_once_and_kept_to() -> None:
    with served(SHELF) as site:
        async with fetching(site) as fetcher:
            await fetcher.fetch(parse(f"{site.url}/docs/"))
            with pytest.raises(RefusedError, match=f"robots.txt of {site.place} forbids /private/api.html"):
                await fetcher.fetch(parse(f"{site.url}/private/api.html"))
            await fetcher.fetch(parse(f"{site.url}/"))

    assert site.asked == ["/robots.txt", "/docs/", "/"]


@pytest.mark.parametrize(("code", "is_allowed"), [(404, True), (403, True), (500, False), (503, False)])
async def test_robots_txt_that_is_not_there_allows_all_and_one_that_fails_nothing(code: int, is_allowed: bool) -> None:
    with served(SHELF, {"/robots.txt": status(code)}) as site:
        async with fetching(site) as fetcher:
            if is_allowed:
                assert await fetcher.fetch(parse(f"{site.url}/private/api.html"))
            else:
                with pytest.raises(RefusedError, match=f"robots.txt answers with status {code}, so nothing"):
                    await fetcher.fetch(parse(f"{site.url}/docs/"))


@pytest.mark.parametrize("route", [never, redirect("/robots.txt"), answer(b"#" * 600_000, "text/plain")])
async def test_robots_txt_that_cannot_be_read_allows_nothing(route: Handler) -> None:
    with served(SHELF, {"/robots.txt": route}) as site:
        sentence = await refused(site, "/docs/", Bounds(request_seconds=0.2))

    assert "robots.txt cannot be read, so nothing there is allowed: " in sentence


async def test_requests_keep_the_pace_that_is_allowed_and_the_one_that_robots_txt_asks_for() -> None:
    clock, slower = Fast(), Fast()
    with served(SHELF) as site:
        async with fetching(site, Bounds(rate=4), clock) as fetcher:
            for path in ("/", "/docs/"):
                await fetcher.fetch(parse(site.url + path))
    with served(SHELF, {"/robots.txt": answer(b"User-agent: envfarm\nCrawl-delay: 7", "text/plain")}) as site:
        async with fetching(site, Bounds(rate=4), slower) as fetcher:
            for path in ("/", "/docs/", "/private/api.html"):
                await fetcher.fetch(parse(site.url + path))

    assert clock.pauses == [0.25, 0.25]
    assert slower.pauses == [0.25, 7, 7]


async def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_asks() -> None:
    clock = Fast()
    with served(SHELF, {"/busy": status(429, Retry_After="30"), "/down": status(503)}) as site:
        async with fetching(site, Bounds(rate=1), clock) as fetcher:
            await fetch_all(fetcher, [f"{site.url}/busy", f"{site.url}/down", f"{site.url}/docs/"])

    assert clock.pauses == [1, 31, 11]


async def test_each_bound_of_the_whole_ends_it_with_a_sentence() -> None:
    routes = {"/": page(text="x" * 2000)}
    with served(SHELF, routes) as site:
        for bounds, why in (
            (Bounds(documents=2), "2 documents were asked for, and no more may be; see --documents"),
            (
                Bounds(size_bytes=4100),
                r"0\.0041 MB may come in all, and http.* is more than what is left; see --megabytes",
            ),
            (Bounds(seconds=1.2, rate=1), "the time of 1.2 s is over"),
        ):
            async with fetching(site, bounds) as fetcher:
                with pytest.raises(OverError, match=why):
                    await fetch_all(fetcher, [f"{site.url}/?page={number}" for number in range(9)])


async def test_the_time_between_fetches_is_not_the_webs() -> None:
    clock = Fast()
    with served(SHELF) as site:
        async with fetching(site, Bounds(seconds=5), clock) as fetcher:
            for _ in range(3):
                assert await fetcher.fetch(parse(f"{site.url}/docs/"))
                clock.now_s += 60  # a model thinks

    assert sum(clock.pauses) < 5


async def test_what_is_not_there_is_told_apart_from_what_fails() -> None:
    with served(SHELF, {"/gone": status(410), "/broken": status(500)}) as site:
        async with fetching(site) as fetcher:
            for path, is_missing in (("/gone", True), ("/nothing", True), ("/broken", False)):
                with pytest.raises(RefusedError) as caught:
                    await fetcher.fetch(parse(site.url + path))
                assert caught.value.is_missing is is_missing


async def test_a_server_that_is_not_there_is_named() -> None:
    with served(SHELF) as site:
        pass

    async with fetching(site) as fetcher:
        for path in ("/", "/docs/"):
            with pytest.raises(RefusedError, match=f"{site.place} cannot be reached: ") as caught:
                await fetcher.fetch(parse(site.url + path))
            assert caught.value.is_final
