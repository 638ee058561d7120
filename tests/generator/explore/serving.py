"""A site on a free port of 127.0.0.1, served from files by a thread of its own, with routes that misbehave."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from generator.explore import Bounds, explore, parse, reach_of
from generator.explore.fetch import Fetcher, Time
from generator.explore.site import Explored
from generator.explore.web import Web

SITES = Path(__file__).parent / "sites"
SHELF, QUIET = SITES / "shelf", SITES / "quiet"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A running site: its place, the paths that were asked for in order, their headers, and bytes put on the wire."""

    place: str
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    sent: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    @property
    def pages(self) -> list[str]:
        """What was asked for besides robots.txt."""
        return [path for path in self.asked if path != "/robots.txt"]


@contextmanager
def served(folder: Path, routes: Mapping[str, Handler] | None = None) -> Iterator[Site]:
    """Serve a folder's files, and before them the routes, until the block ends."""
    begun = threading.Event()
    site = Site("")
    ended: list[Callable[[], object]] = []

    @web.middleware
    async def noting(request: web.Request, handler: Handler) -> web.StreamResponse:
        site.asked.append(request.path_qs)
        site.headers.append(request.headers)
        return await handler(request)

    async def file(request: web.Request) -> web.StreamResponse:
        path = folder / request.path.lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        return web.FileResponse(path) if path.is_file() else web.Response(status=404)

    async def serve() -> None:
        app = web.Application(middlewares=[noting])
        for route, handler in (routes or {}).items():
            app.router.add_get(route, handler)
        app.router.add_get("/{path:.*}", file)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        tcp = web.TCPSite(runner, "127.0.0.1", 0)
        await tcp.start()
        site.place = f"127.0.0.1:{runner.addresses[0][1]}"
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        ended.append(lambda: loop.call_soon_threadsafe(over.set))
        begun.set()
        await over.wait()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    begun.wait()
    try:
        yield site
    finally:
        ended[0]()
        thread.join()


def page(*links: str, text: str = "") -> Handler:
    """Answer with a page that links to these places."""
    body = "".join(f'<a href="{link}">x</a>' for link in links)
    return answer(f"<!doctype html><title>page</title><body>{text}{body}</body>".encode(), "text/html; charset=utf-8")


def answer(content: bytes, content_type: str, **headers: str) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, headers={"Content-Type": content_type, **_named(headers)})

    return handle


def status(code: int, **headers: str) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=_named(headers))

    return handle


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def redirect(to: str) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": to})

    return handle


def endless(site: Callable[[], Site], piece: bytes, content_type: str = "text/html", **headers: str) -> Handler:
    """Send pieces, 10 GB of them, or until the caller hangs up."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type, **_named(headers)})
        await response.prepare(request)
        for _ in range(10_000_000_000 // len(piece)):
            await response.write(piece)
            site().sent += len(piece)
        return response

    return handle


async def never(request: web.Request) -> web.StreamResponse:
    """Begin an answer and never end it."""
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    await response.write(b"<html>")
    await asyncio.Event().wait()
    return response


@dataclass
class Fast:
    """A clock that pauses move on at once."""

    now_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 6))
        self.now_s += seconds

    @property
    def time(self) -> Time:
        return Time(lambda: self.now_s, self.pause)


async def explored(
    url: str,
    *,
    private: tuple[str, ...] = (),
    hosts: tuple[str, ...] = (),
    bounds: Bounds | None = None,
    clock: Fast | None = None,
) -> Explored:
    """Explore with a clock that does not wait; the start's own place may be private unless others are named."""
    start = parse(url)
    places = frozenset(private or (start.place,))
    async with Web.open(places) as web_:
        reach = reach_of(start, frozenset(hosts), places)
        return await explore(start, Fetcher(web_, reach, bounds or Bounds(), (clock or Fast()).time))
